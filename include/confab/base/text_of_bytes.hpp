// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Bytes where only text can travel.
namespace confab {

/// Standard base64 with padding (RFC 4648 section 4).
std::string base64_encode(std::string_view bytes);

/// Only what base64_encode can have written: padded, no other characters, unused bits zero (RFC 4648
/// section 3.5).
std::optional<std::string> base64_decode(std::string_view text);

/// Two lower-case digits a byte.
std::string hex_encode(std::string_view bytes);

}  // namespace confab
