// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace confab {

/// The length (1 to 4) of the well-formed UTF-8 sequence that begins at `at`; 0 where there is none before
/// `end`. RFC 3629 section 4: no overlong forms, no surrogates, nothing past U+10FFFF. Precondition: at !=
/// end.
inline std::size_t utf8_sequence(const char* at, const char* end) noexcept {
  const auto byte = [at](std::ptrdiff_t i) { return static_cast<unsigned char>(at[i]); };
  const auto continues = [&](std::ptrdiff_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return end - at >= 2 && continues(1) ? 2 : 0;
  if (lead < 0xF0) {
    if (end - at < 3 || !continues(1) || !continues(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;
    if (lead == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (lead > 0xF4 || end - at < 4 || !continues(1) || !continues(2) || !continues(3)) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return 4;
}

/// Checks text that comes in pieces, cut anywhere, and says that it is invalid with the first byte that makes
/// it so (RFC 6455 section 8.1 lets a connection fail there). Four bytes, so that every connection can hold
/// one.
class Utf8Validator {
 public:
  /// Takes the next piece. False where the text so far can't be the beginning of well-formed UTF-8; it stays
  /// false until reset().
  bool feed(std::string_view piece) noexcept;

  /// Whether the text so far is well-formed and does not end inside a character.
  bool complete() const noexcept { return pending_ == 0 && !failed_; }

  void reset() noexcept { *this = Utf8Validator(); }

 private:
  bool step(unsigned char byte) noexcept;

  std::uint8_t pending_ = 0;  ///< continuation bytes that the character still needs
  std::uint8_t lowest_ = 0;   ///< bounds of the next one
  std::uint8_t highest_ = 0;
  bool failed_ = false;
};

}  // namespace confab
