// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// `PUT` and `DELETE /api/rooms/{room}/members/{user}`: subscribe a user's sessions to a room, and remove
/// them.
void add_room_members(net::Router& router, const Context& context);

}  // namespace confab::api
