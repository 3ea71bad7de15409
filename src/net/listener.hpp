// SPDX-License-Identifier: MIT
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "confab/base/loop.hpp"
#include "net/stream.hpp"

namespace confab::net {

/// Whether other processes may listen on the same port (SO_REUSEPORT).
enum class PortSharing : std::uint8_t { exclusive, shared };

struct ListenOptions {
  std::string address;  ///< "host:port", "[v6]:port", "unix:/path", "fd://N"; port 0 is any free one
  PortSharing sharing = PortSharing::exclusive;
  int backlog = 4096;
};

/// Accepts connections on one address and hands each over as a Stream. At most 64 in one go, so that nobody
/// else waits long; out of descriptors it pauses for 100 ms, counts, and says so once a minute. One owner,
/// who destroys it on the loop's thread.
class Listener {
 public:
  using OnStream = std::function<void(StreamPtr)>;

  enum class Opened : std::uint8_t { listening, skipped };

  /// `loop` serves the pause and lives longer; streams run on `io`.
  Listener(boost::asio::io_context& io, Loop& loop, ListenOptions options, OnStream on_stream);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Binds and listens, before the loop runs; `skipped` for an IPv6 address on a host without IPv6. A failure
  /// throws std::runtime_error with one sentence: "cannot listen on 127.0.0.1:3000: Address already in use".
  /// Names are resolved here (this may block): the first address that can be bound is taken.
  Opened open();

  /// Begins to accept.
  void start();

  /// Closes the listening socket, and removes the file of a unix socket that open() made. No stream comes
  /// after it.
  void stop();

  /// The address that is really listened on, such as "127.0.0.1:49152"; for port 0 the one that was given.
  const std::string& address() const noexcept;
  /// 0 for unix sockets.
  std::uint16_t port() const noexcept;

  std::uint64_t accepted() const noexcept;
  /// How often accepting had to pause for want of descriptors or memory.
  std::uint64_t pauses() const noexcept;

 private:
  class Acceptor;
  boost::intrusive_ptr<Acceptor> acceptor_;
};

}  // namespace confab::net
