// SPDX-License-Identifier: MIT
#include "confab/base/event_names.hpp"
#include "confab/base/ids.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {

void publish(const Call& call) {
  FieldReader in(call.fields);
  const std::string event = in.text("event");
  const bool ephemeral = in.optional_flag("ephemeral").value_or(false);
  const bool echo = in.optional_flag("echo").value_or(true);
  const json::Value* data = call.fields.find("data");
  if (data == nullptr) in.wrong("data", "This field is missing.");
  const auto room = named_room(call);
  if (!room) return call.request->fail(room.error());
  if (in.fault()) return call.request->fail(*in.fault());
  if (!legal_event_name(event))
    return call.request->fail({errc::bad_message, "event", "This is no legal name of an event."});
  const auto allowed = call.services.permissions.may_publish_event(Identity::of(call.session), *room,
                                                                   standing_of(call, *room), event);
  if (!allowed) return call.request->fail(allowed.error());

  Publication publication = publication_of(call, *room);
  publication.name = event;
  publication.body = data->raw;
  publication.shape = EventShape::data;
  std::string id = message_id(call);
  if (ephemeral) {
    publication.kind = EventClass::ephemeral;
    // A stored event gets its id where it is stored.
    if (id.empty()) id = random_token(16);
  }
  publication.id = id;
  publication.audience = echo ? Audience::everyone : Audience::not_the_session;
  call.services.publisher.publish(publication, [request = call.request](const result<Published>& published) {
    if (!published) return request->fail(published.error());
    if (published->seq == 0) return request->ack();
    request->ack(seq_member(*published));
  });
}

}  // namespace confab::commands
