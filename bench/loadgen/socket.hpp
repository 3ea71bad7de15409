// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/file_descriptor.hpp"

namespace confab::bench {

// Where the server listens, and from which of 127.0.0.1, 127.0.0.2, … the connections come: one source
// address has only some 28,000 ports.
struct Endpoint {
  std::uint16_t port = 0;
  int first_source = 1;
  int connections_per_source = 20000;
  std::string path = "/ws";  // of WebSockets
};

// One buffer that every socket of the process reads into; it grows by what an incomplete message leaves over.
using ReadBuffer = std::vector<char>;
inline constexpr std::size_t kReadSize = std::size_t{256} * 1024;

enum class Received { kBytes, kNothing, kEnded };

// A non-blocking TCP client socket with what is still to be parsed and what is still to be sent. Not
// copyable, owned by one connection. Nothing here waits; errors end the socket and are told by
// `Received::kEnded` or false.
class Socket {
 public:
  // Begins to connect. False where the system refuses at once (no descriptor, no port); errno says why.
  bool connect(const Endpoint& endpoint, std::uint32_t number);

  int fd() const { return fd_.get(); }

  bool is_open() const { return static_cast<bool>(fd_); }

  void close() { fd_.close(); }

  // The outcome of `connect`, asked when the socket is writable first: 0 or an errno value.
  int connect_error() const;

  // Sends now what the kernel takes; the rest goes with the next `flush`.
  bool send(std::string_view bytes);
  bool flush();

  bool has_unsent() const { return !unsent_.empty(); }

  // The unparsed bytes and the new ones, in `buffer`. `more` says that the kernel may hold more: call again.
  Received receive(ReadBuffer& buffer, std::span<char>& bytes, bool& more);

  // Keeps the end of what `receive` gave for its next call.
  void keep(std::span<const char> rest) { rest_.assign(rest.begin(), rest.end()); }

 private:
  FileDescriptor fd_;
  std::string rest_;
  std::string unsent_;
};

}  // namespace confab::bench
