// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/clock.hpp"

namespace confab {

/// A user in a room: by how many sessions, and since when the first of them.
struct Attendance {
  std::uint32_t connections = 0;
  WallMicros joined_at = 0;
};

/// Who is in a room, counted by user; in order of names, so that lists can be paged. Guests aren't on it.
class Roster {
 public:
  /// One more session of the user; true where it wasn't on it.
  bool enter(std::string_view user, WallMicros now);

  /// One session less; true where it was the last.
  bool leave(std::string_view user);

  /// One session less of a user who stays on it, be it without any, until it enters again or is let go.
  void step_out(std::string_view user);

  /// Whether the user has one session here and no more.
  bool last(std::string_view user) const;

  /// The user didn't come back; true where it was still without a session.
  bool let_go(std::string_view user);

  std::size_t users() const noexcept { return users_.size(); }

  /// Calls visit(user, attendance) for at most `limit` users whose name begins with `prefix` and comes after
  /// `after`; whether there are more.
  bool list(std::string_view prefix, std::string_view after, std::size_t limit,
            const std::function<void(const std::string&, const Attendance&)>& visit) const;

 private:
  std::map<std::string, Attendance, std::less<>> users_;
};

}  // namespace confab
