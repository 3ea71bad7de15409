// SPDX-License-Identifier: MIT
#include "net/asio_loop.hpp"

#include <chrono>

namespace confab::net {

AsioLoop::AsioLoop()
    : io_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE),
      work_(io_.get_executor()),
      timers_(std::chrono::steady_clock::now()) {}

void AsioLoop::run() {
  while (!stopped_)
    turn();
  stopped_ = false;
}

Monotonic AsioLoop::now() const noexcept {
  if (!now_) now_ = std::chrono::steady_clock::now();
  return *now_;
}

WallMicros AsioLoop::wall() const noexcept {
  if (!wall_) {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    wall_ = std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count();
  }
  return *wall_;
}

Monotonic AsioLoop::clock() const noexcept {
  return std::chrono::steady_clock::now();
}

void AsioLoop::turn() {
  // The first handler runs inside the sleep's call, so what was read before it is forgotten before it.
  now_.reset();
  wall_.reset();
  std::size_t handled = deferred_.empty() ? sleep() : 0;
  while (handled < kHandlersATurn && io_.poll_one() > 0)
    ++handled;
  timers_.advance(now());
  end_turn();
}

std::size_t AsioLoop::sleep() {
  const auto next = timers_.next();
  return next ? io_.run_one_until(*next) : io_.run_one();
}

void AsioLoop::end_turn() {
  finishing_.swap(deferred_);
  for (TurnEnd* work : finishing_)
    finish(*work);
  finishing_.clear();
}

}  // namespace confab::net
