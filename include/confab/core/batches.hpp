// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <vector>

#include "confab/core/batch_window.hpp"

namespace confab {

/// The batches of a room's members, a window for each width that waits. The room has one once a member asks
/// for batches.
class Batches final {
 public:
  /// All of them have to outlive it.
  Batches(Room& room, Loop& loop, Counters& counters) noexcept
      : room_(room), loop_(loop), counters_(counters) {}

  /// What the room's members are about to get: what may not be overtaken by it, or can't hold it, closes.
  void prepare(const Event& event);

  /// The event is for a member that takes batches. False where it has to get it at once; else it waits, or,
  /// as the member's own echo, which comes before its ack, has been sent with what waited before it.
  bool hold(Session& session, const EventPtr& event);

  /// The event isn't for this member, though for others: it gets it as part of its past. What waits for it
  /// comes first.
  void withhold(Session& session, const EventPtr& event);

  /// All have been given the event that was prepared: who is full closes.
  void settle();

  /// A new member: it gets nothing of the window that is open.
  void skip(const Session& session);

  /// A member gets at once and singly what waits for it.
  void catch_up(Session& session);

  /// What comes next may not overtake anything.
  void close();

 private:
  BatchWindow* find(Milliseconds width) const noexcept;
  BatchWindow& window(Milliseconds width);

  Room& room_;
  Loop& loop_;
  Counters& counters_;
  std::vector<std::unique_ptr<BatchWindow>> windows_;  // those that are closed are there to be used again
};

}  // namespace confab
