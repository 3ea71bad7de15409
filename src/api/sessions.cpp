// SPDX-License-Identifier: MIT
#include "api/sessions.hpp"

#include <algorithm>
#include <vector>

#include "api/publication_body.hpp"
#include "api/query.hpp"
#include "confab/base/ids.hpp"
#include "confab/base/names.hpp"
#include "confab/core/transport.hpp"

namespace confab::api {
namespace {

void append_session(std::string& out, const Session& session, const Loop& loop) {
  const Transport* transport = session.transport();
  out += "{\"clientId\":";
  json::append_quoted(out, session.client_id());
  out += ",\"user\":";
  json::append_quoted(out, session.user());
  out += ",\"transport\":";
  json::append_quoted(out, transport == nullptr ? "detached" : transport->name());
  out += ",\"address\":";
  json::append_quoted(out, session.address());
  out += ",\"rooms\":[";
  for (const Membership& in : session.memberships()) {
    if (is_server_room(in.room->name())) continue;
    if (out.back() != '[') out += ',';
    json::append_quoted(out, in.room->name());
  }
  out += "],\"connectedAt\":\"";
  const auto age = std::chrono::duration_cast<std::chrono::microseconds>(loop.now() - session.opened_at());
  append_iso8601(out, loop.wall() - age.count());
  out += "\",\"queued\":";
  json::append_integer(out, static_cast<std::int64_t>(session.queue().bytes()));
  out += '}';
}

void list(const Context& context, const net::HttpExchangePtr& exchange) {
  const net::HttpRequest& request = exchange->request();
  const auto page = Page::read(request);
  if (!page) return exchange->fail(page.error());
  const auto user = request.query("user");
  const auto room = request.query("room");
  // One more than are wanted tells whether there are more. By clientId, which is by number.
  std::vector<std::pair<std::string, const Session*>> first;
  context.services.hub.each_session([&](const Session& session) {
    if (session.role() != SessionRole::client || session.closing()) return;
    if ((user && session.user() != *user) || (room && !session.is_in(*room))) return;
    std::string id = session.client_id();
    if (!id.starts_with(page->prefix) || id <= page->after) return;
    first.emplace_back(std::move(id), &session);
    std::push_heap(first.begin(), first.end());
    if (first.size() <= page->limit + 1) return;
    std::pop_heap(first.begin(), first.end());
    first.pop_back();
  });
  std::sort(first.begin(), first.end());
  const bool more = first.size() > page->limit;
  if (more) first.pop_back();
  std::string body = "{\"items\":[";
  for (const auto& [id, session] : first) {
    if (body.back() != '[') body += ',';
    append_session(body, *session, context.services.loop);
  }
  body += ']';
  if (more) {
    body += ",\"next\":";
    json::append_quoted(body, first.back().first);
  }
  body += '}';
  exchange->reply(net::HttpReply::json(std::move(body)));
}

Session* client_of(const Context& context, const net::HttpExchangePtr& exchange) {
  Session* session = context.services.hub.find_client(exchange->request().variable("client"));
  if (session != nullptr && !session->closing() && session->role() == SessionRole::client) return session;
  exchange->fail({errc::not_found, "clientId", "There is no such session."});
  return nullptr;
}

void send(const Context& context, const net::HttpExchangePtr& exchange) {
  Session* session = client_of(context, exchange);
  if (session == nullptr) return;
  const net::HttpRequest& request = exchange->request();
  if (request.body().size() > context.services.limits.message_size)
    return exchange->fail({errc::too_large, nullptr, nullptr});
  const auto fields = context.parser.object(request.body());
  if (!fields) return exchange->fail(fields.error());
  const auto body = PublicationBody::read(**fields, Sanitize::none);
  if (!body) return exchange->fail(body.error());
  if (body->body.size() > context.services.hub.largest_body())
    return exchange->fail({errc::too_large, nullptr, nullptr});
  const std::string id = body->id.empty() ? random_token(16) : body->id;
  EventDraft draft;
  draft.name = body->event;
  draft.user = body->user;
  draft.id = id;
  draft.body = body->body;
  draft.shape = body->shape;
  draft.kind = body->kind == EventClass::ephemeral ? EventClass::ephemeral : EventClass::ordinary;
  draft.time = context.services.loop.wall();
  session->send(session->codec().encode(*Event::make(draft)), draft.kind);
  Published published;
  published.id = id;
  published.stamp = draft.time;
  exchange->reply(net::HttpReply::json(published_body(published)));
}

void disconnect(const Context& context, const net::HttpExchangePtr& exchange) {
  Session* session = client_of(context, exchange);
  if (session == nullptr) return;
  session->close(CloseReason::disconnected);
  exchange->reply(net::HttpReply::json("{\"disconnected\":1}"));
}

}  // namespace

void add_sessions(net::Router& router, const Context& context) {
  router.add(net::Method::get, "/api/sessions", net::Access::backend_read,
             [&context](const net::HttpExchangePtr& exchange) { list(context, exchange); });
  router.add(net::Method::post, "/api/clients/{client}/messages", net::Access::backend_publish,
             [&context](const net::HttpExchangePtr& exchange) { send(context, exchange); });
  router.add(net::Method::delete_, "/api/clients/{client}", net::Access::backend_admin,
             [&context](const net::HttpExchangePtr& exchange) { disconnect(context, exchange); });
}

}  // namespace confab::api
