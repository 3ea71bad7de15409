// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

/// What may be a name (protocol.md, section 1). Bytes are UTF-8; control characters are those of Unicode's
/// class Cc.
namespace confab {

/// 1 to 128 bytes, no control characters, neither "." nor "..". The server's own rooms are legal names too.
bool legal_room_name(std::string_view name) noexcept;

/// Whether the room is the server's: its name begins with `@` (personal) or `$`.
bool is_server_room(std::string_view name) noexcept;

/// 1 to 120 bytes, no control characters, not beginning with `@`, `$` or `guest-`.
bool legal_user_name(std::string_view name) noexcept;

/// A name as guests have it: `guest-` and eight of a-z and 0-9.
bool legal_guest_name(std::string_view name) noexcept;

/// 1 to 64 bytes of UTF-8.
bool legal_message_id(std::string_view id) noexcept;

}  // namespace confab
