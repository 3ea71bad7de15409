// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/clock.hpp"
#include "confab/base/names.hpp"
#include "confab/core/batches.hpp"
#include "confab/core/room_rule.hpp"
#include "confab/core/roster.hpp"
#include "confab/core/session.hpp"

namespace confab {

/// A session in a room, and at which index of its memberships the room stands.
struct Member {
  Session* session;
  std::uint32_t index;
  /// How many comings and goings the room had seen when this one came: those before it are in its `joined`
  /// already.
  std::uint32_t since;
  /// It gets stored events with a greater seq only; kNothing while its past is still being brought.
  std::uint64_t after;

  static constexpr std::uint64_t kEverything = 0;
  static constexpr std::uint64_t kNothing = UINT64_MAX - 1;
};

/// A room as this node has it: its members, densely, and who they are. Entering and leaving take constant
/// time and no look-up; leaving swaps with the last. It belongs to the hub, which forgets it when the last
/// member leaves.
class Room {
 public:
  Room(std::string_view name, const RoomRule& rule)
      : name_(name), rule_(&rule), lists_users_(has_presence()) {}

  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  const std::string& name() const noexcept { return name_; }

  const RoomRule& rule() const noexcept { return *rule_; }

  const std::vector<Member>& members() const noexcept { return members_; }

  const Roster& roster() const noexcept { return roster_; }

  /// Whether its users are listed and told of: its rule says so, and it isn't one of the server's.
  bool has_presence() const noexcept { return rule_->presence && !is_server_room(name_); }

  /// Members that count as such: guests and users, not observers.
  std::size_t sessions() const noexcept { return sessions_; }

  /// The seq of the last stored event that reached the members here; 0 where there was none yet.
  std::uint64_t delivered() const noexcept { return delivered_; }

  /// Whether so many users are here that only their number is told.
  bool crowded() const noexcept { return lists_users_ && roster_.users() > rule_->presence_events_up_to; }

  /// A user that came or went and of whom the members haven't heard.
  struct Change {
    std::string user;
    bool joined;
    WallMicros time;
  };

 private:
  friend class Hub;
  friend class Announcer;
  friend class Lingering;
  friend class Absences;

  std::string name_;
  const RoomRule* rule_;
  std::vector<Member> members_;
  Roster roster_;
  std::vector<Change> changes_;
  std::unique_ptr<Batches> batches_;  // once a member takes batches
  std::uint64_t delivered_ = 0;
  Monotonic kept_until_{};  // though it may have no members
  std::uint32_t changes_told_ = 0;
  std::uint32_t sessions_ = 0;
  std::uint32_t absent_ = 0;   // users on the roster whose last session was lost
  bool lists_users_;           // whether the roster is kept
  bool changed_ = false;       // stands in the announcer's list of rooms with changes
  bool count_is_due_ = false;  // stands in its list of rooms whose number has to be told
  bool lingers_ = false;       // stands in the list of rooms that are kept
};

}  // namespace confab
