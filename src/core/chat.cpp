// SPDX-License-Identifier: MIT
#include "confab/core/chat.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace confab {
namespace {

constexpr std::array<std::string_view, 12> kServers{
    "type",      "room",  "user",    "id",   "seq",        "epoch",
    "timestamp", "stamp", "deleted", "from", "fromClient", "ephemeral",
};

bool is_servers(std::string_view key) noexcept {
  return std::find(kServers.begin(), kServers.end(), key) != kServers.end();
}

/// The JSON string with what a browser would take for markup escaped (HTML standard, section 13.1.2).
std::string escaped(const json::Value& said) {
  std::string text;
  said.string(text);
  std::string plain;
  plain.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        plain += "&amp;";
        break;
      case '<':
        plain += "&lt;";
        break;
      case '>':
        plain += "&gt;";
        break;
      case '"':
        plain += "&quot;";
        break;
      case '\'':
        plain += "&#39;";
        break;
      default:
        plain += c;
    }
  }
  std::string quoted;
  json::append_quoted(quoted, plain);
  return quoted;
}

bool is_text(std::string_view key) noexcept {
  return key == "text" || key == "message";
}

}  // namespace

result<std::string> chat_body(const json::Object& fields, std::string_view direction, Sanitize sanitize) {
  const json::Value* text = fields.find("text");
  const json::Value* message = fields.find("message");
  const json::Value* said = text != nullptr ? text : message;
  if (said == nullptr) return Fault{errc::bad_message, "text", "This field is missing."};
  if (!said->is(json::Kind::string)) return Fault{errc::bad_message, "text", "This field is a string."};

  std::string body;
  body.reserve(fields.raw().size() + said->raw.size() + 16);
  const auto append = [&](std::string_view member) {
    if (!body.empty()) body += ',';
    body += member;
  };
  for (const json::Member& member : fields.members()) {
    if (member.key == direction || is_servers(member.key)) continue;
    if (text == nullptr && member.key == "message") {
      append("\"text\":");
      body += sanitize == Sanitize::html ? escaped(*said) : std::string(said->raw);
    }
    if (sanitize == Sanitize::html && is_text(member.key) && member.value.is(json::Kind::string)) {
      append("\"");
      body.append(member.key).append("\":").append(escaped(member.value));
    } else {
      append(member.raw);
    }
  }
  return body;
}

}  // namespace confab
