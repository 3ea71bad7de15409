// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

namespace confab::ws {

/// What a close frame without a code stands for; never on the wire (RFC 6455 section 7.4.1).
inline constexpr std::uint16_t kNoStatus = 1005;

/// Whether an endpoint may send this code in a close frame: those of RFC 6455 section 7.4.1, those that
/// IANA's registry has added since (1012 to 1014), and the ranges of section 7.4.2 for libraries and
/// applications. 1004 is reserved; 1005, 1006 and 1015 are names for what was never sent.
constexpr bool is_legal_close_code(std::uint16_t code) noexcept {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace confab::ws
