// SPDX-License-Identifier: MIT
#include "net/websocket_heartbeat.hpp"

#include <algorithm>

namespace confab::net {
namespace {

Milliseconds half(const WebSocketHeartbeat::Timing& timing) noexcept {
  return std::max(timing.interval / 2, Milliseconds(1));
}

/// The first look after `now` of those that are half an interval apart.
Monotonic next_look(Monotonic earlier, const WebSocketHeartbeat::Timing& timing, Monotonic now) noexcept {
  return earlier + half(timing) * ((now - earlier) / half(timing) + 1);
}

}  // namespace

void WebSocketHeartbeat::start(const Timing& timing, Monotonic now, std::uint64_t random) noexcept {
  // One bit says which of two looks is the one that asks a silent peer, the others when the first is.
  heard_ = (random & 1) != 0;
  const auto offset = (random >> 1) % static_cast<std::uint64_t>(half(timing).count());
  next_ = now + Milliseconds(1 + static_cast<std::int64_t>(offset));
}

bool WebSocketHeartbeat::hear(const Timing& timing, Monotonic now) noexcept {
  heard_ = true;
  if (!asked_) return false;
  asked_ = false;
  next_ = next_look(next_ - timing.timeout, timing, now);
  return true;
}

WebSocketHeartbeat::Verdict WebSocketHeartbeat::look(const Timing& timing, Monotonic now) noexcept {
  if (heard_) {
    next_ = next_look(asked_ ? next_ - timing.timeout : next_, timing, now);
    heard_ = asked_ = false;
    return Verdict::alive;
  }
  if (asked_) return Verdict::gone;
  asked_ = true;
  next_ = now + timing.timeout;
  return Verdict::silent;
}

}  // namespace confab::net
