// SPDX-License-Identifier: MIT
#include "confab/base/event_names.hpp"

#include <algorithm>
#include <array>

#include "confab/base/utf8.hpp"

namespace confab {

namespace {

// clang-format off
constexpr auto kReserved = std::to_array<std::string_view>({
    "ack", "answer", "auth", "ban", "banned", "batch", "call_accept", "call_end", "call_reject", "call_request", "chat",
    "chat_message", "connect", "connect_error", "connected", "delete", "delta", "direct", "disconnect", "disconnecting",
    "error", "history", "ice-candidate", "ice_servers", "join", "join_room", "joined", "kick", "kicked", "leave",
    "message_deleted", "messages", "mute", "muted", "newListener", "notification", "occupancy", "offer", "open", "ping",
    "pong", "presence", "publish", "read", "reconnect", "removeListener", "reset", "state", "token_expiring", "typing",
    "unban", "unmute", "user_joined", "user_left", "user_read", "user_typing",
});
// clang-format on
static_assert(std::is_sorted(kReserved.begin(), kReserved.end()), "binary_search needs it");

constexpr std::size_t kMaxEventName = 64;

}  // namespace

bool legal_event_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kMaxEventName) return false;
  const char* const end = name.data() + name.size();
  for (const char* at = name.data(); at != end;) {
    const std::size_t length = utf8_sequence(at, end);
    const auto lead = static_cast<unsigned char>(*at);
    if (length == 0 || lead < 0x20 || lead == 0x7F) return false;
    // U+0080 to U+009F, the second set of controls.
    if (lead == 0xC2 && static_cast<unsigned char>(at[1]) < 0xA0) return false;
    at += length;
  }
  return !reserved_event_name(name);
}

bool reserved_event_name(std::string_view name) noexcept {
  return std::binary_search(kReserved.begin(), kReserved.end(), name);
}

}  // namespace confab
