// SPDX-License-Identifier: MIT
#pragma once
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

#include "net/listener.hpp"

namespace confab::net {

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}

  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const noexcept { return fd_; }

  int release() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

/// A socket that listens (or, where the descriptor is -1, one that was skipped: IPv6 on a host without it).
struct ListenSocket {
  Descriptor descriptor;
  std::string address;     ///< the one that is really listened on
  std::uint16_t port = 0;  ///< 0 for unix sockets
  std::string path;        ///< of the unix socket's file, which its owner removes
};

/// Listener::open() without the waiting: throws std::runtime_error with its one sentence.
ListenSocket open_listen_socket(const ListenOptions& options);

}  // namespace confab::net
