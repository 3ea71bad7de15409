// SPDX-License-Identifier: MIT
#include "confab/base/names.hpp"

#include "confab/base/json.hpp"

namespace confab {
namespace {

bool plain_text(std::string_view text, std::size_t limit) noexcept {
  if (text.empty() || text.size() > limit || !json::valid_utf8(text)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return false;
    // U+0080 to U+009F, the second set of controls, are C2 80 to C2 9F.
    if (byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  }
  return true;
}

}  // namespace

bool legal_room_name(std::string_view name) noexcept {
  return plain_text(name, 128) && name != "." && name != "..";
}

bool is_server_room(std::string_view name) noexcept {
  return name.starts_with('@') || name.starts_with('$');
}

bool legal_user_name(std::string_view name) noexcept {
  return plain_text(name, 120) && !is_server_room(name) && !name.starts_with("guest-");
}

bool legal_guest_name(std::string_view name) noexcept {
  constexpr std::string_view kPrefix = "guest-";
  if (!name.starts_with(kPrefix) || name.size() != kPrefix.size() + 8) return false;
  name.remove_prefix(kPrefix.size());
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
}

bool legal_message_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 64 && json::valid_utf8(id);
}

}  // namespace confab
