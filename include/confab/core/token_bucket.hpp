// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstdint>

#include "confab/base/clock.hpp"

namespace confab {

/// How much somebody may do: `rate` a second on average, `burst` at once. Counts in thousandths, so that it
/// needs neither a float nor a timer: what has been earned since is worked out when it is asked for.
class TokenBucket {
 public:
  /// Takes one where there is one. A rate of 0 has no limit. `now` never goes back.
  bool take(Monotonic now, std::size_t rate, std::size_t burst) noexcept {
    if (rate == 0) return true;
    refill(now, rate, burst);
    if (level_ < 1000) return false;
    level_ -= 1000;
    return true;
  }

  /// How long until there is one again.
  Milliseconds wait(std::size_t rate) const noexcept {
    if (rate == 0 || level_ >= 1000) return Milliseconds(0);
    return Milliseconds((1000 - level_ + rate - 1) / rate);
  }

 private:
  void refill(Monotonic now, std::size_t rate, std::size_t burst) noexcept {
    const auto time = std::chrono::duration_cast<Milliseconds>(now.time_since_epoch()).count();
    if (last_ == 0) {
      level_ = burst * 1000;
    } else {
      const auto full = burst * 1000;
      const auto elapsed = static_cast<std::size_t>(std::max<std::int64_t>(time - last_, 0));
      level_ = elapsed > full / rate ? full : std::min(full, level_ + elapsed * rate);
    }
    last_ = time;
  }

  std::size_t level_ = 0;
  std::int64_t last_ = 0;
};

}  // namespace confab
