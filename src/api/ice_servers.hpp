// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// GET /api/ice-servers[?user=]: the STUN and TURN servers for a client's calls, with credentials of its own
/// (protocol.md, section 6): `{"iceServers":[…],"ttl":seconds}`, or 403.
void add_ice_servers(net::Router& router, const Context& context);

}  // namespace confab::api
