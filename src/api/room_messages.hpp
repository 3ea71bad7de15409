// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// POST and GET /api/rooms/{room}/messages: publishing to a room and reading its past (protocol.md,
/// section 7).
void add_room_messages(net::Router& router, const Context& context);

/// Publishes the request's body in the room, and answers it.
void publish_in(const Context& context, const net::HttpExchangePtr& exchange, const std::string& room);

}  // namespace confab::api
