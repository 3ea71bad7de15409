// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

namespace confab::cli {

inline constexpr std::string_view kVersion = CONFAB_VERSION;
inline constexpr std::string_view kUserAgent = "confab/" CONFAB_VERSION;

}  // namespace confab::cli
