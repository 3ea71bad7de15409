// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/result.hpp"

namespace confab {

/// Whether the marker moved on.
using MarkDone = std::function<void(const result<bool>&)>;
using MarksDone = std::function<void(const result<std::vector<std::uint64_t>>&)>;

/// Up to which seq each user has read a room, over all nodes. A marker only moves on; where a room has more
/// readers than `limits.read_markers_per_room` those that moved longest ago are forgotten. `done` is called
/// once, perhaps before the call returns.
class ReadMarkers {
 public:
  virtual void mark(std::string_view room, std::string_view user, std::uint64_t up_to, MarkDone done) = 0;

  /// The marker of each of these users, in their order; 0 where there is none.
  virtual void list(std::string_view room, const std::vector<std::string>& users, MarksDone done) = 0;

 protected:
  ~ReadMarkers() = default;
};

}  // namespace confab
