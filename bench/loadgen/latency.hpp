// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace confab::bench {

// A histogram of times with a relative error under 1 %, in bounded memory: 128 steps for each power of two.
class Latency {
 public:
  Latency();

  // Negative times count as 0.
  void add(std::int64_t nanoseconds);

  std::uint64_t count() const { return count_; }

  // The time, in milliseconds, that the given part (0 to 1) of all stayed within; 0 where nothing was added.
  double quantile_ms(double part) const;

  double max_ms() const { return static_cast<double>(max_) / 1e6; }

 private:
  std::vector<std::uint64_t> steps_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace confab::bench
