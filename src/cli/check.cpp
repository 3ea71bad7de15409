// SPDX-License-Identifier: MIT
#include "cli/check.hpp"

#include <algorithm>
#include <set>

#include "cli/duration.hpp"
#include "confab/base/names.hpp"

namespace confab::cli {
namespace {

using Wrong = std::optional<std::string>;

Wrong check_room(const std::string& room) {
  if (legal_room_name(room)) return std::nullopt;
  return "\"" + room + "\" is no name of a room: it has 1 to 128 bytes and no control characters.";
}

Wrong check_user(const std::string& option, const std::string& user) {
  if (user.empty() || legal_user_name(user)) return std::nullopt;
  return option +
         " takes the name of a user: 1 to 120 bytes, no control characters, not beginning with @, $ or "
         "guest-.";
}

Wrong check_one(const PubCommand& pub) {
  const bool lines = pub.text == "-";
  if (auto wrong = check_room(pub.room)) return wrong;
  if (auto wrong = check_user("--user", pub.user)) return wrong;
  if (!pub.text && !pub.event) return "Give a text, - for the lines of the input, or --event.";
  if (pub.text && !lines && pub.event) return "An event has --data and no text.";
  if (pub.data && !pub.event) return "--data is an event's: name it with --event.";
  if (pub.data && lines) return "The data comes with --data or in the lines of the input, not in both.";
  if (!pub.id.empty() && lines) return "--id is one message's; the lines of the input get their own.";
  if (!pub.id.empty() && !legal_message_id(pub.id)) return "--id has 1 to 64 bytes.";
  return std::nullopt;
}

Wrong check_one(const SubCommand& sub) {
  const std::set<std::string> rooms(sub.feed.rooms.begin(), sub.feed.rooms.end());
  for (const auto& room : rooms)
    if (auto wrong = check_room(room)) return wrong;
  if (rooms.size() != sub.feed.rooms.size()) return "A room is named twice.";
  for (const auto& since : sub.feed.since)
    if (!since.room.empty() && !rooms.contains(since.room))
      return "--since names a room that isn't followed: " + since.room;
  if (!fits_header(sub.token)) return "The token has characters that no token has.";
  return check_user("--user", sub.user);
}

Wrong check_one(const TokenCommand& token) {
  if (!legal_user_name(token.user)) return check_user("--sub", token.user.empty() ? "@" : token.user);
  if (!parse_duration(token.expires)) return "--expires takes a time such as 30s, 10m, 1h or 7d.";
  if (token.secret.empty()) return "Give the secret by --secret or in CONFAB_AUTH_JWT_SECRET.";
  for (const auto* list : {&token.join, &token.publish, &token.roles})
    for (const auto& text : *list)
      if (!json::valid_utf8(text)) return "Patterns and roles are UTF-8.";
  return std::nullopt;
}

Wrong check_one(const StatsCommand&) {
  return std::nullopt;
}

Wrong check_one(const RoomsCommand&) {
  return std::nullopt;
}

Wrong check_one(const HistoryCommand& history) {
  return check_room(history.room);
}

}  // namespace

std::optional<std::string> check(const Command& command) {
  return std::visit([](const auto& one) { return check_one(one); }, command);
}

std::optional<FeedOptions::Since> parse_since(std::string_view text) {
  FeedOptions::Since since;
  // A room's name may have one too; a position has none.
  if (const auto equals = text.rfind('='); equals != std::string_view::npos) {
    since.room = text.substr(0, equals);
    if (since.room.empty()) return std::nullopt;
    text.remove_prefix(equals + 1);
  }
  auto position = Position::parse(text);
  if (!position) return std::nullopt;
  since.position = std::move(*position);
  return since;
}

bool fits_header(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace confab::cli
