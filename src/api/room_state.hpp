// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// `GET /api/rooms/{room}/state` and `PUT /api/rooms/{room}/state/{key}`.
void add_room_state(net::Router& router, const Context& context);

}  // namespace confab::api
