// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "confab/base/json.hpp"

namespace confab::cli {

/// A member's copy of the state that a room shares: the snapshot of `joined`, and each `delta` since.
class StateCopy {
 public:
  /// Becomes what a `joined` has (no state: an empty one).
  void restart(const json::Object& joined);

  /// False where the delta isn't newer than what is here, or is none.
  bool apply(const json::Object& delta);

  /// `{"room":…,"stateVersion":N,"state":{…}}`, the keys in the order of their bytes.
  std::string line(std::string_view room) const;

 private:
  std::map<std::string, std::string> values_;  // the key's name, and compact JSON
  std::int64_t version_ = 0;
};

}  // namespace confab::cli
