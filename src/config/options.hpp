// SPDX-License-Identifier: MIT
#pragma once
#include "config/config.hpp"
#include "config/option.hpp"

namespace confab::config {

/// Every option of the program, each declared on one line (options.cpp). The file, the environment, `--set`,
/// the printed reference, validation, and what SIGHUP may change all come from here. Made on first use; never
/// changes.
const Table<Config>& options();

/// Those of the elements of `api.keys`, `rooms`, `sse.routes` and `webrtc.ice_servers`.
const Table<ApiKey>& api_key_options();
const Table<RoomRule>& room_options();
const Table<SseRoute>& sse_route_options();
const Table<IceServer>& ice_server_options();

/// What holds where nothing is set.
const Config& defaults();

/// The reference: a YAML file with every key, its default, range and help. Loading it gives the defaults.
std::string print_reference();

}  // namespace confab::config
