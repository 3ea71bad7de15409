// SPDX-License-Identifier: MIT
#include "confab/base/clock.hpp"

namespace confab {
namespace {

using Days = std::chrono::sys_days;
constexpr WallMicros kSecond = 1'000'000;
constexpr WallMicros kDay = 86'400 * kSecond;

void put_digits(char* out, unsigned value, int digits) noexcept {
  for (int i = digits - 1; i >= 0; --i, value /= 10)
    out[i] = static_cast<char>('0' + value % 10);
}

/// Takes exactly `digits` digits off the front.
bool take_number(std::string_view& text, std::size_t digits, int& out) noexcept {
  if (text.size() < digits) return false;
  out = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take_char(std::string_view& text, char wanted) noexcept {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, WallMicros& micros) noexcept {
  WallMicros unit = kSecond / 10;
  if (!take_char(text, '.')) return true;
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    if (unit == 0) return false;
    micros += unit * (text.front() - '0');
    unit /= 10;
  }
  return true;
}

bool take_offset(std::string_view& text, WallMicros& offset) noexcept {
  if (take_char(text, 'Z')) return text.empty();
  const bool behind = !text.empty() && text.front() == '-';
  if (!behind && (text.empty() || text.front() != '+')) return false;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!take_number(text, 2, hours) || !take_char(text, ':') || !take_number(text, 2, minutes)) return false;
  if (hours > 23 || minutes > 59 || !text.empty()) return false;
  offset = (hours * 3600 + minutes * 60) * kSecond * (behind ? -1 : 1);
  return true;
}

}  // namespace

void append_iso8601(std::string& out, WallMicros time) {
  const WallMicros days = time / kDay;
  const WallMicros in_day = time % kDay;
  const std::chrono::year_month_day date{Days{std::chrono::days{days}}};
  const auto millis = static_cast<unsigned>(in_day / 1000);
  char text[] = "0000-00-00T00:00:00.000Z";
  put_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(text + 5, static_cast<unsigned>(date.month()), 2);
  put_digits(text + 8, static_cast<unsigned>(date.day()), 2);
  put_digits(text + 11, millis / 3'600'000, 2);
  put_digits(text + 14, millis / 60'000 % 60, 2);
  put_digits(text + 17, millis / 1000 % 60, 2);
  put_digits(text + 20, millis % 1000, 3);
  out.append(text, sizeof text - 1);
}

std::optional<WallMicros> parse_iso8601(std::string_view text) noexcept {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!take_number(text, 4, year) || !take_char(text, '-') || !take_number(text, 2, month) ||
      !take_char(text, '-') || !take_number(text, 2, day) || !take_char(text, 'T') ||
      !take_number(text, 2, hour) || !take_char(text, ':') || !take_number(text, 2, minute) ||
      !take_char(text, ':') || !take_number(text, 2, second)) {
    return std::nullopt;
  }
  WallMicros fraction = 0;
  WallMicros offset = 0;
  if (!take_fraction(text, fraction) || !take_offset(text, offset)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const WallMicros days = Days{date}.time_since_epoch().count();
  return days * kDay + (hour * 3600 + minute * 60 + second) * kSecond + fraction - offset;
}

}  // namespace confab
