// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// GET /api/rooms, /api/rooms/{room} and /api/rooms/{room}/members: what is there (protocol.md, section 7).
void add_rooms(net::Router& router, const Context& context);

}  // namespace confab::api
