// SPDX-License-Identifier: MIT
#include "api/client_messages.hpp"

#include "api/publication_body.hpp"
#include "confab/base/ids.hpp"
#include "confab/base/names.hpp"
#include "confab/core/chat.hpp"
#include "confab/core/field_reader.hpp"

namespace confab::api {
namespace {

void publish(const Context& context, const net::HttpExchangePtr& exchange) {
  const net::HttpRequest& request = exchange->request();
  const std::string& address = request.peer().address;
  if (const auto wait = context.paces.take(address)) {
    // RFC 9110 section 10.2.3: whole seconds.
    net::HttpReply reply = net::HttpReply::from({errc::rate_limited, nullptr, nullptr});
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
    return exchange->reply(reply.header("Retry-After", std::to_string(seconds)));
  }
  if (request.body().size() > context.services.limits.message_size)
    return exchange->fail({errc::too_large, nullptr, nullptr});
  const auto parsed = context.parser.object(request.body());
  if (!parsed) return exchange->fail(parsed.error());
  const json::Object& fields = **parsed;

  FieldReader in(fields);
  const auto user = in.optional_text("user");
  const auto id = in.optional_text("id");
  if (user && !legal_user_name(*user)) in.wrong("user", "This is no legal name of a user.");
  if (id && !legal_message_id(*id)) in.wrong("id", "An id has 1 to 64 bytes.");
  std::string room;
  const json::Value* named = fields.find("room");
  if (named == nullptr || !named->string(room)) return exchange->fail({errc::bad_room, "room", nullptr});
  const auto body = chat_body(fields, "echo", context.services.rules.find(room).sanitize);
  if (!body) return exchange->fail(body.error());
  if (in.fault()) return exchange->fail(*in.fault());

  const std::string guest = random_guest_name();
  const Identity who{user ? *user : guest, !user};
  if (user)
    if (const auto admitted = context.services.hub.admits(*user); !admitted)
      return exchange->fail(admitted.error());
  const auto allowed =
      context.services.permissions.may_publish(who, room, Permissions::Standing::sessionless);
  if (!allowed) return exchange->fail(allowed.error());

  // Whom nothing but the address tells from others is known by that when it repeats itself.
  const std::string scope = user ? *user : "@address:" + address;
  Publication publication;
  publication.room = room;
  publication.name = "chat";
  publication.user = who.user;
  publication.id = id ? *id : std::string_view();
  publication.body = *body;
  publication.kind = EventClass::stored;
  publication.scope = scope;
  context.services.publisher.publish(publication, [exchange](const result<Published>& published) {
    if (!published) return exchange->fail(published.error());
    exchange->reply(net::HttpReply::json(published_body(*published)));
  });
}

}  // namespace

void add_client_messages(net::Router& router, const Context& context) {
  router.add(net::Method::post, "/api/messages", net::Access::client,
             [&context](const net::HttpExchangePtr& exchange) { publish(context, exchange); });
}

}  // namespace confab::api
