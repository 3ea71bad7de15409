// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

namespace confab::json {

/// Appends what the inside of a validated JSON string stands for. Never longer than `inside`.
void append_decoded(std::string& out, std::string_view inside);

}  // namespace confab::json
