// SPDX-License-Identifier: MIT
#include "confab/base/ids.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace confab {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

/// Randomness in stock, so that an id doesn't cost a system call. What is handed out is wiped.
class Pool {
 public:
  void take(std::span<std::byte> out) {
    for (auto& byte : out) {
      if (next_ == bytes_.size()) refill();
      byte = bytes_[next_];
      bytes_[next_++] = std::byte{0};
    }
  }

 private:
  void refill() {
    std::size_t filled = 0;
    while (filled < bytes_.size()) {
      const ssize_t got = getrandom(bytes_.data() + filled, bytes_.size() - filled, 0);
      if (got > 0) {
        filled += static_cast<std::size_t>(got);
      } else if (errno != EINTR) {
        std::abort();  // without randomness every secret would be guessable
      }
    }
    next_ = 0;
  }

  std::array<std::byte, 512> bytes_{};
  std::size_t next_ = bytes_.size();
};

Pool& pool() {
  static Pool instance;
  return instance;
}

}  // namespace

void random_bytes(std::span<std::byte> out) {
  pool().take(out);
}

std::uint64_t random_u64() {
  std::uint64_t number = 0;
  pool().take(std::as_writable_bytes(std::span(&number, 1)));
  return number;
}

std::string random_token(std::size_t characters) {
  constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
  constexpr unsigned kFair = 256 - 256 % kAlphabet.size();  // bytes from here on would favour some letters
  std::string token;
  while (token.size() < characters) {
    std::byte byte{};
    pool().take({&byte, 1});
    if (std::to_integer<unsigned>(byte) < kFair)
      token += kAlphabet[std::to_integer<unsigned>(byte) % kAlphabet.size()];
  }
  return token;
}

std::string random_guest_name() {
  return "guest-" + random_token(8);
}

void append_hex64(std::string& out, std::uint64_t number) {
  for (int shift = 60; shift >= 0; shift -= 4)
    out += kHex[number >> shift & 15];
}

std::optional<std::uint64_t> parse_hex64(std::string_view text) noexcept {
  if (text.size() != 16) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    const auto digit = kHex.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    number = number << 4 | digit;
  }
  return number;
}

}  // namespace confab
