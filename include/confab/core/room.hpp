// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
};

/// A room as this node has it: its members, densely, and who they are. Entering and leaving take constant
/// time and no look-up; leaving swaps with the last. It belongs to the hub, which forgets it when the last
/// member leaves.
class Room {
 public:
  Room(std::string_view name, const RoomRule& rule) : name_(name), rule_(&rule) {}

  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  const std::string& name() const noexcept { return name_; }

  const RoomRule& rule() const noexcept { return *rule_; }

  const std::vector<Member>& members() const noexcept { return members_; }

  const Roster& roster() const noexcept { return roster_; }

  /// Members that count as such: guests and users, not observers.
  std::size_t sessions() const noexcept { return sessions_; }

  /// A user that came or went and of whom the members haven't heard.
  struct Change {
    std::string user;
    bool joined;
    WallMicros time;
  };

 private:
  friend class Hub;

  std::string name_;
  const RoomRule* rule_;
  std::vector<Member> members_;
  Roster roster_;
  std::vector<Change> changes_;
  std::uint32_t changes_told_ = 0;
  std::uint32_t sessions_ = 0;
  bool changed_ = false;  // stands in the hub's list of rooms with changes
};

}  // namespace confab
