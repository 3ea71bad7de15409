// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "confab/core/read_markers.hpp"
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

/// One user who is in a room.
struct ListedMember {
  std::string user;
  Attendance attendance;
  std::uint64_t read = 0;  ///< the seq up to which it has read
};

struct MemberPage {
  std::vector<ListedMember> members;
  bool more = false;
};

/// Nobody is listed where the room's rule hides presence.
MemberPage list_members(const Room& room, const MemberQuery& query);

/// The same with what they have read. `done` is called once, perhaps before this returns.
void list_readers(const Room& room, const MemberQuery& query, ReadMarkers& markers,
                  std::function<void(const result<MemberPage>&)> done);

/// Appends a JSON array.
void append_members(std::string& out, const MemberPage& page, MemberForm form);

/// Appends `"users":N,"sessions":N`.
void append_attendance(std::string& out, const Room& room);

}  // namespace confab
