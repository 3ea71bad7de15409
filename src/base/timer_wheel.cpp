// SPDX-License-Identifier: MIT
#include "confab/base/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace confab {
namespace {

using detail::TimerLink;

void make_empty(TimerLink& head) noexcept {
  head.previous = head.next = &head;
}

bool is_empty(const TimerLink& head) noexcept {
  return head.next == &head;
}

void append(TimerLink& head, TimerLink& node) noexcept {
  node.previous = head.previous;
  node.next = &head;
  head.previous->next = &node;
  head.previous = &node;
}

void unlink(TimerLink& node) noexcept {
  node.previous->next = node.next;
  node.next->previous = node.previous;
  node.previous = node.next = nullptr;
}

/// Moves all nodes of `from` behind those of `to`.
void splice(TimerLink& to, TimerLink& from) noexcept {
  if (is_empty(from)) return;
  to.previous->next = from.next;
  from.next->previous = to.previous;
  from.previous->next = &to;
  to.previous = from.previous;
  make_empty(from);
}

}  // namespace

Timer::~Timer() {
  if (wheel_ != nullptr) wheel_->cancel(*this);
}

TimerWheel::TimerWheel(Monotonic now) noexcept : origin_(now) {
  for (auto& level : slots_)
    for (auto& slot : level)
      make_empty(slot);
  make_empty(due_);
}

TimerWheel::~TimerWheel() {
  const auto forget = [](TimerLink& head) {
    while (!is_empty(head)) {
      auto& timer = static_cast<Timer&>(*head.next);
      unlink(timer);
      timer.wheel_ = nullptr;
    }
  };
  for (auto& level : slots_)
    for (auto& slot : level)
      forget(slot);
  forget(due_);
}

void TimerWheel::schedule(Timer& timer, Monotonic when) noexcept {
  cancel(timer);
  const auto delay = std::max(when - origin_, Monotonic::duration::zero());
  const auto tick = static_cast<std::uint64_t>((delay + kTick - Monotonic::duration(1)) / kTick);
  timer.tick_ = std::max(tick, current_ + 1);
  timer.wheel_ = this;
  ++size_;
  link(timer);
}

void TimerWheel::cancel(Timer& timer) noexcept {
  if (timer.wheel_ == nullptr) return;
  // A slot that empties keeps its bit; the next look at it clears it.
  unlink(timer);
  timer.wheel_ = nullptr;
  --size_;
}

void TimerWheel::link(Timer& timer) noexcept {
  // The level is the highest digit (base 64) in which the tick differs from now: what is nearer is in a finer
  // one.
  const std::uint64_t difference = timer.tick_ ^ current_;
  unsigned level = difference == 0 ? 0 : static_cast<unsigned>(std::bit_width(difference) - 1) / kBits;
  std::uint64_t slot = timer.tick_ >> (level * kBits);
  if (level >= kLevels) {
    // More than 21 years ahead: parked in the last slot to come and placed again from there.
    level = kLevels - 1;
    slot = (current_ >> (level * kBits)) + kSlots - 1;
  }
  slot &= kSlots - 1;
  append(slots_[level][slot], timer);
  occupied_[level] |= std::uint64_t{1} << slot;
}

void TimerWheel::cascade(unsigned level) noexcept {
  const auto slot = static_cast<unsigned>(current_ >> (level * kBits)) & (kSlots - 1);
  if (slot == 0 && level + 1 < kLevels) cascade(level + 1);
  if ((occupied_[level] >> slot & 1) == 0) return;
  occupied_[level] &= ~(std::uint64_t{1} << slot);
  TimerLink moved;
  make_empty(moved);
  splice(moved, slots_[level][slot]);
  while (!is_empty(moved)) {
    auto& timer = static_cast<Timer&>(*moved.next);
    unlink(timer);
    link(timer);
  }
}

void TimerWheel::fire_slot(unsigned slot) {
  occupied_[0] &= ~(std::uint64_t{1} << slot);
  // Onto a list of their own first: a timer that fires may schedule or cancel any other, itself included.
  splice(due_, slots_[0][slot]);
  while (!is_empty(due_)) {
    auto& timer = static_cast<Timer&>(*due_.next);
    cancel(timer);
    timer.on_timer();
  }
}

void TimerWheel::advance(Monotonic now) {
  if (now < origin_) return;
  const auto target = static_cast<std::uint64_t>((now - origin_) / kTick);
  while (current_ < target) {
    if (size_ == 0) {
      current_ = target;
      return;
    }
    const auto slot = static_cast<unsigned>(current_) & (kSlots - 1);
    const std::uint64_t ahead = slot == kSlots - 1 ? 0 : occupied_[0] >> (slot + 1);
    // Straight to the next occupied slot of this turn of the finest level, else to the turn's end.
    const std::uint64_t step =
        ahead != 0 ? static_cast<std::uint64_t>(std::countr_zero(ahead)) + 1 : kSlots - slot;
    if (current_ + step > target) {
      current_ = target;
      return;
    }
    current_ += step;
    if ((current_ & (kSlots - 1)) == 0) cascade(1);
    if ((occupied_[0] >> (current_ & (kSlots - 1)) & 1) != 0) {
      fire_slot(static_cast<unsigned>(current_) & (kSlots - 1));
    }
  }
}

std::optional<Monotonic> TimerWheel::next() const noexcept {
  if (size_ == 0) return std::nullopt;
  std::optional<std::uint64_t> earliest;
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint64_t base = current_ >> (level * kBits);
    const auto slot = static_cast<unsigned>(base) & (kSlots - 1);
    // Slots up to the present one belong to the level's next turn; rotating puts them last.
    const std::uint64_t rotated = std::rotr(occupied_[level], static_cast<int>((slot + 1) & (kSlots - 1)));
    if (rotated == 0) continue;
    const std::uint64_t tick = (base + static_cast<std::uint64_t>(std::countr_zero(rotated)) + 1)
                               << (level * kBits);
    if (!earliest || tick < *earliest) earliest = tick;
  }
  if (!earliest) return std::nullopt;
  return origin_ + *earliest * kTick;
}

}  // namespace confab
