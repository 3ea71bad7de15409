// SPDX-License-Identifier: MIT
#include "api/users.hpp"

#include <set>

#include "api/path.hpp"
#include "api/room_messages.hpp"
#include "confab/base/names.hpp"

namespace confab::api {
namespace {

void show(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto user = user_of(exchange->request());
  if (!user) return exchange->fail(user.error());
  const Hub& hub = context.services.hub;
  std::set<std::string_view> rooms;
  const auto sessions = hub.sessions_of(*user);
  for (const std::uint64_t number : sessions)
    for (const Membership& in : hub.find(number)->memberships())
      if (!is_server_room(in.room->name())) rooms.insert(in.room->name());
  std::string body = "{\"user\":";
  json::append_quoted(body, *user);
  body += sessions.empty() ? ",\"online\":false" : ",\"online\":true";
  body += ",\"sessions\":";
  json::append_integer(body, static_cast<std::int64_t>(sessions.size()));
  body += ",\"rooms\":[";
  for (const auto room : rooms) {
    if (body.back() != '[') body += ',';
    json::append_quoted(body, room);
  }
  body += "]}";
  exchange->reply(net::HttpReply::json(std::move(body)));
}

void publish(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto user = user_of(exchange->request());
  if (!user) return exchange->fail(user.error());
  if (!legal_user_name(*user))
    return exchange->fail({errc::not_found, "user", "Only users have a room of their own."});
  publish_in(context, exchange, "@" + *user);
}

void disconnect(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto user = user_of(exchange->request());
  if (!user) return exchange->fail(user.error());
  const auto body = TermBody::read(context, exchange->request(), "block");
  if (!body) return exchange->fail(body.error());
  const auto closed = context.moderation.disconnect(*user, body->time);
  if (!closed) return exchange->fail(closed.error());
  std::string answer = "{\"disconnected\":";
  json::append_integer(answer, static_cast<std::int64_t>(*closed));
  answer += '}';
  exchange->reply(net::HttpReply::json(std::move(answer)));
}

}  // namespace

void add_users(net::Router& router, const Context& context) {
  router.add(net::Method::get, "/api/users/{user}", net::Access::backend_read,
             [&context](const net::HttpExchangePtr& exchange) { show(context, exchange); });
  router.add(net::Method::post, "/api/users/{user}/messages", net::Access::backend_publish,
             [&context](const net::HttpExchangePtr& exchange) { publish(context, exchange); });
  router.add(net::Method::delete_, "/api/users/{user}/sessions", net::Access::backend_admin,
             [&context](const net::HttpExchangePtr& exchange) { disconnect(context, exchange); });
}

}  // namespace confab::api
