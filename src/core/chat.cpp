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

}  // namespace

result<std::string> chat_body(const json::Object& fields, std::string_view direction) {
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
      body += said->raw;
    }
    append(member.raw);
  }
  return body;
}

}  // namespace confab
