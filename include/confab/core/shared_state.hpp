// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "confab/core/room_state.hpp"

namespace confab {

using StateDone = std::function<void(const result<StateSet>&)>;
using StateRead = std::function<void(const result<StateSnapshot>&)>;

/// The states that rooms share, over all nodes. A change reaches every member as an event `delta` before
/// `done` is called; where nothing changed there is none. `done` is called once, perhaps before the call
/// returns.
class SharedState {
 public:
  /// `origin`: the session (its number) that wants it; 0: none.
  virtual void set(std::string_view room, const StateChange& change, std::uint64_t origin,
                   StateDone done) = 0;

  /// As RoomState::read. A room that isn't known has an empty state of version 0.
  virtual void read(std::string_view room, std::optional<std::uint64_t> since, StateRead done) = 0;

 protected:
  ~SharedState() = default;
};

}  // namespace confab
