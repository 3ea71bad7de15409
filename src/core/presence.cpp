// SPDX-License-Identifier: MIT
#include "confab/core/presence.hpp"

#include "confab/base/clock.hpp"
#include "confab/base/json.hpp"

namespace confab {

bool append_members(std::string& out, const Room& room, std::string_view after, std::size_t limit,
                    MemberForm form) {
  out += '[';
  bool first = true;
  const bool more = room.roster().list(after, limit, [&](const std::string& user, const Attendance& here) {
    if (!first) out += ',';
    first = false;
    out += "{\"user\":";
    json::append_quoted(out, user);
    if (form == MemberForm::presence) {
      out += ",\"connections\":";
      json::append_integer(out, here.connections);
    }
    out += ",\"joinedAt\":\"";
    append_iso8601(out, here.joined_at);
    out += '"';
    if (form == MemberForm::presence) out += ",\"read\":0";
    out += '}';
  });
  out += ']';
  return more;
}

void append_attendance(std::string& out, const Room& room) {
  out += "\"users\":";
  json::append_integer(out, static_cast<std::int64_t>(room.roster().users()));
  out += ",\"sessions\":";
  json::append_integer(out, static_cast<std::int64_t>(room.sessions()));
}

}  // namespace confab
