// SPDX-License-Identifier: MIT
#include "confab/core/position.hpp"

#include <algorithm>
#include <charconv>

namespace confab {
namespace {

/// Splits at the last `separator` into a tag (letters and digits, at most 32) and a number.
template <class Number>
std::optional<std::pair<std::string, Number>> split(std::string_view text, char separator) {
  const auto at = text.rfind(separator);
  if (at == std::string_view::npos || at == 0 || at > 32) return std::nullopt;
  const auto tag = text.substr(0, at);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  if (!std::all_of(tag.begin(), tag.end(), plain)) return std::nullopt;
  const auto digits = text.substr(at + 1);
  Number number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  if (number < Number{}) return std::nullopt;
  return std::pair(std::string(tag), number);
}

}  // namespace

std::optional<Position> Position::parse(std::string_view text) {
  auto parts = split<std::uint64_t>(text, ':');
  if (!parts) return std::nullopt;
  return Position{std::move(parts->first), parts->second};
}

std::optional<Cursor> Cursor::parse(std::string_view text) {
  auto parts = split<Stamp>(text, '.');
  if (!parts) return std::nullopt;
  return Cursor{std::move(parts->first), parts->second};
}

void Cursor::append_to(std::string& out) const {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, stamp).ptr;
  out.append(generation).push_back('.');
  out.append(digits, end);
}

}  // namespace confab
