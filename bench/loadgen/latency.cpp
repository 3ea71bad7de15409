// SPDX-License-Identifier: MIT
#include "loadgen/latency.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace confab::bench {

namespace {

constexpr unsigned kStepBits = 7;
constexpr std::uint64_t kStepsPerDoubling = 1U << kStepBits;

// Values below 128 have a step each; above, the seven bits after the leading one choose it.
std::size_t step_of(std::uint64_t value) {
  if (value < kStepsPerDoubling) return value;
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - kStepBits - 1;
  return shift * kStepsPerDoubling + (value >> shift);
}

std::uint64_t top_of(std::size_t step) {
  if (step < kStepsPerDoubling) return step;
  const std::uint64_t shift = step / kStepsPerDoubling - 1;
  return ((step - shift * kStepsPerDoubling + 1) << shift) - 1;
}

}  // namespace

Latency::Latency() : steps_((64 - kStepBits + 1) * kStepsPerDoubling) {}

void Latency::add(std::int64_t nanoseconds) {
  const std::uint64_t value = nanoseconds < 0 ? 0 : static_cast<std::uint64_t>(nanoseconds);
  ++steps_[step_of(value)];
  ++count_;
  max_ = std::max(max_, value);
}

double Latency::quantile_ms(double part) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t step = 0; step < steps_.size(); ++step) {
    seen += steps_[step];
    if (seen >= wanted && seen > 0) return static_cast<double>(std::min(top_of(step), max_)) / 1e6;
  }
  return 0;
}

}  // namespace confab::bench
