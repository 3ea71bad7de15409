// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

#include "confab/base/names.hpp"

namespace confab {

/// A key of a room's shared state: what may be the name of a room may be one.
inline bool legal_state_key(std::string_view key) noexcept {
  return legal_room_name(key);
}

}  // namespace confab
