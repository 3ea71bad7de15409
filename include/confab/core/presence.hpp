// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "confab/core/room.hpp"

namespace confab {

/// How a member is written: in `joined` (`user`, `joinedAt`), or in the answer to `presence`, with how often
/// the user is here and up to which seq it has read.
enum class MemberForm : std::uint8_t { arrival, presence };

/// Which members are wanted: at most `limit` whose names begin with `prefix` and come after `after`.
struct MemberQuery {
  std::string_view prefix;
  std::string_view after;
  std::size_t limit = 100;
};

/// Appends a JSON array of users; answers the last one's name where there are more, "" where not. Nobody is
/// listed where the room's rule hides presence.
std::string append_members(std::string& out, const Room& room, const MemberQuery& query, MemberForm form);

/// Appends `"users":N,"sessions":N`.
void append_attendance(std::string& out, const Room& room);

}  // namespace confab
