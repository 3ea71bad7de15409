// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// POST and GET /api/rooms/{room}/messages: publishing to a room and reading its past (protocol.md,
/// section 7).
void add_room_messages(net::Router& router, const Context& context);

}  // namespace confab::api
