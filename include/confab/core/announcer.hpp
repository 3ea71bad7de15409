// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "confab/base/loop.hpp"
#include "confab/core/room.hpp"

namespace confab {

/// Tells the members of rooms who came and who went: at the end of the turn, the last of each user's comings
/// and goings only, and to nobody who was told by its own `joined`. Where a room is crowded it tells their
/// number instead, at most once a second. The hub's; it knows rooms by reference until forget().
class Announcer final : private Timer {
 public:
  explicit Announcer(Loop& loop) : loop_(loop) {}

  /// A user came or went.
  void note(Room& room, const std::string& user, bool joined);

  /// A session came or went, be it a user's or a guest's.
  void note_number(Room& room);

  /// Tells what there is to tell of one room now.
  void tell(Room& room);

  /// Tells what there is to tell of all.
  void tell_all();

  /// Whether tell_all() has anything to do.
  bool idle() const noexcept { return changed_.empty(); }

  /// The room is about to go.
  void forget(Room& room);

 private:
  void on_timer() override;
  void tell_number(Room& room) const;

  Loop& loop_;
  std::vector<Room*> changed_;
  std::vector<Room*> crowded_;
};

}  // namespace confab
