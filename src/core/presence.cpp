// SPDX-License-Identifier: MIT
#include "confab/core/presence.hpp"

#include "confab/base/clock.hpp"
#include "confab/base/json.hpp"

namespace confab {

MemberPage list_members(const Room& room, const MemberQuery& query) {
  MemberPage page;
  page.more = room.roster().list(query.prefix, query.after, query.limit,
                                 [&](const std::string& user, const Attendance& here) {
                                   page.members.push_back({user, here, 0});
                                 });
  return page;
}

void list_readers(const Room& room, const MemberQuery& query, ReadMarkers& markers,
                  std::function<void(const result<MemberPage>&)> done) {
  MemberPage page = list_members(room, query);
  std::vector<std::string> users;
  users.reserve(page.members.size());
  for (const auto& member : page.members)
    users.push_back(member.user);
  markers.list(room.name(), users,
               [page = std::move(page),
                done = std::move(done)](const result<std::vector<std::uint64_t>>& read) mutable {
                 if (!read) return done(read.error());
                 for (std::size_t i = 0; i < page.members.size(); ++i)
                   page.members[i].read = (*read)[i];
                 done(std::move(page));
               });
}

void append_members(std::string& out, const MemberPage& page, MemberForm form) {
  out += '[';
  for (const auto& member : page.members) {
    if (out.back() != '[') out += ',';
    out += "{\"user\":";
    json::append_quoted(out, member.user);
    if (form == MemberForm::presence) {
      out += ",\"connections\":";
      json::append_integer(out, member.attendance.connections);
    }
    out += ",\"joinedAt\":\"";
    append_iso8601(out, member.attendance.joined_at);
    out += '"';
    if (form == MemberForm::presence) {
      out += ",\"read\":";
      json::append_integer(out, static_cast<std::int64_t>(member.read));
    }
    out += '}';
  }
  out += ']';
}

void append_attendance(std::string& out, const Room& room) {
  out += "\"users\":";
  json::append_integer(out, static_cast<std::int64_t>(room.roster().users()));
  out += ",\"sessions\":";
  json::append_integer(out, static_cast<std::int64_t>(room.sessions()));
}

}  // namespace confab
