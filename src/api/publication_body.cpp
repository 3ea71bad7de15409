// SPDX-License-Identifier: MIT
#include "api/publication_body.hpp"

#include "confab/base/clock.hpp"
#include "confab/base/event_names.hpp"
#include "confab/base/ids.hpp"
#include "confab/base/names.hpp"
#include "confab/core/chat.hpp"
#include "confab/core/field_reader.hpp"

namespace confab::api {

result<PublicationBody> PublicationBody::read(const json::Object& fields, Sanitize sanitize) {
  FieldReader in(fields);
  PublicationBody read;
  const auto event = in.optional_text("event");
  const auto user = in.optional_text("user");
  const auto id = in.optional_text("id");
  const bool ephemeral = in.optional_flag("ephemeral").value_or(false);
  if (user && !legal_user_name(*user)) in.wrong("user", "This is no legal name of a user.");
  if (id && !legal_message_id(*id)) in.wrong("id", "An id has 1 to 64 bytes.");
  read.event = event.value_or("chat");
  if (read.event != "chat" && !legal_event_name(read.event))
    in.wrong("event", "This is no legal name of an event.");
  if (in.fault()) return *in.fault();

  read.user = user.value_or("");
  read.id = id.value_or("");
  if (ephemeral) {
    read.kind = EventClass::ephemeral;
    // A stored event gets its id where it is stored.
    if (read.id.empty()) read.id = random_token(16);
  }
  if (read.event == "chat") {
    auto body = chat_body(fields, "event", sanitize);
    if (!body) return body.error();
    read.body = std::move(*body);
    return read;
  }
  const json::Value* data = fields.find("data");
  if (data == nullptr && fields.find("text") != nullptr)
    return Fault{errc::bad_message, "data", "A text is a chat message's; an event has data."};
  read.shape = EventShape::data;
  read.body = data == nullptr ? std::string_view("null") : data->raw;
  return read;
}

Publication PublicationBody::to(std::string_view room) const {
  Publication publication;
  publication.room = room;
  publication.name = event;
  publication.user = user;
  publication.id = id;
  publication.body = body;
  publication.kind = kind;
  publication.shape = shape;
  publication.scope = user;
  return publication;
}

std::string published_body(const Published& published) {
  std::string body = "{\"id\":";
  json::append_quoted(body, published.id);
  if (published.seq != 0) {
    body += ",\"seq\":";
    json::append_integer(body, static_cast<std::int64_t>(published.seq));
    body += ",\"epoch\":";
    json::append_quoted(body, published.epoch);
  }
  body += ",\"timestamp\":\"";
  append_iso8601(body, published.stamp);
  body += "\"}";
  return body;
}

}  // namespace confab::api
