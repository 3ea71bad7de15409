// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace confab::config {

/// How many insertions, deletions, substitutions and swaps of neighbours make one text of the other (optimal
/// string alignment); `bound + 1` as soon as it is more than `bound`.
std::size_t edit_distance(std::string_view left, std::string_view right, std::size_t bound);

/// The name that was probably meant; empty where none is near. A key written in the wrong section is found by
/// its last part (`message_size` for `limits.message_size`). The first of equals wins.
std::string nearest(std::string_view wrong, const std::vector<std::string>& known);

}  // namespace confab::config
