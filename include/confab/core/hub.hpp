// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/loop.hpp"
#include "confab/core/absences.hpp"
#include "confab/core/announcer.hpp"
#include "confab/core/broker.hpp"
#include "confab/core/limits.hpp"
#include "confab/core/lingering.hpp"
#include "confab/core/metrics.hpp"
#include "confab/core/room.hpp"
#include "confab/core/sanctions.hpp"
#include "confab/core/session.hpp"

namespace confab {

/// Who keeps something for a session beside the hub.
class HubEvents {
 public:
  /// The session is about to leave the room, or to end.
  virtual void on_leaving(Session& session, Room& room) = 0;
  /// The session is about to end; nothing may be kept of it.
  virtual void on_ending(Session& session) = 0;
  /// An event is about to be queued on the room's members: what was said before it has to go first.
  virtual void on_delivering(Room& room) = 0;
  /// The room's numbering starts again after `seq`, under another epoch or behind a hole.
  virtual void on_renumbered(Room& room, std::string_view epoch, std::uint64_t seq) = 0;

 protected:
  ~HubEvents() = default;
};

/// Who is here and in which rooms; the one place where an event reaches members, be it published here or
/// elsewhere. It owns sessions and rooms. A walk over members only queues and marks; at the end of the turn
/// comings and goings are told, sessions marked to be closed are buried, and each session that got something
/// wakes its transport.
class Hub final : public BrokerEvents, private TurnEnd {
 public:
  /// The references have to outlive it. `node` is this instance's tag.
  Hub(Loop& loop, Broker& broker, const RoomRules& rules, const Limits& limits, std::string node);
  ~Hub();

  /// A new session, attached to its transport; null where `limits.connections` are here already.
  Session* open(Transport& transport, const Codec& codec, SessionRole role = SessionRole::client);

  /// Whom to ask who is kept off the server; has to outlive the hub.
  void obey(const Sanctions& sanctions) noexcept { sanctions_ = &sanctions; }

  /// Whether a session may have this name: a legal one (else `bad_message`), of a user who isn't kept off the
  /// server (else `forbidden`).
  result<void> admits(std::string_view user) const;

  /// Gives a guest its name for good. `forbidden` where it has another, and where the user is kept off the
  /// server, which also ends the session.
  result<void> name(Session& session, std::string_view user);

  /// Puts the session into the room; harmless where it is in it. Faults: `too_many_rooms`, `unavailable`,
  /// `forbidden`. `entered` comes when the broker has confirmed, perhaps before this returns,
  /// and not at all if the session ends first. A new member gets stored events after the seq `after`.
  void enter(Session& session, std::string_view name, std::uint64_t after,
             std::function<void(result<Room*>)> entered);

  /// From now on the member gets stored events after this seq; nothing where it is no member.
  void deliver_after(Session& session, const Room& room, std::uint64_t seq);

  /// What deliver_after() set, or on_reset() after it; nothing where the session is no member.
  std::optional<std::uint64_t> delivers_after(const Session& session, std::string_view name) const;

  /// `not_joined` where it isn't in it.
  result<void> leave(Session& session, std::string_view name);

  /// The room stays open for a minute (kLinger) though nobody may be in it.
  void keep(std::string_view name);

  /// Who wants to know what happens to sessions, in the order of watching; lives longer than the hub's last
  /// turn.
  void watch(HubEvents& events) { watchers_.push_back(&events); }

  /// Looks up the rule of every open room again, after the rules have changed.
  void on_rules_changed();

  /// Calls visit for every session, observers among them; it may close them, not open any.
  void each_session(const std::function<void(Session&)>& visit) const;

  Session* find(std::uint64_t number) const;

  /// By its public id; null where it isn't here.
  Session* find_client(std::string_view client_id) const;

  /// The sessions (their numbers) of a user or a guest.
  std::vector<std::uint64_t> sessions_of(std::string_view user) const;
  Room* find_room(std::string_view name) const;

  std::size_t sessions() const noexcept { return sessions_.size(); }

  std::size_t rooms() const noexcept { return rooms_.size(); }

  /// New publications are refused while all queues together hold this much.
  bool over_memory() const noexcept { return ledger_.bytes >= limits_.queued_memory; }

  /// Bytes that an event's body may have.
  std::size_t largest_body() const noexcept { return limits_.queue_size / 2; }

  const Counters& counters() const noexcept { return counters_; }

  Counters& counters() noexcept { return counters_; }

  /// From the turn in which an event came to when everybody's transport had been called to write it.
  const LatencyHistogram& latency() const noexcept { return latency_; }

  std::size_t queued_bytes() const noexcept { return ledger_.bytes; }

  /// Whether the broker reaches the other nodes.
  bool linked() const noexcept { return linked_; }

  const std::string& node() const noexcept { return node_; }

  void on_publication(const EventPtr& event) override;
  void on_reset(std::string_view name, std::string_view epoch, std::uint64_t seq,
                std::string_view reason) override;

  void on_link(bool up) override { linked_ = up; }

 private:
  friend class Session;

  /// Sessions woken in one pass before the loop looks at its sockets again.
  static constexpr std::size_t kWakesAPass = 1024;

  void on_turn_end() override;
  void mark_dirty(Session& session);
  void mark_closing(Session& session);
  Room& open_room(std::string_view name);
  void on_subscribed(std::uint64_t number, const std::string& name, std::uint64_t after,
                     const result<void>& answer, const std::function<void(result<Room*>)>& entered);
  result<void> may_enter(const Session& session, std::string_view name, const Room* room) const;
  void add_member(Room& room, Session& session, std::uint64_t after);
  void prepare_batches(Room& room, const Session& member);
  void catch_up(Session& session, Room& room);
  /// Whether a member left, or its connection was lost and it may be back.
  enum class Going : std::uint8_t { left, lost };
  void remove_member(Room& room, std::uint32_t index, Going going);
  void take_off_roster(Room& room, const Session& session, Going going);
  void on_not_back(const std::string& name, const std::string& user);
  void leave_all(Session& session, Going going);
  void note_change(Room& room, const std::string& user, bool joined);
  void forget_if_empty(Room& room);
  void bury();
  void wake();

  Loop& loop_;
  Broker& broker_;
  const RoomRules& rules_;
  const Limits& limits_;
  std::string node_;
  QueueLedger ledger_;
  Counters counters_;
  LatencyHistogram latency_;
  std::uint64_t unflushed_ = 0;  // publications whose recipients haven't all been woken
  boost::unordered_flat_map<std::uint64_t, std::unique_ptr<Session>> sessions_;
  boost::unordered_flat_map<std::string_view, std::unique_ptr<Room>> rooms_;
  std::vector<Session*> dirty_;
  std::vector<std::unique_ptr<Session>> graveyard_;  // closed, but for some still named in dirty_
  std::vector<std::uint64_t> closing_;
  std::vector<HubEvents*> watchers_;
  Announcer announcer_;
  Lingering lingering_;
  Absences absences_;
  const Sanctions* sanctions_ = nullptr;
  bool linked_ = false;
};

}  // namespace confab
