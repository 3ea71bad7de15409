// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string_view>

#include "confab/base/result.hpp"
#include "confab/core/room_rule.hpp"
#include "confab/core/sanctions.hpp"

namespace confab {

class Session;

/// Who asks.
struct Identity {
  std::string_view user;
  bool guest = true;

  static Identity of(const Session& session) noexcept;
};

/// Who may do what in which room: the one place where rules are asked (config.md, `rooms`). Every answer
/// begins with the name itself: `bad_room` where it is no legal one.
class Permissions {
 public:
  /// The references have to outlive it.
  Permissions(const RoomRules& rules, const Sanctions& sanctions) noexcept
      : rules_(rules), sanctions_(sanctions) {}

  /// To be a member; also to read its past, be one a member or not. Of the server's own rooms
  /// everybody has `$all` and one's personal one.
  result<void> may_join(const Identity& who, std::string_view room) const;

  /// To be named by a client in a stream or a poll: likewise, but none of the server's own rooms, which come
  /// by themselves.
  result<void> may_follow(const Identity& who, std::string_view room) const;

  /// To be told who is there: whoever may join, in rooms that aren't the server's.
  result<void> may_list(const Identity& who, std::string_view room) const;

  /// How the publisher stands to the room.
  enum class Standing : std::uint8_t {
    member,
    outside,
    sessionless,  ///< there is no session that could be a member: whom the join rule lets in counts as one
  };

  result<void> may_publish(const Identity& who, std::string_view room, Standing standing) const;

  /// A custom event: to publish, where the rule lists the event.
  result<void> may_publish_event(const Identity& who, std::string_view room, Standing standing,
                                 std::string_view event) const;

  /// To write to a user, whose personal room this is.
  result<void> may_direct(const Identity& who, std::string_view room) const;

 private:
  result<void> publishes(const Identity& who, std::string_view room, Standing standing) const;

  const RoomRules& rules_;
  const Sanctions& sanctions_;
};

}  // namespace confab
