// SPDX-License-Identifier: MIT
#pragma once
#include "confab/base/clock.hpp"
#include "confab/base/timer_wheel.hpp"

namespace confab {

/// Work that waits for the end of the turn: after everything that was ready has been read, before the loop
/// sleeps.
class TurnEnd {
 public:
  virtual void on_turn_end() = 0;

 protected:
  ~TurnEnd() = default;

 private:
  friend class Loop;
  bool deferred_ = false;
};

/// The one event loop as the core sees it. The time is read once a turn: all that happens in a turn happens
/// at once.
class Loop {
 public:
  virtual Monotonic now() const noexcept = 0;
  virtual WallMicros wall() const noexcept = 0;
  virtual TimerWheel& timers() noexcept = 0;

  /// The clock as it is at this very moment: for measuring how long a turn takes, and nothing else.
  virtual Monotonic clock() const noexcept { return now(); }

  /// Calls `work` once at the end of this turn, however often it is asked to. Asked to from inside
  /// on_turn_end, it is called at the end of the next one, which then comes without sleeping.
  void defer(TurnEnd& work) {
    if (work.deferred_) return;
    work.deferred_ = true;
    enqueue(work);
  }

 protected:
  ~Loop() = default;

  virtual void enqueue(TurnEnd& work) = 0;

  static void finish(TurnEnd& work) {
    work.deferred_ = false;
    work.on_turn_end();
  }
};

}  // namespace confab
