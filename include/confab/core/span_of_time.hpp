// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string_view>

#include "confab/base/clock.hpp"
#include "confab/base/json.hpp"
#include "confab/core/field_reader.hpp"

namespace confab {

/// A time as clients and the API write it: `250ms`, `30s`, `10m`, `24h` or `7d`, from 1 ms to ten years.
std::optional<Milliseconds> parse_time(std::string_view text) noexcept;

/// A field that is such a text, or a number of seconds. A fault of `in` where it is neither.
std::optional<Milliseconds> optional_time(FieldReader& in, const json::Object& fields, const char* name);

}  // namespace confab
