// SPDX-License-Identifier: MIT
#include "protocol/native/event_json.hpp"

#include <string_view>

#include "confab/base/clock.hpp"
#include "confab/base/json.hpp"

namespace confab::native {
namespace {

/// Keys, quotes, commas, the time and the longest seq.
constexpr std::size_t kEnvelope = 160;

/// Begins a member, `"key":`, with a comma where it isn't the first of its object.
void append_key(std::string& out, std::string_view key) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += key;
  out += "\":";
}

void append_members(std::string& out, std::string_view members) {
  if (members.empty()) return;
  if (out.back() != '{') out += ',';
  out += members;
}

}  // namespace

std::size_t size_hint(const Event& event) noexcept {
  return kEnvelope + event.weight();
}

std::size_t size_hint(const Reply& reply) noexcept {
  std::size_t size = kEnvelope + reply.name.size() + reply.correlation.size() + reply.members.size();
  for (const EventPtr& event : reply.messages)
    size += size_hint(*event);
  return size;
}

void append_event(std::string& out, const Event& event, TypeMember type) {
  out += '{';
  if (type == TypeMember::present) {
    append_key(out, "type");
    json::append_quoted(out, event.name());
  }
  // What is said to one session alone is in no room.
  if (!event.room().empty()) {
    append_key(out, "room");
    json::append_quoted(out, event.room());
  }
  if (!event.user().empty()) {
    append_key(out, "user");
    json::append_quoted(out, event.user());
  }
  if (event.shape() == EventShape::flat) {
    append_members(out, event.body());
  } else {
    append_key(out, "data");
    out += event.body();
  }
  if (!event.id().empty()) {
    append_key(out, "id");
    json::append_quoted(out, event.id());
  }
  if (event.stored()) {
    append_key(out, "seq");
    json::append_integer(out, static_cast<std::int64_t>(event.seq()));
  }
  if (event.time() != 0) {
    append_key(out, "timestamp");
    out += '"';
    append_iso8601(out, event.time());
    out += '"';
  }
  out += '}';
}

void append_reply(std::string& out, const Reply& reply, TypeMember type) {
  out += '{';
  if (type == TypeMember::present) {
    append_key(out, "type");
    json::append_quoted(out, reply.name);
  }
  if (!reply.correlation.empty()) {
    append_key(out, "id");
    out += reply.correlation;
  }
  append_members(out, reply.members);
  if (reply.with_messages) {
    append_key(out, "messages");
    out += '[';
    for (const EventPtr& event : reply.messages) {
      if (out.back() != '[') out += ',';
      append_event(out, *event);
    }
    out += ']';
  }
  out += '}';
}

std::string json_of(const Event& event) {
  std::string text;
  text.reserve(size_hint(event));
  append_event(text, event);
  return text;
}

std::string json_of(const Reply& reply) {
  std::string text;
  text.reserve(size_hint(reply));
  append_reply(text, reply);
  return text;
}

}  // namespace confab::native
