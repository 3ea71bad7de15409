// SPDX-License-Identifier: MIT
#include "confab/base/names.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {
namespace {

void tell(const Services& services, std::string_view room, std::string_view user, std::uint64_t session,
          std::uint64_t up_to) {
  std::string body = "\"upTo\":";
  json::append_integer(body, static_cast<std::int64_t>(up_to));
  Publication publication;
  publication.room = room;
  publication.name = "user_read";
  publication.user = user;
  publication.body = body;
  publication.kind = EventClass::ephemeral;
  publication.dating = Dating::undated;
  publication.audience = Audience::not_the_session;
  publication.origin = session;
  services.publisher.publish(publication, [](const result<Published>&) {});
}

}  // namespace

void read(const Call& call) {
  FieldReader in(call.fields);
  const auto up_to = in.optional_integer("upTo", 0, INT64_MAX);
  if (!up_to) in.wrong("upTo", "This field is missing.");
  const auto room = named_room(call);
  if (!room) return call.request->fail(room.error());
  if (in.fault()) return call.request->fail(*in.fault());
  if (is_server_room(*room))
    return call.request->fail(
        {errc::forbidden, "room", "Nobody is told what is read in the server's rooms."});
  if (!call.session.is_in(*room)) return call.request->fail({errc::not_joined, "room"});

  const auto seq = static_cast<std::uint64_t>(*up_to);
  // A guest's name ends with its session: nobody would ask for it later.
  if (call.session.guest()) {
    tell(call.services, *room, call.session.user(), call.session.number(), seq);
    return call.request->ack();
  }
  call.services.markers.mark(
      *room, call.session.user(), seq,
      [services = call.services, request = call.request, room = *room, user = call.session.user(),
       number = call.session.number(), seq](const result<bool>& marked) {
        if (!marked) return request->fail(marked.error());
        if (*marked) tell(services, room, user, number, seq);
        request->ack();
      });
}

}  // namespace confab::commands
