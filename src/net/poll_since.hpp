// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "confab/core/position.hpp"

namespace confab::net {

/// Where a long poll wants to go on: a cursor, or a time.
struct PollSince {
  Stamp stamp = 0;
  std::string generation;  ///< "" for a time, which is the same under every generation

  /// A cursor; a number of milliseconds, with decimals or without, as `timestamp` was answered; or an ISO
  /// time.
  static std::optional<PollSince> parse(std::string_view text);
};

/// Appends a stamp as milliseconds with three decimals: 1795514400123.456
void append_milliseconds(std::string& out, Stamp stamp);

}  // namespace confab::net
