// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// `/api/rooms/{room}/bans/{user}` and `…/mutes/{user}`: GET, PUT, DELETE.
void add_moderation(net::Router& router, const Context& context);

}  // namespace confab::api
