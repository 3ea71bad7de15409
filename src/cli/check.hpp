// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cli/commands.hpp"

namespace confab::cli {

/// What is wrong with a command that no server needs to be asked for, as a sentence.
std::optional<std::string> check(const Command& command);

/// Reads `EPOCH:SEQ` or `ROOM=EPOCH:SEQ`.
std::optional<FeedOptions::Since> parse_since(std::string_view text);

/// Whether it can be the value of a header field: visible ASCII, or nothing.
bool fits_header(std::string_view text) noexcept;

}  // namespace confab::cli
