// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

#include "confab/base/clock.hpp"

namespace confab {

/// The bounds that the core keeps (config.md, `limits`).
struct Limits {
  std::size_t connections = 100000;
  std::size_t rooms_per_session = 100;
  std::size_t rooms = 1000000;
  std::size_t message_size = std::size_t{64} << 10;  ///< bytes
  std::size_t messages_per_second = 50;              ///< a session; 0: no limit
  std::size_t message_burst = 100;
  std::size_t flood = 200;                              ///< refused messages within 10 s
  std::size_t queue_size = std::size_t{1} << 20;        ///< bytes a session may be behind
  std::size_t queued_memory = std::size_t{512} << 20;   ///< bytes of all queues together
  std::size_t history_memory = std::size_t{256} << 20;  ///< bytes of all histories together
  std::size_t read_markers_per_room = 10000;
  Milliseconds inactive_timeout{0};  ///< 0: never
};

}  // namespace confab
