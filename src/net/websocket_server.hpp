// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <functional>
#include <optional>

#include "confab/core/codec.hpp"
#include "confab/core/outbound_queue.hpp"
#include "net/client_context.hpp"
#include "net/cors.hpp"
#include "net/http_exchange.hpp"
#include "net/websocket_handshake.hpp"
#include "protocol/websocket/decoder.hpp"
#include "protocol/websocket/extension.hpp"
#include "protocol/websocket/inflater.hpp"

namespace confab::net {

class WebSocketConnection;

struct WebSocketOptions {
  std::size_t message_limit = std::size_t{64} << 10;  ///< bytes of a client's message; over it 1009
  Milliseconds inactive_timeout{0};                   ///< for a session that says nothing; 0: never
  DeflateOffer deflate = DeflateOffer::accepted;
  Milliseconds stall_timeout{30'000};  ///< for a kernel that takes nothing of what is queued: 4008
  Milliseconds close_timeout{5'000};   ///< for the last words and the client's answer to them
};

/// The native protocol's WebSockets, from the handshake to the last byte. The composition root makes it and
/// gives it the routes; it owns its connections, and closes what is left of them when it is destroyed on the
/// loop's thread. Its sessions belong to the hub, which outlives it.
class WebSocketServer {
 public:
  /// What a connection's messages are encoded with, given what it speaks and the compression that was agreed
  /// on, if any.
  using ChooseCodec = std::function<const Codec&(native::Encoding, const std::optional<ws::DeflateParams>&)>;

  /// The references, and every codec that is chosen, have to outlive it.
  WebSocketServer(ClientContext& context, ChooseCodec choose_codec, const Cors& cors,
                  const WebSocketOptions& options);
  ~WebSocketServer();
  WebSocketServer(const WebSocketServer&) = delete;
  WebSocketServer& operator=(const WebSocketServer&) = delete;

  /// What else is done for a session that has just been greeted, before its client is heard.
  using Opened = std::function<void(Session&)>;

  /// Answers a request to open a WebSocket: upgrades it to a session (with what its query asks for,
  /// WebSocketQuery), or refuses it over HTTP. Where
  /// the hub is full the upgrade succeeds and close 1013 follows.
  void on_request(const HttpExchangePtr& exchange, const Opened& opened = {});

  /// For a path that serves a page too: whether the request is one for on_request().
  static bool wants_upgrade(const HttpRequest& request) noexcept { return wants_websocket(request); }

  /// Takes effect for what happens from now on; `deflate` for new connections.
  void set_options(const WebSocketOptions& options);

  /// Connections, those that are about to close included.
  std::size_t size() const noexcept { return size_; }

 private:
  friend class WebSocketConnection;

  WebSocketConnection& add(StreamPtr stream, const WebSocketHandshake& handshake);
  void remove(WebSocketConnection& connection) noexcept;

  ClientContext& context_;
  ChooseCodec choose_codec_;
  const Cors& cors_;
  WebSocketOptions options_;
  ws::Inflater inflater_;
  ws::DecoderShared decoding_;
  QueueLedger refusals_;  // of the last words to those who got no session
  WebSocketConnection* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace confab::net
