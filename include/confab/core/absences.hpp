// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "confab/base/loop.hpp"
#include "confab/core/room.hpp"

namespace confab {

/// Users whose last connection to a room was lost, and who are taken to be there until the room's grace is
/// over (config.md, `leave_grace`). The hub's; a room of which somebody is absent isn't forgotten.
class Absences final {
 public:
  /// `over` is called with a room and a user who hasn't come back. At most `most` absences at a time.
  Absences(Loop& loop, const std::size_t& most, std::function<void(std::string room, std::string user)> over);
  ~Absences();

  /// False where there are as many as may be: the user has left then.
  bool begin(Room& room, std::string_view user);

  /// The user is back; nothing where it wasn't absent.
  void end(Room& room, std::string_view user);

  /// Nobody is absent from the room any more, as its roster begins anew.
  void forget(Room& room);

  /// Whether anybody is absent from the room.
  static bool holds(const Room& room) noexcept { return room.absent_ > 0; }

  std::size_t size() const noexcept { return absences_.size(); }

 private:
  class Absence;

  void on_over(Absence& absence);

  Loop& loop_;
  const std::size_t& most_;
  std::function<void(std::string room, std::string user)> over_;
  boost::unordered_flat_map<std::string, std::unique_ptr<Absence>> absences_;
};

}  // namespace confab
