// SPDX-License-Identifier: MIT
#pragma once
#include "config/config.hpp"

namespace confab::app {

/// The process's log: lines go through a bounded queue to a thread of their own, so the loop never waits for
/// a disk; where they come faster than they can be written the oldest are lost.
/// Throws std::runtime_error with one sentence where the file can't be opened. Destroying it writes out what
/// is queued.
class Log {
 public:
  explicit Log(const config::Log& settings);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  static void set_level(config::LogLevel level);
};

}  // namespace confab::app
