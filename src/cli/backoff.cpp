// SPDX-License-Identifier: MIT
#include "cli/backoff.hpp"

#include "confab/base/ids.hpp"

namespace confab::cli {

double random_jitter() {
  constexpr double kParts = 1 << 20;
  return static_cast<double>(random_u64() >> 44) / kParts;
}

}  // namespace confab::cli
