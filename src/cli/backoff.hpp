// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <chrono>

namespace confab::cli {

/// How long to wait before the next try. `jitter` is from 0 to 1 (0 <= jitter < 1) and spreads many clients
/// over the second half of each step, so that they don't all come back to a new server at once.
class Backoff {
 public:
  using Duration = std::chrono::milliseconds;

  static constexpr Duration kFirst{500};
  static constexpr Duration kMost{15'000};

  Duration next(double jitter) noexcept {
    const Duration whole = step_;
    step_ = std::min(step_ * 2, kMost);
    return part(whole, 0.5 + jitter / 2);
  }

  /// Nothing was tried since the last success.
  bool fresh() const noexcept { return step_ == kFirst; }

  /// What was tried has worked.
  void reset() noexcept { step_ = kFirst; }

  /// Where the server said how long: at least that, and up to a quarter more.
  static Duration after(Duration asked, double jitter) noexcept { return part(asked, 1 + jitter / 4); }

 private:
  static Duration part(Duration whole, double share) noexcept {
    return Duration(static_cast<Duration::rep>(static_cast<double>(whole.count()) * share));
  }

  Duration step_ = kFirst;
};

/// 0 <= jitter < 1.
double random_jitter();

}  // namespace confab::cli
