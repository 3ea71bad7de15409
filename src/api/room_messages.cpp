// SPDX-License-Identifier: MIT
#include "api/room_messages.hpp"

#include "api/path.hpp"
#include "api/publication_body.hpp"
#include "api/query.hpp"
#include "protocol/native/event_json.hpp"

namespace confab::api {
namespace {

constexpr std::uint64_t kHistory = 50;
constexpr std::uint64_t kMostHistory = 300;

void publish(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto room = room_of(exchange->request(), ServerRooms::allowed);
  if (!room) return exchange->fail(room.error());
  publish_in(context, exchange, *room);
}

void clear(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto room = room_of(exchange->request(), ServerRooms::allowed);
  if (!room) return exchange->fail(room.error());
  HistoryQuery position;
  position.limit = 0;
  History& history = context.services.history;
  history.read(*room, position,
               [&history, exchange, name = *room, position](const result<HistoryPage>& before) {
                 if (!before) return exchange->fail(before.error());
                 if (before->epoch.empty()) return exchange->fail({errc::not_found, "room", nullptr});
                 history.clear(name);
                 history.read(name, position, [exchange](const result<HistoryPage>& after) {
                   if (!after) return exchange->fail(after.error());
                   std::string body = "{\"epoch\":";
                   json::append_quoted(body, after->epoch);
                   body += ",\"seq\":";
                   json::append_integer(body, static_cast<std::int64_t>(after->top));
                   body += '}';
                   exchange->reply(net::HttpReply::json(std::move(body)));
                 });
               });
}

void erase(const Context& context, const net::HttpExchangePtr& exchange) {
  const net::HttpRequest& request = exchange->request();
  const auto room = room_of(request, ServerRooms::allowed);
  if (!room) return exchange->fail(room.error());
  const auto seq = parse_number(request.variable("seq"), "seq", 1, INT64_MAX);
  if (!seq) return exchange->fail(seq.error());
  context.moderation.erase(*room, *seq, {}, [exchange](const result<Published>& published) {
    if (!published) return exchange->fail(published.error());
    exchange->reply(net::HttpReply::json(published_body(*published)));
  });
}

result<HistoryQuery> read_query(const net::HttpRequest& request) {
  HistoryQuery query;
  const auto limit = query_number(request, "limit", 1, kMostHistory);
  if (!limit) return limit.error();
  query.limit = static_cast<std::size_t>(limit->value_or(kHistory));
  const auto before = query_number(request, "before", 0, UINT64_MAX);
  if (!before) return before.error();
  if (*before) {
    query.from = HistoryQuery::From::before;
    query.seq = **before;
  }
  if (const auto since = request.query("since")) {
    const auto position = Position::parse(*since);
    if (!position) return Fault{errc::bad_message, "since", "A position is written EPOCH:SEQ."};
    if (*before) return Fault{errc::bad_message, "before", "Either since or before."};
    query.from = HistoryQuery::From::position;
    query.epoch = position->epoch;
    query.seq = position->seq;
  }
  return query;
}

std::string history_body(const HistoryPage& page) {
  std::string body = "{\"messages\":[";
  for (const EventPtr& event : page.events) {
    if (event != page.events.front()) body += ',';
    native::append_event(body, *event);
  }
  body += "],\"epoch\":";
  json::append_quoted(body, page.epoch);
  body += ",\"seq\":";
  json::append_integer(body, static_cast<std::int64_t>(page.top));
  body += page.more ? ",\"more\":true}" : ",\"more\":false}";
  return body;
}

void read(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto room = room_of(exchange->request(), ServerRooms::allowed);
  if (!room) return exchange->fail(room.error());
  const auto query = read_query(exchange->request());
  if (!query) return exchange->fail(query.error());
  context.services.history.read(*room, *query, [exchange](const result<HistoryPage>& page) {
    if (!page) return exchange->fail(page.error());
    exchange->reply(net::HttpReply::json(history_body(*page)));
  });
}

}  // namespace

void publish_in(const Context& context, const net::HttpExchangePtr& exchange, const std::string& room) {
  const net::HttpRequest& request = exchange->request();
  if (request.body().size() > context.services.limits.message_size)
    return exchange->fail({errc::too_large, nullptr, nullptr});
  const auto fields = context.parser.object(request.body());
  if (!fields) return exchange->fail(fields.error());
  const auto body = PublicationBody::read(**fields, context.services.rules.find(room).sanitize);
  if (!body) return exchange->fail(body.error());
  Publication publication = body->to(room);
  // No user's name begins so: a key and a user of one name are two.
  const std::string scope = "@api:" + context.guard.key_name(request);
  if (body->user.empty()) publication.scope = scope;
  context.services.publisher.publish(publication, [exchange](const result<Published>& published) {
    if (!published) return exchange->fail(published.error());
    exchange->reply(net::HttpReply::json(published_body(*published)));
  });
}

void add_room_messages(net::Router& router, const Context& context) {
  constexpr std::string_view kPath = "/api/rooms/{room}/messages";
  router.add(net::Method::post, kPath, net::Access::backend_publish,
             [&context](const net::HttpExchangePtr& exchange) { publish(context, exchange); });
  router.add(net::Method::delete_, kPath, net::Access::backend_admin,
             [&context](const net::HttpExchangePtr& exchange) { clear(context, exchange); });
  router.add(net::Method::delete_, "/api/rooms/{room}/messages/{seq}", net::Access::backend_admin,
             [&context](const net::HttpExchangePtr& exchange) { erase(context, exchange); });
  router.add(net::Method::get, kPath, net::Access::backend_read,
             [&context](const net::HttpExchangePtr& exchange) { read(context, exchange); });
}

}  // namespace confab::api
