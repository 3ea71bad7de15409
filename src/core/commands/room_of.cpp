// SPDX-License-Identifier: MIT
#include "confab/base/names.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {

result<std::string> named_room(const Call& call) {
  const json::Value* value = call.fields.find("room");
  std::string room;
  if (value == nullptr || !value->string(room) || !legal_room_name(room))
    return Fault{errc::bad_room, "room"};
  return room;
}

result<std::string> room_of(const Call& call, FieldReader& in) {
  if (in.has("room")) return named_room(call);
  if (const Room* only = call.session.only_room()) return only->name();
  return Fault{errc::bad_room, "room", "The room is missing, and the session is not in exactly one."};
}

Permissions::Standing standing_of(const Call& call, std::string_view room) noexcept {
  return call.session.is_in(room) ? Permissions::Standing::member : Permissions::Standing::outside;
}

}  // namespace confab::commands
