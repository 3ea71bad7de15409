// SPDX-License-Identifier: MIT
#include "confab/base/names.hpp"
#include "confab/core/chat.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {
namespace {

/// The sender's own copy; the ack comes after it.
void copy_to_sender(const Services& services, const Publication& original, std::string_view id,
                    const RequestPtr& request, std::string acknowledged) {
  const std::string own = "@" + std::string(original.user);
  Publication copy = original;
  copy.room = own;
  copy.id = id;
  services.publisher.publish(
      copy, [request, acknowledged = std::move(acknowledged)](const result<Published>& published) {
        published ? request->ack(acknowledged) : request->fail(published.error());
      });
}

}  // namespace

void direct(const Call& call) {
  FieldReader in(call.fields);
  const std::string to = in.text("to");
  if (in.fault()) return call.request->fail(*in.fault());
  if (!legal_user_name(to))
    return call.request->fail({errc::bad_message, "to", "This is no legal name of a user."});
  const std::string room = "@" + to;
  auto body = chat_body(call.fields, {}, call.services.rules.find(room).sanitize);
  if (!body) return call.request->fail(body.error());
  const auto allowed = call.services.permissions.may_direct(Identity::of(call.session), room);
  if (!allowed) return call.request->fail(allowed.error());

  const std::string id = message_id(call);
  Publication publication = publication_of(call, room);
  publication.name = "direct";
  publication.body = *body;
  publication.id = id;
  // A guest has no room of its own, and who writes to itself has it already.
  const bool copied = !call.session.guest() && call.session.user() != to;
  call.services.publisher.publish(
      publication,
      [services = call.services, request = call.request, copied, body = *body, room,
       user = call.session.user(), origin = call.session.number()](const result<Published>& published) {
        if (!published) return request->fail(published.error());
        if (!copied) return request->ack(seq_member(*published));
        Publication copy;
        copy.name = "direct";
        copy.user = user;
        copy.body = body;
        copy.origin = origin;
        copy.scope = user;
        copy_to_sender(services, copy, published->id, request, seq_member(*published));
      });
}

}  // namespace confab::commands
