// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "confab/core/history.hpp"
#include "confab/core/hub.hpp"
#include "confab/core/replay.hpp"
#include "confab/core/shared_state.hpp"

namespace confab {

/// A room that a session comes into, and what it wants of the past: what it missed since a position or a
/// cursor, else the newest events, else none. `since` wins over `after`, both over `history`, which is what
/// is left where the place is unknown.
struct Arrival {
  std::string room;
  std::optional<Position> since;
  std::optional<Cursor> after;
  std::optional<std::size_t> history;
  /// The version of the room's state that it has: with it, it is told only what changed since.
  std::optional<std::uint64_t> state_version;
  enum class Joined : std::uint8_t { told, silent } joined = Joined::told;
};

/// Brings sessions into rooms: enters them, reads what they missed, says `joined` for each (and `reset` where
/// something is gone), and then brings the past page by page until the rooms are live (Replay). What happens
/// in between reaches the session afterwards, in order and once.
class Arrivals final : private HubEvents, private QueueWatcher {
 public:
  /// The references have to outlive it.
  Arrivals(Hub& hub, History& history, SharedState& state);
  ~Arrivals();

  /// A room that can't be entered, or whose past can't be had.
  struct Refusal {
    std::string room;
    Fault fault;
  };

  using Done = std::function<void(const std::vector<Refusal>&)>;

  /// Whether the session may be in these rooms is asked before (Permissions). `done` comes when every
  /// `joined` is queued, with those rooms that it isn't in (or, where it was in them before, that it goes on
  /// in without what it asked for), and not at all where the session ends first.
  void arrive(Session& session, std::vector<Arrival> arrivals, Done done);

 private:
  struct Part;
  struct Party;
  using PartyPtr = std::shared_ptr<Party>;

  void enter(const PartyPtr& party, std::size_t index);
  void read(const PartyPtr& party, std::size_t index, const HistoryQuery& query);
  void on_page(const PartyPtr& party, std::size_t index, result<HistoryPage> page);
  void part_done(const PartyPtr& party);
  bool read_again(const PartyPtr& party);
  void read_states(const PartyPtr& party);
  void state_done(const PartyPtr& party);
  void finish(Party& party);
  void give_up(Session& session, const Part& part, std::vector<Replay::Part>& rest);
  void say_joined(Session& session, Part& part);
  void say_resets(Session& session, const Party& party);
  void follow(Session& session, ReplayPtr replay);
  void drop(Session& session, std::string_view room);
  void advance(Session& session);

  void on_leaving(Session& session, Room& room) override;
  void on_ending(Session& session) override;

  void on_delivering(Room&) override {}

  void on_renumbered(Room& room, std::string_view epoch, std::uint64_t seq) override;

  void on_drained(Session& session) override { advance(session); }

  Hub& hub_;
  History& history_;
  SharedState& state_;
  boost::unordered_flat_map<std::uint64_t, std::vector<ReplayPtr>> replays_;  // by session
  std::vector<std::weak_ptr<Party>> parties_;                                 // that still read
};

}  // namespace confab
