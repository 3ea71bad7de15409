// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "confab/base/json.hpp"

namespace confab::cli {

/// An object of objects as lines of `path.to.member  value`, the values in one column: whatever a server of
/// another version has in it is shown. Texts come without their quotes and without control characters; the
/// elements of lists are numbered from 0.
std::vector<std::string> flat_text(const json::Object& object);

}  // namespace confab::cli
