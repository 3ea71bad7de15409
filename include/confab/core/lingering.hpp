// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <string>
#include <utility>

#include "confab/base/loop.hpp"
#include "confab/base/ring.hpp"
#include "confab/core/room.hpp"

namespace confab {

/// Rooms that stay open for a while though nobody may be in them: those that somebody polls, who is away
/// between two requests. The hub's.
class Lingering final : private Timer {
 public:
  static constexpr std::chrono::seconds kTime{60};

  /// `over` is called with the name of a room whose time may be over; the room may be gone already.
  Lingering(Loop& loop, std::function<void(const std::string& room)> over)
      : loop_(loop), over_(std::move(over)) {}

  /// From now on for kTime.
  void keep(Room& room);

  /// Asked by `over`: whether the room was kept again meanwhile, and so waits on.
  bool keeps_on(Room& room);

  /// It stands in the list: it isn't let go before its turn, so that no room stands there twice.
  static bool holds(const Room& room) noexcept { return room.lingers_; }

 private:
  struct Due {
    std::string room;
    Monotonic when;
  };

  void wait_for(Room& room);
  void on_timer() override;

  Loop& loop_;
  std::function<void(const std::string& room)> over_;
  Ring<Due> due_;  // a room that is open stands here at most once
};

}  // namespace confab
