// SPDX-License-Identifier: MIT
#include "confab/base/utf8.hpp"

#include <cstring>

namespace confab {

namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080;

const char* skip_ascii(const char* at, const char* end) noexcept {
  while (end - at >= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    if (word & kHighBits) break;
    at += 8;
  }
  while (at != end && static_cast<unsigned char>(*at) < 0x80)
    ++at;
  return at;
}

}  // namespace

bool Utf8Validator::step(unsigned char byte) noexcept {
  if (pending_ != 0) {
    if (byte < lowest_ || byte > highest_) return false;
    --pending_;
    lowest_ = 0x80;
    highest_ = 0xBF;
    return true;
  }
  if (byte < 0x80) return true;
  if (byte < 0xC2 || byte > 0xF4) return false;
  pending_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  // RFC 3629 section 4: these four leads narrow their second byte.
  lowest_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
  highest_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
  return true;
}

bool Utf8Validator::feed(std::string_view piece) noexcept {
  const char* at = piece.data();
  const char* const end = at + piece.size();
  while (!failed_ && at != end) {
    if (pending_ == 0) {
      at = skip_ascii(at, end);
      while (at != end && static_cast<unsigned char>(*at) >= 0x80) {
        const std::size_t length = utf8_sequence(at, end);
        if (length == 0) break;
        at += length;
      }
      if (at == end || static_cast<unsigned char>(*at) < 0x80) continue;
    }
    // A character that the piece cuts, or a wrong one: byte by byte, to know which.
    failed_ = !step(static_cast<unsigned char>(*at));
    ++at;
  }
  return !failed_;
}

}  // namespace confab
