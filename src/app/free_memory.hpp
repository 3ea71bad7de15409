// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

#include "confab/base/loop.hpp"

namespace confab::app {

/// Gives memory that was needed once back to the system. glibc keeps what is freed anywhere but at the end of
/// its heap, so a process would stay as large as its busiest hour had it. Looks every ten seconds; asks for
/// it only where more than 64 MiB, and more than is in use, lie idle.
class FreeMemory final : private Timer {
 public:
  /// The loop has to outlive it.
  explicit FreeMemory(Loop& loop);

  static bool worth_it(std::size_t resident, std::size_t used) noexcept;

 private:
  void on_timer() override;

  Loop& loop_;
};

}  // namespace confab::app
