// SPDX-License-Identifier: MIT
// Precompiled for this layer: what most of its units include anyway.
#pragma once
#include <spdlog/spdlog.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
