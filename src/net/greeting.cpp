// SPDX-License-Identifier: MIT
#include "net/greeting.hpp"

#include "confab/base/json.hpp"

namespace confab::net {
namespace {

void append_client(std::string& out, const Session& session) {
  out += "\"clientId\":";
  json::append_quoted(out, session.client_id());
}

void append_moment(std::string& out, const Cursor& cursor, WallMicros now) {
  out += ",\"cursor\":\"";
  cursor.append_to(out);
  out += "\",\"timestamp\":\"";
  append_iso8601(out, now);
  out += '"';
}

}  // namespace

std::string connected_members(const Session& session, const Cursor& cursor, WallMicros now,
                              Milliseconds heartbeat) {
  std::string members;
  append_client(members, session);
  append_moment(members, cursor, now);
  members += ",\"heartbeat\":";
  json::append_integer(members, heartbeat.count());
  return members;
}

std::string connected_members(const Session& session, std::string_view sid, const Cursor& cursor,
                              WallMicros now) {
  std::string members;
  append_client(members, session);
  members += ",\"sid\":";
  json::append_quoted(members, sid);
  append_moment(members, cursor, now);
  return members;
}

}  // namespace confab::net
