// SPDX-License-Identifier: MIT
#pragma once
#include <functional>

#include "confab/base/loop.hpp"
#include "confab/core/hub.hpp"

namespace confab::app {

/// The way out: closes all sessions with 1001, evenly over the grace, so that whoever takes them over isn't
/// overrun. Whoever holds a request is answered.
class Drain final : private Timer {
 public:
  /// `done` is called once, when nobody is left or the grace and the time for last words are over.
  /// `connected` tells how many connections there still are.
  Drain(Loop& loop, Hub& hub, std::function<std::size_t()> connected, std::function<void()> done)
      : loop_(loop), hub_(hub), connected_(std::move(connected)), done_(std::move(done)) {}

  void start(Milliseconds grace);

 private:
  void on_timer() override;
  void close_some(std::size_t most);

  Loop& loop_;
  Hub& hub_;
  std::function<std::size_t()> connected_;
  std::function<void()> done_;
  Monotonic end_;
  std::size_t share_ = 1;  // sessions that are closed in one step
};

}  // namespace confab::app
