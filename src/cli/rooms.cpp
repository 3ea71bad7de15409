// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>

#include "cli/commands.hpp"
#include "cli/http_client.hpp"

namespace confab::cli {
namespace {

constexpr std::uint64_t kPage = 500;

std::string word_of(const json::Object& object, std::string_view name) {
  std::string text;
  const json::Value* value = object.find(name);
  if (value != nullptr && !value->string(text)) text = value->raw;
  return text.empty() ? "-" : text;
}

/// The names last: they are of any length.
std::string row(std::string_view users, std::string_view sessions, std::string_view position,
                std::string_view room) {
  const auto right = [](std::string_view text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ').append(text);
  };
  return right(users, 7) + "  " + right(sessions, 8) + "  " + right(position, 20) + "  " + printable(room);
}

std::string text_of(const json::Object& room) {
  return row(word_of(room, "users"), word_of(room, "sessions"),
             word_of(room, "epoch") + ':' + word_of(room, "seq"), word_of(room, "room"));
}

}  // namespace

outcome<void> run(const RoomsCommand& command, const ServerAccess& access, Output& output) {
  HttpClient client(access.url, access.key);
  json::Parser parser;
  json::Object room;
  std::string after;
  bool first = true;
  for (std::uint64_t left = command.limit; left > 0;) {
    std::string target = "/api/rooms?limit=" + std::to_string(std::min(left, kPage));
    if (!command.prefix.empty()) target += "&prefix=" + percent_encode(command.prefix);
    if (!after.empty()) target += "&after=" + percent_encode(after);
    const auto answer = client.get(target);
    if (!answer) return answer.error();
    if (answer->status != 200) return refusal(*answer);
    const auto body = parser.object(answer->body);
    const json::Value* items = body ? (*body)->find("items") : nullptr;
    if (items == nullptr || !items->is(json::Kind::array))
      return Trouble{Trouble::Kind::refused, "The server answered with something that is no list of rooms."};
    if (std::exchange(first, false) && command.form == Form::text)
      output.line(row("USERS", "SESSIONS", "POSITION", "ROOM"));
    json::Elements elements(*items);
    for (json::Value value; elements.next(value) && left > 0; --left) {
      if (!value.is(json::Kind::object)) continue;
      room.assign(value);
      if (!output.line(command.form == Form::json ? std::string(value.raw) : text_of(room)))
        return output.verdict();
    }
    const json::Value* next = (*body)->find("next");
    if (next == nullptr || !next->string(after)) break;
  }
  return output.verdict();
}

}  // namespace confab::cli
