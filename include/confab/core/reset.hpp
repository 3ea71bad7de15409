// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace confab {

/// A room of which a member doesn't have the whole (protocol.md, "Positions"): its next event is `seq` + 1
/// under `epoch`.
struct Reset {
  std::string_view room;
  std::string_view epoch;
  std::uint64_t seq;
  std::string_view reason;  ///< "epoch": the numbering began again; "gap": events between are gone
};

/// Appends it as one object of the list `rooms` in a message `reset`.
void append_reset(std::string& out, const Reset& reset);

/// The members of a message `reset`.
std::string reset_members(std::span<const Reset> resets);

}  // namespace confab
