// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "net/cors.hpp"
#include "net/http_reply.hpp"
#include "net/http_request.hpp"
#include "protocol/native/encoding.hpp"
#include "protocol/websocket/extension.hpp"

namespace confab::net {

/// Whether permessage-deflate is agreed to where a client offers it.
enum class DeflateOffer : std::uint8_t { declined, accepted };

/// What a good opening handshake (RFC 6455 section 4.2) comes to.
struct WebSocketHandshake {
  std::string response;                      ///< the whole answer, 101 and its fields
  std::optional<ws::DeflateParams> deflate;  ///< as it was agreed on
  native::Encoding encoding =
      native::Encoding::json;  ///< what the chosen subprotocol speaks, if there is one
};

/// Whether the request asks for a WebSocket, well or not: for paths that serve a page too.
bool wants_websocket(const HttpRequest& request) noexcept;

/// The server's side of the handshake, without a look at its path or query: the answer that opens the
/// connection, or the one that refuses. 426 where it asks for no WebSocket or another version than 13, 400
/// where it is malformed, 403 for an Origin that isn't welcome. Of the subprotocols the
/// first that is known is chosen, `confab.v1.json` or `confab.v1.msgpack`; other offers, tokens among them,
/// are never echoed.
std::variant<WebSocketHandshake, HttpReply> shake_hands(const HttpRequest& request, const Cors& cors,
                                                        DeflateOffer offer);

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string websocket_accept(std::string_view key);

}  // namespace confab::net
