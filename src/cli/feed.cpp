// SPDX-License-Identifier: MIT
#include "cli/feed.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "confab/base/errc.hpp"

namespace confab::cli {
namespace {

/// Longer than a server would ask a client to stay away.
constexpr std::chrono::milliseconds kLongestWait = std::chrono::minutes(10);
constexpr std::string_view kJoinId = "join-";

std::string text_of(const json::Object& object, std::string_view name) {
  std::string text;
  const json::Value* value = object.find(name);
  if (value != nullptr) value->string(text);
  return text;
}

std::optional<std::uint64_t> number_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  if (value == nullptr || !value->is(json::Kind::number)) return std::nullopt;
  const auto number = value->integer();
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

bool flag_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->boolean().value_or(false);
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string text_of(const Position& position) {
  return position.epoch + ':' + std::to_string(position.seq);
}

/// Whether the same request may succeed later.
bool passes(std::string_view code) {
  return is_one_of(code, {describe(errc::rate_limited).name, describe(errc::unavailable).name,
                          describe(errc::internal).name});
}

}  // namespace

Feed::Feed(FeedOptions options, Printer& printer) : options_(std::move(options)), printer_(printer) {
  for (const auto& name : options_.rooms) {
    std::optional<Position> position;
    for (const auto& since : options_.since)
      if (since.room.empty() ? !position : since.room == name) position = since.position;
    rooms_.emplace_back(name, std::move(position));
  }
}

std::vector<std::string> Feed::greeting() {
  std::vector<std::string> joins;
  for (std::size_t i = 0; i < rooms_.size(); ++i) {
    const FollowedRoom& room = rooms_[i];
    if (room.gone) continue;
    std::string join =
        "{\"type\":\"join\",\"id\":\"" + std::string(kJoinId) + std::to_string(i) + "\",\"room\":";
    json::append_quoted(join, room.name());
    if (room.position()) {
      join += ",\"since\":{\"epoch\":";
      json::append_quoted(join, room.position()->epoch);
      (join += ",\"seq\":") += std::to_string(room.position()->seq) + '}';
    }
    if (options_.history) (join += ",\"history\":") += std::to_string(*options_.history);
    joins.push_back(join += '}');
  }
  return joins;
}

Feed::Next Feed::on_message(std::string_view text) {
  const auto parsed = parser_.object(text);
  if (!parsed) return fail(Trouble::Kind::refused, "The server sent something that isn't JSON.");
  const json::Object& message = **parsed;
  const std::string type = text_of(message, "type");
  if (type == "connected") return Next::greet;
  if (type == "joined") return on_joined(message);
  if (type == "messages") return on_page(message);
  if (type == "error") return on_error(message);
  if (type == "reset") on_reset(message);
  if (type == "reconnect")
    wait_ = std::chrono::milliseconds(
        std::min<std::uint64_t>(number_of(message, "after").value_or(0), kLongestWait.count()));
  if (is_one_of(type, {"ack", "pong", "reset", "reconnect", "token_expiring"})) return Next::go_on;
  FollowedRoom* room = find(message);
  // Everybody gets what is said to all and to oneself; those who asked for these rooms print it.
  if (room == nullptr) return Next::go_on;
  if (type == "kicked" || type == "banned") return on_removed(message, *room, type);
  if (type == "delta") return on_delta(message, *room);
  return on_event(message, *room);
}

Feed::Next Feed::on_joined(const json::Object& message) {
  FollowedRoom* room = find(message);
  if (room == nullptr) return Next::go_on;
  joined_ = true;
  const std::optional<Position> asked = room->position();
  const Arrival arrival{text_of(message, "epoch"), number_of(message, "seq").value_or(0),
                        flag_of(message, "recovered"), flag_of(message, "more")};
  if (room->on_joined(arrival) == FollowedRoom::Recovery::lost) {
    printer_.notice(room->name() + ": not everything after " + text_of(*asked) +
                    " is there any more; going on with what is left");
  }
  const Next next = print_list(message, *room);
  if (next != Next::go_on) return next;
  room->on_caught_up(arrival);
  if (options_.what != FeedOptions::What::state) return Next::go_on;
  room->state().restart(message);
  return print_state(*room);
}

Feed::Next Feed::on_page(const json::Object& message) {
  FollowedRoom* room = find(message);
  return room == nullptr ? Next::go_on : print_list(message, *room);
}

Feed::Next Feed::print_list(const json::Object& message, FollowedRoom& room) {
  const json::Value* list = message.find("messages");
  if (list == nullptr || !list->is(json::Kind::array)) return Next::go_on;
  json::Elements elements(*list);
  json::Object event;
  for (json::Value value; elements.next(value);) {
    if (!value.is(json::Kind::object)) continue;
    event.assign(value);
    if (const Next next = on_event(event, room); next != Next::go_on) return next;
  }
  return Next::go_on;
}

Feed::Next Feed::on_error(const json::Object& message) {
  const std::string code = text_of(message, "code");
  std::string sentence = text_of(message, "message") + " (" + code + ")";
  const std::string id = text_of(message, "id");
  if (!id.starts_with(kJoinId)) {
    printer_.notice(sentence);
    return Next::go_on;
  }
  std::size_t index = rooms_.size();
  std::from_chars(id.data() + kJoinId.size(), id.data() + id.size(), index);
  if (index < rooms_.size()) sentence.insert(0, rooms_[index].name() + ": ");
  if (!passes(code)) return fail(Trouble::Kind::refused, std::move(sentence));
  printer_.notice(sentence);
  if (const auto after = number_of(message, "retryAfter"))
    wait_ = std::chrono::milliseconds(std::min<std::uint64_t>(*after, kLongestWait.count()));
  return Next::retry;
}

Feed::Next Feed::on_removed(const json::Object& message, FollowedRoom& room, std::string_view how) {
  std::string sentence = room.name() + ": " + std::string(how) + " by the server";
  if (const std::string reason = text_of(message, "reason"); !reason.empty()) (sentence += ", ") += reason;
  room.gone = true;
  const bool all =
      std::all_of(rooms_.begin(), rooms_.end(), [](const FollowedRoom& each) { return each.gone; });
  if (all) return fail(Trouble::Kind::refused, std::move(sentence));
  printer_.notice(sentence);
  return Next::go_on;
}

void Feed::on_reset(const json::Object& message) {
  const json::Value* list = message.find("rooms");
  if (list == nullptr || !list->is(json::Kind::array)) return;
  json::Elements elements(*list);
  json::Object reset;
  for (json::Value value; elements.next(value);) {
    if (!value.is(json::Kind::object)) continue;
    reset.assign(value);
    FollowedRoom* room = find(reset);
    if (room == nullptr) continue;
    Position now{text_of(reset, "epoch"), number_of(reset, "seq").value_or(0)};
    const bool gap = text_of(reset, "reason") == "gap";
    printer_.notice(
        room->name() +
        (gap ? ": some events are lost; going on after " : ": its history began again; going on after ") +
        text_of(now));
    room->on_reset(std::move(now));
  }
}

Feed::Next Feed::on_delta(const json::Object& message, FollowedRoom& room) {
  if (options_.what != FeedOptions::What::state) return on_event(message, room);
  return room.state().apply(message) ? print_state(room) : Next::go_on;
}

Feed::Next Feed::on_event(const json::Object& message, FollowedRoom& room) {
  const auto seq = number_of(message, "seq");
  if (seq && !room.fresh(*seq)) return Next::go_on;
  if (options_.what == FeedOptions::What::state) return Next::go_on;
  const bool beside = is_one_of(text_of(message, "type"), {"user_joined", "user_left", "user_typing",
                                                           "user_read", "occupancy", "delta"});
  if (beside && options_.what == FeedOptions::What::messages) return Next::go_on;
  return print(event_line(message, options_.form));
}

Feed::Next Feed::print_state(FollowedRoom& room) {
  const std::string line = room.state().line(room.name());
  // Back after a lost connection, and nothing has changed.
  if (std::exchange(room.printed_state, line) == line) return Next::go_on;
  return print(line);
}

Feed::Next Feed::print(std::string_view line) {
  if (!printer_.line(line)) return Next::done;
  ++printed_;
  return options_.count && printed_ >= *options_.count ? Next::done : Next::go_on;
}

Feed::Next Feed::fail(Trouble::Kind kind, std::string sentence) {
  trouble_ = {kind, std::move(sentence)};
  return Next::fail;
}

FollowedRoom* Feed::find(const json::Object& message) {
  const std::string name = text_of(message, "room");
  const auto at = std::find_if(rooms_.begin(), rooms_.end(),
                               [&name](const FollowedRoom& room) { return room.name() == name; });
  return at == rooms_.end() ? nullptr : &*at;
}

std::optional<std::chrono::milliseconds> Feed::take_wait() {
  return std::exchange(wait_, std::nullopt);
}

bool Feed::take_joined() {
  return std::exchange(joined_, false);
}

}  // namespace confab::cli
