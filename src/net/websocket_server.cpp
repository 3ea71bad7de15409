// SPDX-License-Identifier: MIT
#include "net/websocket_server.hpp"

#include "net/websocket_connection.hpp"

namespace confab::net {

WebSocketServer::WebSocketServer(ClientContext& context, ChooseCodec choose_codec, const Cors& cors,
                                 const WebSocketOptions& options)
    : context_(context),
      choose_codec_(std::move(choose_codec)),
      cors_(cors),
      options_(options),
      decoding_{options.message_limit, inflater_} {}

WebSocketServer::~WebSocketServer() {
  while (first_ != nullptr)
    remove(*first_);
}

void WebSocketServer::set_options(const WebSocketOptions& options) {
  options_ = options;
  decoding_.message_limit = options.message_limit;
}

void WebSocketServer::on_request(const HttpExchangePtr& exchange, const Opened& opened) {
  const HttpRequest& request = exchange->request();
  auto outcome = shake_hands(request, cors_, options_.deflate);
  if (const auto* refused = std::get_if<HttpReply>(&outcome)) return exchange->reply(*refused);
  const auto query = WebSocketQuery::read(request);
  if (!query) return exchange->fail(query.error());
  auto& handshake = std::get<WebSocketHandshake>(outcome);
  if (query->envelope && handshake.encoding == native::Encoding::json)
    handshake.encoding = native::Encoding::gzip_envelope;
  auto taken = exchange->take_over();
  if (!taken) return;
  // A socket that can't take these few bytes is that of a client who reads none of what it asked for before.
  const IoResult sent = taken->stream->write_some(handshake.response);
  if (sent.bytes != handshake.response.size()) return taken->stream->close();

  auto& connection = add(std::move(taken->stream), handshake);
  connection.open(choose_codec_(handshake.encoding, handshake.deflate), *query, opened, taken->leftover);
}

WebSocketConnection& WebSocketServer::add(StreamPtr stream, const WebSocketHandshake& handshake) {
  auto* connection = new WebSocketConnection(*this, std::move(stream), handshake);
  connection->next_ = first_;
  if (first_ != nullptr) first_->previous_ = connection;
  first_ = connection;
  ++size_;
  return *connection;
}

void WebSocketServer::remove(WebSocketConnection& connection) noexcept {
  (connection.previous_ != nullptr ? connection.previous_->next_ : first_) = connection.next_;
  if (connection.next_ != nullptr) connection.next_->previous_ = connection.previous_;
  --size_;
  delete &connection;
}

}  // namespace confab::net
