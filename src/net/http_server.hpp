// SPDX-License-Identifier: MIT
#pragma once
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "confab/base/loop.hpp"
#include "net/http_exchange.hpp"
#include "net/http_reply.hpp"
#include "net/stream.hpp"

namespace confab::net {

class HttpConnection;
class TrustedProxies;

/// The bounds of every HTTP connection. Sizes in bytes.
struct HttpLimits {
  std::size_t head = 16 * 1024;     ///< request line and fields; over it 431
  std::size_t fields = 100;         ///< over it 431
  std::size_t body = 1024 * 1024;   ///< over it 413, and the connection is closed
  std::size_t unsent = 256 * 1024;  ///< while more than this waits to be sent nothing is read
  std::size_t connections =
      100'000;  ///< over it 503 and closed; connections that were taken over don't count
  std::chrono::milliseconds header_timeout{10'000};  ///< for a head, and again for its body; 408
  std::chrono::milliseconds idle_timeout{300'000};   ///< between two requests
  std::chrono::milliseconds write_timeout{30'000};   ///< for a client that takes nothing of an answer
  std::chrono::milliseconds linger{2'000};  ///< for a refused client to read why, before the socket goes
};

/// What the operator sees of it.
struct HttpCounters {
  std::uint64_t connections = 0;  ///< accepted since the start
  std::uint64_t requests = 0;     ///< that reached a handler
  std::uint64_t refused = 0;      ///< answered by the connection itself: malformed, too large, too late
  std::uint64_t overloaded = 0;   ///< turned away for want of room
};

/// Owns the HTTP connections of a listener, from their first byte until they close or a handler takes the
/// stream over. Listener gives it streams, complete requests go to `handler`. All of it is on the loop's
/// thread.
class HttpServer final : private TurnEnd {
 public:
  /// `read_buffer` is the loop's one: it is used only within a call. Everything given lives longer than the
  /// server.
  HttpServer(Loop& loop, std::span<char> read_buffer, HttpHandler& handler, HttpLimits limits);
  /// Closes what is left.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Whose word about where a request came from counts; has to outlive the server.
  void trust(const TrustedProxies& proxies) noexcept { proxies_ = &proxies; }

  void accept(StreamPtr stream);

  /// From now on each connection closes after the answer that is due; those that wait for none close at once.
  void drain();

  /// For what happens from now on.
  void set_limits(const HttpLimits& limits) noexcept { limits_ = limits; }

  std::size_t size() const noexcept { return size_; }

  const HttpCounters& counters() const noexcept { return counters_; }

 private:
  friend class HttpConnection;

  void on_turn_end() override;

  /// Its answer goes out, and its next request is read, at the end of the turn: whoever answered may be in
  /// the middle of something.
  void process_later(HttpConnection& connection);

  void turn_away(Stream& stream);
  void remove(HttpConnection& connection) noexcept;

  Loop& loop_;
  std::span<char> read_buffer_;
  HttpHandler& handler_;
  HttpLimits limits_;
  const TrustedProxies* proxies_ = nullptr;
  HttpCounters counters_;
  HttpDate date_;
  std::vector<boost::intrusive_ptr<HttpConnection>> answered_;
  HttpConnection* first_ = nullptr;  // a list through the connections, each held by one reference
  std::size_t size_ = 0;
  bool draining_ = false;
};

}  // namespace confab::net
