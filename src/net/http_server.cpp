// SPDX-License-Identifier: MIT
#include "net/http_server.hpp"

#include <utility>

#include "net/http_connection.hpp"

namespace confab::net {

HttpServer::HttpServer(Loop& loop, std::span<char> read_buffer, HttpHandler& handler, HttpLimits limits)
    : loop_(loop), read_buffer_(read_buffer), handler_(handler), limits_(limits) {}

HttpServer::~HttpServer() {
  while (first_ != nullptr)
    first_->close();
}

void HttpServer::process_later(HttpConnection& connection) {
  answered_.emplace_back(&connection);
  loop_.defer(*this);
}

void HttpServer::on_turn_end() {
  for (const auto& connection : std::exchange(answered_, {}))
    connection->process();
}

void HttpServer::accept(StreamPtr stream) {
  ++counters_.connections;
  if (size_ >= limits_.connections || draining_) return turn_away(*stream);
  auto* connection = new HttpConnection(*this, std::move(stream));
  intrusive_ptr_add_ref(connection);
  connection->next_ = first_;
  if (first_ != nullptr) first_->previous_ = connection;
  first_ = connection;
  ++size_;
  connection->start();
}

void HttpServer::turn_away(Stream& stream) {
  ++counters_.overloaded;
  HttpReply reply =
      HttpReply::from({errc::unavailable, nullptr, "The server takes no more connections now."});
  reply.header("Retry-After", "5");
  ReplyContext context;
  context.date = date_.at(loop_.wall());
  context.after = AfterReply::close;
  std::string out;
  serialise(out, reply, context);
  stream.write_some(out);
  // What the client has sent already is read, or closing would reset the connection before the answer is
  // seen.
  stream.shutdown_write();
  stream.read_some(read_buffer_);
  stream.close();
}

void HttpServer::drain() {
  draining_ = true;
  for (HttpConnection* connection = first_; connection != nullptr;) {
    HttpConnection* const next = connection->next_;
    connection->drain();
    connection = next;
  }
}

void HttpServer::remove(HttpConnection& connection) noexcept {
  (connection.previous_ != nullptr ? connection.previous_->next_ : first_) = connection.next_;
  if (connection.next_ != nullptr) connection.next_->previous_ = connection.previous_;
  connection.previous_ = connection.next_ = nullptr;
  --size_;
  intrusive_ptr_release(&connection);
}

}  // namespace confab::net
