// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "confab/core/arrivals.hpp"
#include "confab/core/permissions.hpp"

namespace confab {

/// What a client wants of one stream of events: rooms, and where in them it was.
struct Subscription {
  std::vector<std::string> rooms;      ///< empty: `$all` and the user's own
  std::optional<Cursor> after;         ///< everything after it is brought first
  std::optional<std::size_t> history;  ///< else so many of the newest events of each room
};

/// Lets sessions subscribe to several rooms at once, in one order: what is missed of all of them is brought
/// by stamp before anything live, so that a cursor always stands for all rooms.
class Subscriber {
 public:
  /// Rooms of one subscription.
  static constexpr std::size_t kMostRooms = 32;

  /// The references have to outlive it.
  Subscriber(const Permissions& permissions, Arrivals& arrivals) noexcept
      : permissions_(permissions), arrivals_(arrivals) {}

  /// Whether it may be asked for: `bad_room`, `forbidden`. Before there is a session.
  result<void> check(const Identity& who, const Subscription& subscription) const;

  /// A subscription that was checked. Says `joined` for each room, `error` for one that can't be entered.
  void subscribe(Session& session, Subscription subscription);

 private:
  const Permissions& permissions_;
  Arrivals& arrivals_;
};

}  // namespace confab
