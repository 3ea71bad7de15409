// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "confab/base/clock.hpp"

namespace confab {

class TimerWheel;

namespace detail {
/// A node of a circular doubly linked list; alone it points nowhere.
struct TimerLink {
  TimerLink* previous = nullptr;
  TimerLink* next = nullptr;
};
}  // namespace detail

/// Something that wants to be called once at a time. It lives in its owner and unlinks itself when destroyed.
class Timer : private detail::TimerLink {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool scheduled() const noexcept { return next != nullptr; }

 protected:
  ~Timer();

  /// Called once, not before the time it was scheduled for; may schedule itself again or destroy itself.
  virtual void on_timer() = 0;

 private:
  friend class TimerWheel;
  TimerWheel* wheel_ = nullptr;
  std::uint64_t tick_ = 0;
};

/// One wheel for every deadline of the loop: hierarchical, with slots of 10 ms, scheduling and cancelling in
/// constant time and without allocation. A timer fires at most one slot late, never early.
class TimerWheel {
 public:
  static constexpr Milliseconds kTick{10};

  explicit TimerWheel(Monotonic now) noexcept;
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Sets or moves the timer. A time that has passed means the next advance.
  void schedule(Timer& timer, Monotonic when) noexcept;
  void cancel(Timer& timer) noexcept;

  /// Fires everything due at `now`, in order of ticks.
  void advance(Monotonic now);

  /// When advance has to be called next at the latest; nothing while no timer is set.
  std::optional<Monotonic> next() const noexcept;

  std::size_t size() const noexcept { return size_; }

 private:
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kSlots = 1U << kBits;
  static constexpr unsigned kLevels = 6;

  void link(Timer& timer) noexcept;
  void cascade(unsigned level) noexcept;
  void fire_slot(unsigned slot);

  std::array<std::array<detail::TimerLink, kSlots>, kLevels> slots_;
  std::array<std::uint64_t, kLevels> occupied_{};
  detail::TimerLink due_;
  Monotonic origin_;
  std::uint64_t current_ = 0;  // the last tick that was fired
  std::size_t size_ = 0;
};

}  // namespace confab
