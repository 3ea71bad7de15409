// SPDX-License-Identifier: MIT
#include "confab/core/typing.hpp"

#include "confab/base/names.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {

void typing(const Call& call) {
  FieldReader in(call.fields);
  const bool is_typing = in.flag("isTyping");
  const auto room = room_of(call, in);
  if (!room) return call.request->fail(room.error());
  if (in.fault()) return call.request->fail(*in.fault());
  if (is_server_room(*room)) {
    return call.request->fail({errc::forbidden, "room", "Nobody types in the server's rooms."});
  }
  if (!call.session.is_in(*room)) return call.request->fail({errc::not_joined, "room"});
  call.services.typing.say(call.session, *room, is_typing ? Typing::State::typing : Typing::State::stopped);
  call.request->ack();
}

}  // namespace confab::commands
