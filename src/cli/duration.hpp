// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

namespace confab::cli {

/// Reads `90s`, `10m`, `1h` or `7d`, up to ten years. A bare number has no unit and is refused, as are 0 and
/// fractions.
std::optional<std::chrono::seconds> parse_duration(std::string_view text) noexcept;

}  // namespace confab::cli
