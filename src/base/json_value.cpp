// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>

#include "confab/base/json.hpp"
#include "json_chars.hpp"
#include "json_decode.hpp"

namespace confab::json {

namespace {

/// A number with a fraction, an exponent or more digits than fit: the digits before the point that the
/// exponent makes are the value, all behind it must be zeros.
std::optional<std::int64_t> exact_integer(std::string_view number) noexcept {
  const bool negative = number.front() == '-';
  if (negative) number.remove_prefix(1);
  std::string_view digits = number.substr(0, number.find_first_of("eE"));
  std::int64_t exponent = 0;
  if (digits.size() != number.size()) {
    std::string_view power = number.substr(digits.size() + 1);
    const bool below_zero = power.front() == '-';
    if (!is_digit(power.front())) power.remove_prefix(1);
    // No text is long enough for a greater exponent to matter.
    constexpr std::int64_t kEnough = std::int64_t{1} << 50;
    for (char c : power)
      exponent = std::min(kEnough, exponent * 10 + (c - '0'));
    if (below_zero) exponent = -exponent;
  }
  const std::size_t point = digits.find('.');
  std::int64_t before = exponent + static_cast<std::int64_t>(std::min(point, digits.size()));
  const std::uint64_t limit = std::uint64_t{1} << 63;
  std::uint64_t magnitude = 0;
  for (char c : digits) {
    if (c == '.') continue;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (before-- > 0) {
      if (magnitude > (limit - digit) / 10) return std::nullopt;
      magnitude = magnitude * 10 + digit;
    } else if (digit != 0) {
      return std::nullopt;
    }
  }
  for (; magnitude != 0 && before > 0; --before) {
    if (magnitude > limit / 10) return std::nullopt;
    magnitude *= 10;
  }
  if (!negative && magnitude == limit) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

}  // namespace

Kind Value::kind() const noexcept {
  switch (raw.empty() ? 'n' : raw.front()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    default:
      return Kind::number;
  }
}

std::optional<bool> Value::boolean() const noexcept {
  if (!is(Kind::boolean)) return std::nullopt;
  return raw.front() == 't';
}

std::optional<std::int64_t> Value::integer() const noexcept {
  if (!is(Kind::number)) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = raw.data() + raw.size();
  const auto [stopped, error] = std::from_chars(raw.data(), end, number);
  if (error == std::errc() && stopped == end) return number;
  return exact_integer(raw);
}

bool Value::string(std::string& out) const {
  if (!is(Kind::string)) return false;
  out.clear();
  append_decoded(out, raw.substr(1, raw.size() - 2));
  return true;
}

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* kept = at;
  while (true) {
    at = skip_plain(at, end);
    if (at == end) break;
    const auto byte = static_cast<unsigned char>(*at);
    if (byte >= 0x80) {
      while (at != end && static_cast<unsigned char>(*at) >= 0x80)
        ++at;
      continue;
    }
    out.append(kept, at);
    out.push_back('\\');
    switch (byte) {
      case '"':
      case '\\':
        out.push_back(*at);
        break;
      case '\b':
        out.push_back('b');
        break;
      case '\f':
        out.push_back('f');
        break;
      case '\n':
        out.push_back('n');
        break;
      case '\r':
        out.push_back('r');
        break;
      case '\t':
        out.push_back('t');
        break;
      default:
        out.append("u00");
        out.push_back(kHex[byte >> 4]);
        out.push_back(kHex[byte & 15]);
    }
    kept = ++at;
  }
  out.append(kept, end);
  out.push_back('"');
}

void append_integer(std::string& out, std::int64_t number) {
  std::array<char, 20> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

}  // namespace confab::json
