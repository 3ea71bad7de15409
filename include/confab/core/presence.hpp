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

/// Appends a JSON array of at most `limit` users whose name comes after `after`; whether there are more.
/// Nobody is listed where the room's rule hides presence.
bool append_members(std::string& out, const Room& room, std::string_view after, std::size_t limit,
                    MemberForm form);

/// Appends `"users":N,"sessions":N`.
void append_attendance(std::string& out, const Room& room);

}  // namespace confab
