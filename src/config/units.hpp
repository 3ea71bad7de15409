// SPDX-License-Identifier: MIT
#pragma once
#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace confab::config {

/// Why a text is no amount; describe() has the sentence.
enum class AmountError : unsigned char { malformed, no_unit, negative, too_large };

template <class T>
using Amount = boost::system::result<T, AmountError>;

/// Reads `250ms`, `30s`, `5m`, `24h`. A bare number is `no_unit`, but for 0.
Amount<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

/// Reads a number of bytes, bare or with `B`, `KiB`, `MiB`, `GiB` (powers of 1024), `KB`, `MB`, `GB` (of
/// 1000).
Amount<std::size_t> parse_bytes(std::string_view text) noexcept;

/// Reads decimal digits; no sign, no leading zero (YAML's versions disagree about 010).
Amount<std::size_t> parse_count(std::string_view text) noexcept;

/// The largest unit in which the duration is a whole number: 60000 ms is `1m`, 0 is `0s`.
std::string print_duration(std::chrono::milliseconds duration);

/// The largest power of 1024 in which the size is a whole number, else of 1000, else bare: 65536 is `64KiB`,
/// 0 is `0`.
std::string print_bytes(std::size_t bytes);

/// A clause for people, such as "negative".
std::string_view describe(AmountError error) noexcept;

}  // namespace confab::config
