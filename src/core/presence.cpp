// SPDX-License-Identifier: MIT
#include "confab/core/presence.hpp"

#include "confab/base/clock.hpp"
#include "confab/base/json.hpp"

namespace confab {

std::string append_members(std::string& out, const Room& room, const MemberQuery& query, MemberForm form) {
  out += '[';
  std::string last;
  const auto visit = [&](const std::string& user, const Attendance& here) {
    if (!last.empty()) out += ',';
    last = user;
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
  };
  const bool more = room.roster().list(query.prefix, query.after, query.limit, visit);
  out += ']';
  return more ? last : std::string();
}

void append_attendance(std::string& out, const Room& room) {
  out += "\"users\":";
  json::append_integer(out, static_cast<std::int64_t>(room.roster().users()));
  out += ",\"sessions\":";
  json::append_integer(out, static_cast<std::int64_t>(room.sessions()));
}

}  // namespace confab
