// SPDX-License-Identifier: MIT
#include "api/notifications.hpp"

#include "confab/base/clock.hpp"
#include "confab/core/field_reader.hpp"

namespace confab::api {
namespace {

void notify(const Context& context, const net::HttpExchangePtr& exchange) {
  if (exchange->request().body().size() > context.services.limits.message_size)
    return exchange->fail({errc::too_large, nullptr, nullptr});
  const auto fields = context.parser.object(exchange->request().body());
  if (!fields) return exchange->fail(fields.error());
  FieldReader in(**fields);
  const std::string message = in.text("message");
  const auto type = in.optional_text("type");
  if (in.fault()) return exchange->fail(*in.fault());

  std::string data = "{\"type\":";
  json::append_quoted(data, type ? *type : std::string_view("info"));
  data += ",\"message\":";
  json::append_quoted(data, message);
  data += ",\"timestamp\":\"";
  append_iso8601(data, context.services.loop.wall());
  data += "\"}";
  Publication publication;
  publication.room = "$all";
  publication.name = "notification";
  publication.body = data;
  publication.kind = EventClass::stored;
  publication.shape = EventShape::data;
  context.services.publisher.publish(publication, [exchange](const result<Published>& published) {
    if (!published) return exchange->fail(published.error());
    exchange->reply(net::HttpReply::json(R"({"success":true,"message":"Notification sent"})"));
  });
}

}  // namespace

void add_notifications(net::Router& router, const Context& context) {
  router.add(net::Method::post, "/api/notifications", net::Access::backend_publish,
             [&context](const net::HttpExchangePtr& exchange) { notify(context, exchange); });
}

}  // namespace confab::api
