// SPDX-License-Identifier: MIT
#include "config/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace confab::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Largest first: that is how they are printed.
constexpr std::array kDurations{Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1000}, Unit{"ms", 1}};
constexpr std::array kBinary{Unit{"GiB", 1ULL << 30}, Unit{"MiB", 1ULL << 20}, Unit{"KiB", 1ULL << 10}};
constexpr std::array kDecimal{Unit{"GB", 1'000'000'000}, Unit{"MB", 1'000'000}, Unit{"KB", 1000},
                              Unit{"B", 1}};

constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

template <std::size_t N>
const Unit* find(const std::array<Unit, N>& units, std::string_view name) noexcept {
  const auto at =
      std::find_if(units.begin(), units.end(), [name](const Unit& unit) { return unit.name == name; });
  return at == units.end() ? nullptr : &*at;
}

struct Parts {
  std::uint64_t number;
  std::string_view unit;
};

Amount<Parts> split(std::string_view text) noexcept {
  if (text.size() > 1 && text[0] == '-' && text[1] >= '0' && text[1] <= '9') return AmountError::negative;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return AmountError::too_large;
  if (error != std::errc()) return AmountError::malformed;
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (digits > 1 && text[0] == '0') return AmountError::malformed;
  return Parts{number, text.substr(digits)};
}

Amount<std::uint64_t> scale(std::uint64_t number, std::uint64_t factor) noexcept {
  if (number > kMost / factor) return AmountError::too_large;
  return number * factor;
}

template <std::size_t N>
const Unit* exact(const std::array<Unit, N>& units, std::uint64_t amount) noexcept {
  const auto at = std::find_if(units.begin(), units.end(),
                               [amount](const Unit& unit) { return amount % unit.factor == 0; });
  return at == units.end() ? nullptr : &*at;
}

std::string print(std::uint64_t amount, const Unit& unit) {
  return std::to_string(amount / unit.factor) + std::string(unit.name);
}

}  // namespace

Amount<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  const auto parts = split(text);
  if (!parts) return parts.error();
  if (parts->unit.empty()) {
    if (parts->number != 0) return AmountError::no_unit;
    return std::chrono::milliseconds(0);
  }
  const Unit* unit = find(kDurations, parts->unit);
  if (!unit) return AmountError::malformed;
  const auto scaled = scale(parts->number, unit->factor);
  if (!scaled) return scaled.error();
  return std::chrono::milliseconds(static_cast<std::int64_t>(*scaled));
}

Amount<std::size_t> parse_bytes(std::string_view text) noexcept {
  const auto parts = split(text);
  if (!parts) return parts.error();
  if (parts->unit.empty()) return scale(parts->number, 1);
  const Unit* unit = find(kBinary, parts->unit);
  if (!unit) unit = find(kDecimal, parts->unit);
  if (!unit) return AmountError::malformed;
  return scale(parts->number, unit->factor);
}

Amount<std::size_t> parse_count(std::string_view text) noexcept {
  const auto parts = split(text);
  if (!parts) return parts.error();
  if (!parts->unit.empty()) return AmountError::malformed;
  return scale(parts->number, 1);
}

std::string print_duration(std::chrono::milliseconds duration) {
  const auto amount = static_cast<std::uint64_t>(duration.count());
  return amount == 0 ? "0s" : print(amount, *exact(kDurations, amount));
}

std::string print_bytes(std::size_t bytes) {
  if (bytes == 0) return "0";
  if (const Unit* unit = exact(kBinary, bytes)) return print(bytes, *unit);
  const Unit& unit = *exact(kDecimal, bytes);
  return unit.factor == 1 ? std::to_string(bytes) : print(bytes, unit);
}

std::string_view describe(AmountError error) noexcept {
  switch (error) {
    case AmountError::malformed:
      return "not of this form";
    case AmountError::no_unit:
      return "without a unit";
    case AmountError::negative:
      return "negative";
    case AmountError::too_large:
      return "too large";
  }
  return {};
}

}  // namespace confab::config
