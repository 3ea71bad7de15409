// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

namespace confab::app {

/// Raises the number of descriptors that the process may open as far as the system lets it, and says how far
/// that is.
std::size_t raise_descriptor_limit();

}  // namespace confab::app
