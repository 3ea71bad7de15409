// SPDX-License-Identifier: MIT
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>

#include "common/file_descriptor.hpp"

namespace confab::bench {

// Events that tell of the end of a connection.
inline constexpr std::uint32_t kEndEvents = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

// epoll, edge-triggered in both directions, so that a socket is registered once and never again: whoever
// reads stops at a short read, whoever writes at EAGAIN. Throws std::system_error where epoll itself fails.
class Poller {
 public:
  Poller();

  // Its events carry `id`. A closed descriptor leaves by itself.
  void add(int fd, std::uint32_t id);

  // Waits `timeout_ms` at most; 0 returns at once (busy polling). Valid until the next call.
  std::span<const epoll_event> wait(int timeout_ms);

 private:
  FileDescriptor epoll_;
  std::array<epoll_event, 128> events_{};
};

// CLOCK_MONOTONIC in nanoseconds.
std::int64_t now_ns();

}  // namespace confab::bench
