// SPDX-License-Identifier: MIT
#pragma once
#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <optional>
#include <utility>

namespace confab::cli {

/// A connection to the server, plain or TLS: one type for both, so that HTTP and WebSocket are compiled once.
/// An asynchronous stream as Asio and Beast have them. It stays where it was made.
class Link {
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;
  using Tls = boost::asio::ssl::stream<boost::beast::tcp_stream&>;

  explicit Link(const executor_type& executor) : tcp_(executor) {}

  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  executor_type get_executor() { return tcp_.get_executor(); }

  boost::beast::tcp_stream& tcp() noexcept { return tcp_; }

  /// From now on all goes through TLS; the caller shakes hands.
  Tls& secure(boost::asio::ssl::context& context) { return tls_.emplace(tcp_, context); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& into) {
          tls_ ? tls_->async_read_some(into, std::move(handler))
               : tcp_.async_read_some(into, std::move(handler));
        },
        token, buffers);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) {
          tls_ ? tls_->async_write_some(from, std::move(handler))
               : tcp_.async_write_some(from, std::move(handler));
        },
        token, buffers);
  }

 private:
  boost::beast::tcp_stream tcp_;
  std::optional<Tls> tls_;
};

// What Beast's WebSocket stream asks of a stream that isn't its own, found by name.

inline void beast_close_socket(Link& link) {
  link.tcp().close();
}

/// The WebSocket's closing handshake has said already that nothing was cut off; TLS need not say it again.
template <class Handler>
void async_teardown(boost::beast::role_type role, Link& link, Handler&& handler) {
  boost::beast::websocket::async_teardown(role, link.tcp().socket(), std::forward<Handler>(handler));
}

}  // namespace confab::cli
