// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

#include "confab/base/clock.hpp"
#include "net/client_context.hpp"

namespace confab::net {

/// When a peer's signs of life are looked at, and what comes of it. They are looked at twice an interval, and
/// a peer that was silent between two looks is asked at the second: so one that vanishes is asked within an
/// interval of its last sign, and gone within the timeout after that. Each connection keeps the phase that
/// was drawn when it opened, so those who came together aren't asked together. It needs no more than flags
/// where a sign is noted.
class WebSocketHeartbeat {
 public:
  using Timing = ClientContext::Heartbeat;

  enum class Verdict : std::uint8_t {
    alive,
    silent,  ///< ask it for a sign; the next look is the last
    gone,
  };

  /// `random` is 64 random bits.
  void start(const Timing& timing, Monotonic now, std::uint64_t random) noexcept;

  /// The peer was heard. True where next() is another for it.
  bool hear(const Timing& timing, Monotonic now) noexcept;

  /// Something else showed that it lives.
  void note_progress() noexcept { heard_ = true; }

  /// When to look next.
  Monotonic next() const noexcept { return next_; }

  Verdict look(const Timing& timing, Monotonic now) noexcept;

 private:
  Monotonic next_;
  bool heard_ = false;
  bool asked_ = false;
};

}  // namespace confab::net
