// SPDX-License-Identifier: MIT
#pragma once
#include "net/router.hpp"
#include "net/websocket_server.hpp"
#include "protocol/native/receiver.hpp"

namespace confab::net {

/// /signaling[?room=…&user=…]: a WebSocket that joins its room by itself (protocol.md, section 6), `default`
/// where none is named, as if its client's first word had been that `join`. Refused, it stays connected. Both
/// references outlive the router.
void add_signaling(Router& router, WebSocketServer& server, native::Receiver& receiver);

}  // namespace confab::net
