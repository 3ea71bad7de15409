// SPDX-License-Identifier: MIT
#include "confab/core/state_key.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {

void state(const Call& call) {
  FieldReader in(call.fields);
  const std::string key = in.text("key");
  const json::Value* value = call.fields.find("value");
  if (value == nullptr) in.wrong("value", "This field is missing.");
  const auto if_version = in.optional_integer("ifVersion", 0, INT64_MAX);
  const auto room = named_room(call);
  if (!room) return call.request->fail(room.error());
  if (in.fault()) return call.request->fail(*in.fault());
  if (!legal_state_key(key))
    return call.request->fail({errc::bad_message, "key", "This is no legal key: 1 to 128 bytes of text."});
  const auto allowed =
      call.services.permissions.may_publish(Identity::of(call.session), *room, standing_of(call, *room));
  if (!allowed) return call.request->fail(allowed.error());

  StateChange change{key, value->raw, call.session.user(), std::nullopt};
  if (if_version) change.if_version = static_cast<std::uint64_t>(*if_version);
  call.services.state.set(
      *room, change, call.session.number(), [request = call.request](const result<StateSet>& set) {
        if (!set) return request->fail(set.error());
        std::string members = "\"version\":";
        json::append_integer(members, static_cast<std::int64_t>(set->version));
        if (set->outcome != StateSet::Outcome::conflict) return request->ack(members);
        request->fail({errc::conflict, "ifVersion"}, "\"value\":" + set->value + "," + members);
      });
}

}  // namespace confab::commands
