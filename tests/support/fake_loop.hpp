// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "confab/base/loop.hpp"

namespace confab::testing {

/// A loop whose time stands still until it is told to move.
class FakeLoop final : public Loop {
 public:
  Monotonic now() const noexcept override { return now_; }

  WallMicros wall() const noexcept override { return wall_; }

  TimerWheel& timers() noexcept override { return timers_; }

  /// Moves both clocks and fires what became due.
  void advance(Milliseconds time) {
    now_ += time;
    wall_ += time.count() * 1000;
    timers_.advance(now_);
  }

  /// Ends the turn: everything deferred until now runs once.
  void end_turn() {
    auto work = std::move(deferred_);
    deferred_.clear();
    for (TurnEnd* one : work)
      finish(*one);
  }

  bool idle() const noexcept { return deferred_.empty(); }

 private:
  void enqueue(TurnEnd& work) override { deferred_.push_back(&work); }

  Monotonic now_ = Monotonic(std::chrono::hours(1));
  WallMicros wall_ = 1'795'514'400'000'000;
  TimerWheel timers_{now_};
  std::vector<TurnEnd*> deferred_;
};

}  // namespace confab::testing
