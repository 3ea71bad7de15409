// SPDX-License-Identifier: MIT
#include "confab/core/permissions.hpp"

#include <algorithm>

#include "confab/base/names.hpp"
#include "confab/core/session.hpp"

namespace confab {
namespace {

result<void> check_name(std::string_view room) {
  if (!legal_room_name(room)) return Fault{errc::bad_room, "room"};
  return {};
}

Fault denied(const RoomRule& rule, const char* field, const char* detail) {
  return {errc::forbidden, field, detail, rule.match};
}

}  // namespace

Identity Identity::of(const Session& session) noexcept {
  return {session.user(), session.guest()};
}

result<void> Permissions::may_join(const Identity& who, std::string_view room) const {
  if (const auto named = check_name(room); !named) return named;
  if (is_server_room(room)) {
    const bool own = !who.guest && room.front() == '@' && room.substr(1) == who.user;
    if (own || room == "$all") return {};
    return Fault{errc::forbidden, "room", "Rooms of this name are the server's."};
  }
  if (sanctions_.holds(Sanction::ban, room, who.user))
    return Fault{errc::forbidden, "room", "This user is banned from this room."};
  const RoomRule& rule = rules_.find(room);
  switch (rule.join) {
    case JoinRule::anyone:
      return {};
    case JoinRule::user:
      if (!who.guest) return {};
      return denied(rule, "room", "Only who has a name may be here.");
    case JoinRule::nobody:
      break;
  }
  return denied(rule, "room", "Nobody may join this room.");
}

result<void> Permissions::may_follow(const Identity& who, std::string_view room) const {
  if (const auto joins = may_join(who, room); !joins) return joins;
  if (is_server_room(room)) return Fault{errc::forbidden, "room", "Rooms of this name are the server's."};
  return {};
}

result<void> Permissions::may_list(const Identity& who, std::string_view room) const {
  if (const auto joins = may_join(who, room); !joins) return joins;
  if (is_server_room(room)) return Fault{errc::forbidden, "room", "The server's rooms have no presence."};
  return {};
}

result<void> Permissions::may_publish(const Identity& who, std::string_view room, Standing standing) const {
  if (const auto named = check_name(room); !named) return named;
  if (is_server_room(room)) return Fault{errc::forbidden, "room", "Rooms of this name are the server's."};
  if (sanctions_.holds(Sanction::ban, room, who.user))
    return Fault{errc::forbidden, "room", "This user is banned from this room."};
  if (sanctions_.holds(Sanction::mute, room, who.user))
    return Fault{errc::forbidden, "room", "This user is muted in this room."};
  return publishes(who, room, standing);
}

result<void> Permissions::may_publish_event(const Identity& who, std::string_view room, Standing standing,
                                            std::string_view event) const {
  if (const auto publishes = may_publish(who, room, standing); !publishes) return publishes;
  const RoomRule& rule = rules_.find(room);
  const auto fits = [&](const std::string& pattern) { return glob_match(pattern, event); };
  if (std::any_of(rule.events.begin(), rule.events.end(), fits)) return {};
  return denied(rule, "event", "Clients may not publish this event here.");
}

result<void> Permissions::may_direct(const Identity& who, std::string_view room) const {
  return publishes(who, room, Standing::outside);
}

result<void> Permissions::publishes(const Identity& who, std::string_view room, Standing standing) const {
  const RoomRule& rule = rules_.find(room);
  switch (rule.publish) {
    case PublishRule::anyone:
      return {};
    case PublishRule::member:
      if (standing == Standing::sessionless) return may_join(who, room);
      if (standing == Standing::member) return {};
      return Fault{errc::not_joined, "room"};
    case PublishRule::user:
      if (!who.guest) return {};
      return denied(rule, "room", "Only who has a name may write here.");
    case PublishRule::server:
    case PublishRule::nobody:
      break;
  }
  return denied(rule, "room", "Clients may not write here.");
}

}  // namespace confab
