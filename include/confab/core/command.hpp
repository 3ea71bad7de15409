// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

#include "confab/base/json.hpp"

namespace confab {

/// What a client asks, free of the language it asked in: a type and fields. Everything is a view of the
/// decoder's buffers and valid until its next call.
struct Command {
  std::string_view type;
  /// The message's own id as a JSON string with its quotes; empty: none, and only errors are answered.
  std::string_view correlation;
  const json::Object* fields = nullptr;
};

}  // namespace confab
