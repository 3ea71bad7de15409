// SPDX-License-Identifier: MIT
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <string>

#include "cli/backoff.hpp"
#include "cli/dialer.hpp"
#include "cli/feed.hpp"

namespace confab::cli {

/// Who follows.
struct Follower {
  std::string user;   ///< empty: a guest, or whom the token names
  std::string token;  ///< empty: none
};

/// Keeps a Feed fed over WebSocket: one connection after the other, until the feed has enough, the server
/// refuses for good, or the first connection can't be made.
class Following {
 public:
  /// All of them outlive it.
  Following(Dialer& dialer, const Follower& follower, Feed& feed, Printer& printer);

  boost::asio::awaitable<outcome<void>> run();

 private:
  using WebSocket = boost::beast::websocket::stream<Link&>;

  enum class Ending : std::uint8_t { done, lost, failed };

  boost::asio::awaitable<Ending> connection();
  boost::asio::awaitable<Ending> open(WebSocket& socket);
  boost::asio::awaitable<Ending> read(WebSocket& socket);
  boost::asio::awaitable<void> pause();
  Ending closed(const WebSocket& socket, const boost::system::error_code& error);
  Ending lost(Trouble trouble);
  Ending failed(Trouble trouble);

  Dialer& dialer_;
  const Follower& follower_;
  Feed& feed_;
  Printer& printer_;
  Backoff backoff_;
  Trouble trouble_{Trouble::Kind::local, {}};  ///< of the last connection
  bool reached_ = false;                       ///< the server was there once
};

}  // namespace confab::cli
