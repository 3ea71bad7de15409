// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <span>
#include <vector>

#include "confab/base/loop.hpp"

namespace confab::net {

/// The event loop of the process: sockets by Asio, one timer wheel, and what is deferred to the end of the
/// turn. The thread that calls run() is the only one that may touch it or anything that hangs on it: the
/// io_context has no locks at all (so it refuses to resolve names in the background). It outlives whatever it
/// serves.
class AsioLoop final : public Loop {
 public:
  /// Handlers run in one turn before timers and deferred work get theirs, however much more is ready.
  static constexpr std::size_t kHandlersATurn = 1024;
  static constexpr std::size_t kReadBuffer = std::size_t{64} << 10;

  AsioLoop();
  AsioLoop(const AsioLoop&) = delete;
  AsioLoop& operator=(const AsioLoop&) = delete;

  boost::asio::io_context& io() noexcept { return io_; }

  /// The one buffer that everybody reads into, between a read and the end of the call that made it.
  std::span<char> read_buffer() noexcept { return read_buffer_; }

  /// Takes turn after turn until stop(). What a handler throws comes out of it. May be called again.
  void run();

  /// run() returns when the present turn has ended with all of its parts; at once where it is yet to be
  /// called.
  void stop() noexcept { stopped_ = true; }

  Monotonic now() const noexcept override;
  WallMicros wall() const noexcept override;
  Monotonic clock() const noexcept override;

  TimerWheel& timers() noexcept override { return timers_; }

 private:
  void turn();
  std::size_t sleep();
  void end_turn();

  void enqueue(TurnEnd& work) override { deferred_.push_back(&work); }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  TimerWheel timers_;
  std::vector<TurnEnd*> deferred_;
  std::vector<TurnEnd*> finishing_;  // those of the turn that ends, while more is deferred
  mutable std::optional<Monotonic> now_;
  mutable std::optional<WallMicros> wall_;
  bool stopped_ = false;
  std::array<char, kReadBuffer> read_buffer_;
};

}  // namespace confab::net
