// SPDX-License-Identifier: MIT
#include "net/poll_since.hpp"

#include <algorithm>
#include <charconv>

#include "confab/base/clock.hpp"
#include "confab/base/json.hpp"

namespace confab::net {
namespace {

bool is_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `123`, `123.4`, `123.456789`: microseconds, what is finer is cut.
std::optional<Stamp> parse_milliseconds(std::string_view text) noexcept {
  const auto dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  if (!is_digits(whole) || whole.size() > 15) return std::nullopt;
  Stamp stamp = 0;
  std::from_chars(whole.data(), whole.data() + whole.size(), stamp);
  Stamp unit = 1000;
  stamp *= unit;
  if (dot == std::string_view::npos) return stamp;
  const std::string_view decimals = text.substr(dot + 1);
  if (!is_digits(decimals)) return std::nullopt;
  for (std::size_t i = 0; i < std::min<std::size_t>(decimals.size(), 3); ++i)
    stamp += (decimals[i] - '0') * (unit /= 10);
  return stamp;
}

}  // namespace

std::optional<PollSince> PollSince::parse(std::string_view text) {
  // Numbers first: no generation is one.
  if (const auto stamp = parse_milliseconds(text)) return PollSince{*stamp, {}};
  if (const auto time = parse_iso8601(text)) return PollSince{*time, {}};
  if (auto cursor = Cursor::parse(text)) return PollSince{cursor->stamp, std::move(cursor->generation)};
  return std::nullopt;
}

void append_milliseconds(std::string& out, Stamp stamp) {
  json::append_integer(out, stamp / 1000);
  const auto fraction = static_cast<int>(stamp % 1000);
  out += '.';
  out += static_cast<char>('0' + fraction / 100);
  out += static_cast<char>('0' + fraction / 10 % 10);
  out += static_cast<char>('0' + fraction % 10);
}

}  // namespace confab::net
