// SPDX-License-Identifier: MIT
#include "confab/core/span_of_time.hpp"

#include <charconv>
#include <utility>

namespace confab {
namespace {

constexpr std::int64_t kTenYears = std::int64_t{10} * 366 * 24 * 3600 * 1000;

constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};

std::optional<Milliseconds> within(std::int64_t number, std::int64_t unit) noexcept {
  if (number < 1 || number > kTenYears / unit) return std::nullopt;
  return Milliseconds(number * unit);
}

}  // namespace

std::optional<Milliseconds> parse_time(std::string_view text) noexcept {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& [name, size] : kUnits)
    if (unit == name) return within(number, size);
  return std::nullopt;
}

std::optional<Milliseconds> optional_time(FieldReader& in, const json::Object& fields, const char* name) {
  if (!in.has(name)) return std::nullopt;
  const json::Value& value = *fields.find(name);
  std::optional<Milliseconds> time;
  if (std::string text; value.string(text)) {
    time = parse_time(text);
  } else if (const auto seconds = value.integer()) {
    time = within(*seconds, 1000);
  }
  if (!time) in.wrong(name, "This is a time such as \"10m\", or a number of seconds, up to ten years.");
  return time;
}

}  // namespace confab
