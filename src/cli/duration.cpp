// SPDX-License-Identifier: MIT
#include "cli/duration.hpp"

#include <charconv>
#include <cstdint>

namespace confab::cli {
namespace {

constexpr std::int64_t kLongest = std::int64_t{3650} * 24 * 60 * 60;

std::int64_t seconds_of(char unit) noexcept {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 60 * 60;
    case 'd':
      return 24 * 60 * 60;
    default:
      return 0;
  }
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) noexcept {
  if (text.empty()) return std::nullopt;
  const std::int64_t unit = seconds_of(text.back());
  text.remove_suffix(1);
  std::uint32_t amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (unit == 0 || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (amount == 0 || amount > kLongest / unit) return std::nullopt;
  return std::chrono::seconds(amount * unit);
}

}  // namespace confab::cli
