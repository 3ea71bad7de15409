// SPDX-License-Identifier: MIT
#include "confab/core/chat.hpp"

#include "confab/base/clock.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {
namespace {

std::string ack_of(std::string_view room, const Published& published) {
  std::string members = "\"room\":";
  json::append_quoted(members, room);
  members += ",\"seq\":";
  json::append_integer(members, static_cast<std::int64_t>(published.seq));
  members += ",\"timestamp\":\"";
  append_iso8601(members, published.stamp);
  members += '"';
  return members;
}

}  // namespace

void chat(const Call& call) {
  FieldReader in(call.fields);
  const auto echo = in.optional_flag("echo");
  const auto room = room_of(call, in);
  if (!room) return call.request->fail(room.error());
  const auto body = chat_body(call.fields, "echo");
  if (!body) return call.request->fail(body.error());
  if (in.fault()) return call.request->fail(*in.fault());
  const auto standing =
      is_in(call.session, *room) ? Permissions::Standing::member : Permissions::Standing::outside;
  const auto allowed = call.services.permissions.may_publish(Identity::of(call.session), *room, standing);
  if (!allowed) return call.request->fail(allowed.error());

  std::string id;
  if (call.request->has_id()) json::Value{call.request->correlation()}.string(id);
  Publication publication;
  publication.room = *room;
  publication.name = "chat";
  publication.user = call.session.user();
  publication.id = id;
  publication.body = *body;
  publication.kind = EventClass::stored;
  publication.audience = echo.value_or(true) ? Audience::everyone : Audience::not_the_session;
  publication.origin = call.session.number();
  // A guest's name is its session's alone.
  publication.scope = call.session.user();
  call.services.publisher.publish(
      publication, [request = call.request, name = *room](const result<Published>& published) {
        published ? request->ack(ack_of(name, *published)) : request->fail(published.error());
      });
}

}  // namespace confab::commands
