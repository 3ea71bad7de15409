// SPDX-License-Identifier: MIT
#include "confab/core/metrics.hpp"

#include <algorithm>
#include <bit>

namespace confab {

void LatencyHistogram::add(std::uint64_t micros, std::uint64_t times) noexcept {
  const auto index = micros <= 1 ? 0 : static_cast<std::size_t>(std::bit_width(micros - 1));
  buckets_[std::min(index, kBuckets - 1)] += times;
  count_ += times;
  sum_ += micros * times;
  max_ = std::max(max_, micros);
}

}  // namespace confab
