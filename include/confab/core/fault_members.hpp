// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "confab/base/result.hpp"

namespace confab {

/// The members that say what is wrong, as every `error` has them: `code`, `message` and, where one is at
/// fault, `field`.
std::string fault_members(const Fault& fault);

}  // namespace confab
