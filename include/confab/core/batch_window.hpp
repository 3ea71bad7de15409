// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <vector>

#include "confab/base/loop.hpp"
#include "confab/core/event.hpp"
#include "confab/core/metrics.hpp"

namespace confab {

class Room;
class Session;

/// What the members of a room who asked for batches of one width (protocol.md section 2, `?batch=`) have yet
/// to get. It opens with its first event, and closes at its time or when it is full: then they all get one
/// `batch`, encoded once a wire format, or the event as it is where there is but one. Who isn't to get all of
/// it (because it came meanwhile, is still being brought its past, or has had it singly) stays apart and gets
/// events singly until it closes. It belongs to its room.
class BatchWindow final : private Timer {
 public:
  static constexpr std::size_t kMostEvents = 100;
  static constexpr std::size_t kMostBytes = std::size_t{64} << 10;

  /// Room, loop and counters have to outlive it.
  BatchWindow(Room& room, Milliseconds width, Loop& loop, Counters& counters) noexcept
      : room_(room), width_(width), loop_(loop), counters_(counters) {}

  /// Whether an event may wait: stored and custom ones that go to all members.
  static bool takes(const Event& event) noexcept;

  /// Whether an event that goes singly may go before those that wait: nobody's place in the room depends on
  /// when somebody typed.
  static bool may_overtake(const Event& event) noexcept;

  Milliseconds width() const noexcept { return width_; }

  /// Precondition: it isn't open.
  void set_width(Milliseconds width) noexcept { width_ = width; }

  bool open() const noexcept { return !events_.empty(); }

  bool full() const noexcept { return events_.size() >= kMostEvents || bytes_ >= kMostBytes; }

  bool has_room_for(const Event& event) const noexcept;

  /// The event waits; harmless where it does already (precondition: it is the newest).
  void add(const EventPtr& event);

  /// Whether the session gets nothing of this window.
  bool apart(const Session& session) const noexcept;

  /// From now on the session is apart, and has what it is to have; nothing where the window isn't open.
  void skip(const Session& session);

  /// The session gets what waits for it at once and singly, and is apart from then on.
  void catch_up(Session& session);

  void close();

 private:
  void on_timer() override { close(); }

  Room& room_;
  Milliseconds width_;
  Loop& loop_;
  Counters& counters_;
  std::vector<EventPtr> events_;
  std::size_t bytes_ = 0;
  boost::unordered_flat_set<std::uint64_t> apart_;  // sessions
};

}  // namespace confab
