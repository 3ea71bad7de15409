// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// POST /api/notifications: an event `notification` to everybody who is here (protocol.md, section 7).
void add_notifications(net::Router& router, const Context& context);

}  // namespace confab::api
