// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace confab {

/// Monotonic time, for intervals and timers.
using Monotonic = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

/// Wall-clock time in microseconds since 1970 UTC, the unit of stamps.
using WallMicros = std::int64_t;

/// Appends `2026-11-24T10:00:00.123Z` (ISO 8601 UTC with milliseconds, truncated). Years 1970 to 9999.
void append_iso8601(std::string& out, WallMicros time);

/// Reads an ISO 8601 date and time with `Z` or an offset and up to six decimals of a second; nothing where it
/// is none.
std::optional<WallMicros> parse_iso8601(std::string_view text) noexcept;

}  // namespace confab
