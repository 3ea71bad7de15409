// SPDX-License-Identifier: MIT
#include "api/moderation.hpp"

#include "api/path.hpp"

namespace confab::api {
namespace {

std::string term_body(const UserOfRoom& path, Sanction sanction, const std::optional<Term>& term) {
  std::string body = "{\"room\":";
  json::append_quoted(body, path.room);
  body += ",\"user\":";
  json::append_quoted(body, path.user);
  body += sanction == Sanction::ban ? ",\"banned\":" : ",\"muted\":";
  body += term ? "true" : "false";
  if (term) append_term(body, *term);
  body += '}';
  return body;
}

void show(const Context& context, Sanction sanction, const net::HttpExchangePtr& exchange) {
  const auto path = UserOfRoom::read(exchange->request(), ServerRooms::refused);
  if (!path) return exchange->fail(path.error());
  exchange->reply(net::HttpReply::json(
      term_body(*path, sanction, context.sanctions.find(sanction, path->room, path->user))));
}

void impose(const Context& context, Sanction sanction, const net::HttpExchangePtr& exchange) {
  const auto path = UserOfRoom::read(exchange->request(), ServerRooms::refused);
  if (!path) return exchange->fail(path.error());
  const auto body = TermBody::read(context, exchange->request(), "for");
  if (!body) return exchange->fail(body.error());
  const auto term = sanction == Sanction::ban
                        ? context.moderation.ban(path->room, path->user, body->time, body->reason)
                        : context.moderation.mute(path->room, path->user, body->time, body->reason);
  if (!term) return exchange->fail(term.error());
  exchange->reply(net::HttpReply::json(term_body(*path, sanction, *term)));
}

void lift(const Context& context, Sanction sanction, const net::HttpExchangePtr& exchange) {
  const auto path = UserOfRoom::read(exchange->request(), ServerRooms::refused);
  if (!path) return exchange->fail(path.error());
  if (!context.sanctions.lift(sanction, path->room, path->user))
    return exchange->fail({errc::not_found, "user", "There is nothing to lift."});
  exchange->reply(net::HttpReply::json(term_body(*path, sanction, std::nullopt)));
}

}  // namespace

void add_moderation(net::Router& router, const Context& context) {
  using Handler = void (*)(const Context&, Sanction, const net::HttpExchangePtr&);
  const auto add = [&](net::Method method, std::string_view path, net::Access access, Sanction sanction,
                       Handler handler) {
    router.add(method, path, access, [&context, sanction, handler](const net::HttpExchangePtr& exchange) {
      handler(context, sanction, exchange);
    });
  };
  const std::pair<std::string_view, Sanction> kinds[] = {{"/api/rooms/{room}/bans/{user}", Sanction::ban},
                                                         {"/api/rooms/{room}/mutes/{user}", Sanction::mute}};
  for (const auto& [path, sanction] : kinds) {
    add(net::Method::get, path, net::Access::backend_admin, sanction, show);
    add(net::Method::put, path, net::Access::backend_admin, sanction, impose);
    add(net::Method::delete_, path, net::Access::backend_admin, sanction, lift);
  }
}

}  // namespace confab::api
