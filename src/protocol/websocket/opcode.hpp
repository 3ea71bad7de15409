// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>

namespace confab::ws {

/// RFC 6455 section 5.2. A message is text or binary; 3 to 7 and 11 to 15 are reserved.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

constexpr bool is_control(Opcode opcode) noexcept {
  return (static_cast<unsigned>(opcode) & 8U) != 0;
}

constexpr bool is_reserved(Opcode opcode) noexcept {
  return (static_cast<unsigned>(opcode) & 7U) > 2;
}

/// RFC 6455 section 5.5: what a control frame carries at most.
inline constexpr std::size_t kMaxControlPayload = 125;

}  // namespace confab::ws
