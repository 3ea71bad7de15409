// SPDX-License-Identifier: MIT
#pragma once
#include "confab/core/hub.hpp"
#include "net/router.hpp"

namespace confab::api {

/// Whether new clients are welcome.
enum class Phase : std::uint8_t { serving, draining };

/// GET /healthz: the process is alive and its loop turns. GET /readyz: clients may be sent here; 503 while
/// draining, and while events don't reach the other nodes. Both are open to all.
void add_health(net::Router& router, const Hub& hub, const Phase& phase);

}  // namespace confab::api
