// SPDX-License-Identifier: MIT
#pragma once
#include <sys/uio.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace confab::net {

enum class IoStatus : std::uint8_t { ok, would_block, eof, error };

/// What a read or a write did: `bytes` is more than 0 only with `ok`.
struct IoResult {
  IoStatus status = IoStatus::ok;
  std::size_t bytes = 0;
};

/// Who owns the conversation on a stream. Called from the loop, never from inside a call to the stream.
class StreamEvents {
 public:
  /// There are bytes, an end or an error to be read. The wait is over: who wants more calls await_read()
  /// again.
  virtual void on_readable() = 0;

  /// The kernel takes bytes again, or the connection is broken (the next write says so).
  virtual void on_writable() = 0;

 protected:
  ~StreamEvents() = default;
};

/// A connected byte stream (TCP or unix) at rest: a socket, an owner, and at most one wait for each
/// direction. It has no buffer: its owner is told that something can be read and reads it, without blocking,
/// into the one buffer of the loop. Pending waits keep the object alive, its owner does not have to:
/// bind(nullptr) or close() ends it.
class Stream final : public boost::intrusive_ref_counter<Stream, boost::thread_unsafe_counter> {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                  boost::asio::io_context::executor_type>;

  /// Takes a connected socket; TCP_NODELAY is set.
  explicit Stream(Socket socket) noexcept;

  /// Whom the events go to from now on; null: nobody. Waits that are pending stay pending.
  void bind(StreamEvents* owner) noexcept { owner_ = owner; }

  /// Asks for one on_readable(). A second call while one is pending changes nothing, and so does one after
  /// close().
  void await_read();
  /// Asks for one on_writable(), likewise.
  void await_write();

  IoResult read_some(std::span<char> buffer) noexcept;
  IoResult write_some(std::string_view bytes) noexcept;
  /// One gathered write. At most IOV_MAX (1024) pieces are looked at.
  IoResult write_some(std::span<const iovec> pieces) noexcept;

  /// Tells the peer that nothing more will come; reading goes on.
  void shutdown_write() noexcept;
  /// Closes the socket; no event comes after it.
  void close() noexcept;

  bool is_open() const noexcept { return socket_.is_open(); }

  /// The peer's address without its port (an IPv4-mapped one as IPv4), or "unix". Made on demand: nothing is
  /// kept.
  std::string remote_address() const;

  /// Who stands behind the peer where that is a proxy (TrustedProxies): from now on this is the peer's
  /// address; "": nobody.
  void set_client_address(std::string address);

  /// Whether the peer is at a loopback address over TCP. Never for unix sockets.
  bool is_loopback_tcp() const noexcept { return loopback_; }

  /// What the kernel knows of the peer's life: how long ago it acknowledged anything, and how many segments
  /// it has yet to acknowledge. Nothing for unix sockets.
  struct Liveness {
    std::chrono::milliseconds since_last_ack{};
    std::uint32_t unacknowledged = 0;
  };

  std::optional<Liveness> since_last_ack() const noexcept;

 private:
  Socket socket_;
  std::unique_ptr<const std::string> client_;
  StreamEvents* owner_ = nullptr;
  bool reading_ = false;
  bool writing_ = false;
  bool unix_ = false;
  bool loopback_ = false;
};

using StreamPtr = boost::intrusive_ptr<Stream>;

}  // namespace confab::net
