// SPDX-License-Identifier: MIT
#include "confab/core/chat.hpp"

#include "confab/base/clock.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {
namespace {

std::string ack_of(std::string_view room, const Published& published) {
  std::string members = "\"room\":";
  json::append_quoted(members, room);
  members += ',' + seq_member(published);
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
  const auto body = chat_body(call.fields, "echo", call.services.rules.find(*room).sanitize);
  if (!body) return call.request->fail(body.error());
  if (in.fault()) return call.request->fail(*in.fault());
  const auto allowed =
      call.services.permissions.may_publish(Identity::of(call.session), *room, standing_of(call, *room));
  if (!allowed) return call.request->fail(allowed.error());

  const std::string id = message_id(call);
  Publication publication = publication_of(call, *room);
  publication.name = "chat";
  publication.id = id;
  publication.body = *body;
  publication.audience = echo.value_or(true) ? Audience::everyone : Audience::not_the_session;
  call.services.publisher.publish(
      publication, [request = call.request, name = *room](const result<Published>& published) {
        published ? request->ack(ack_of(name, *published)) : request->fail(published.error());
      });
}

}  // namespace confab::commands
