// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace confab::ws {

using MaskKey = std::array<char, 4>;

/// XORs the bytes with the key (RFC 6455 section 5.3) in place and turns the key, so that the next piece of
/// the same payload goes on where this one ended, however the payload was cut.
inline void unmask(std::span<char> bytes, MaskKey& key) noexcept {
  std::uint64_t pattern;
  std::memcpy(&pattern, key.data(), 4);
  std::memcpy(reinterpret_cast<char*>(&pattern) + 4, key.data(), 4);
  char* at = bytes.data();
  char* const end = at + bytes.size();
  for (; end - at >= 8; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    word ^= pattern;
    std::memcpy(at, &word, 8);
  }
  for (std::size_t i = 0; at != end; ++at, ++i)
    *at = static_cast<char>(*at ^ key[i & 3]);
  std::rotate(key.begin(), key.begin() + static_cast<std::ptrdiff_t>(bytes.size() & 3), key.end());
}

}  // namespace confab::ws
