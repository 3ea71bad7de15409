// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace confab {

/// 128 bits that stand for something longer.
struct Digest128 {
  std::array<std::byte, 16> bytes{};

  bool operator==(const Digest128&) const = default;
};

/// 32 lower-case hexadecimal digits.
std::string hex(const Digest128& digest);

/// The bits are uniform already, so any eight bytes are a hash.
inline std::size_t hash_value(const Digest128& digest) noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, digest.bytes.data(), sizeof hash);
  return hash;
}

/// The first 128 bits of SHA-256 over the parts, each with its length before it, so that no two lists of
/// parts are taken for one another.
Digest128 fingerprint(std::initializer_list<std::string_view> parts);

/// The first 128 bits of HMAC-SHA256 (RFC 2104).
Digest128 hmac128(std::span<const std::byte> key, std::string_view text);

/// The 20 bytes of HMAC-SHA1 (RFC 2104): what TURN servers make of a shared secret.
std::string hmac_sha1(std::string_view key, std::string_view text);

/// Whether two secrets are equal, in a time that tells nothing of where they differ (their lengths may show).
bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

}  // namespace confab
