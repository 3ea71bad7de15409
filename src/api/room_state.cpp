// SPDX-License-Identifier: MIT
#include "api/room_state.hpp"

#include "api/path.hpp"
#include "confab/core/fault_members.hpp"
#include "confab/core/field_reader.hpp"
#include "confab/core/state_key.hpp"

namespace confab::api {
namespace {

std::string version_member(std::uint64_t version) {
  std::string member = "\"version\":";
  json::append_integer(member, static_cast<std::int64_t>(version));
  return member;
}

void show(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto room = room_of(exchange->request(), ServerRooms::refused);
  if (!room) return exchange->fail(room.error());
  context.services.state.read(*room, std::nullopt, [exchange](const result<StateSnapshot>& snapshot) {
    if (!snapshot) return exchange->fail(snapshot.error());
    std::string body = "{\"state\":" + snapshot->json + ",\"stateVersion\":";
    json::append_integer(body, static_cast<std::int64_t>(snapshot->version));
    body += '}';
    exchange->reply(net::HttpReply::json(std::move(body)));
  });
}

void set(const Context& context, const net::HttpExchangePtr& exchange) {
  const net::HttpRequest& request = exchange->request();
  const auto room = room_of(request, ServerRooms::refused);
  if (!room) return exchange->fail(room.error());
  const std::string key(request.variable("key"));
  if (!legal_state_key(key))
    return exchange->fail({errc::bad_message, "key", "This is no legal key: 1 to 128 bytes of text."});
  if (request.body().size() > context.services.limits.message_size)
    return exchange->fail({errc::too_large, nullptr, nullptr});
  const auto fields = context.parser.object(request.body());
  if (!fields) return exchange->fail(fields.error());
  FieldReader in(**fields);
  const json::Value* value = (*fields)->find("value");
  if (value == nullptr) in.wrong("value", "This field is missing.");
  const auto if_version = in.optional_integer("ifVersion", 0, INT64_MAX);
  if (in.fault()) return exchange->fail(*in.fault());

  StateChange change{key, value->raw, {}, std::nullopt};
  if (if_version) change.if_version = static_cast<std::uint64_t>(*if_version);
  context.services.state.set(*room, change, 0, [exchange](const result<StateSet>& set) {
    if (!set) return exchange->fail(set.error());
    if (set->outcome != StateSet::Outcome::conflict)
      return exchange->reply(net::HttpReply::json('{' + version_member(set->version) + '}'));
    const Fault fault{errc::conflict, "ifVersion"};
    exchange->reply(net::HttpReply::json("{\"error\":{" + fault_members(fault) + ",\"value\":" + set->value +
                                             ',' + version_member(set->version) + "}}",
                                         describe(fault.code).http_status));
  });
}

}  // namespace

void add_room_state(net::Router& router, const Context& context) {
  router.add(net::Method::get, "/api/rooms/{room}/state", net::Access::backend_read,
             [&context](const net::HttpExchangePtr& exchange) { show(context, exchange); });
  router.add(net::Method::put, "/api/rooms/{room}/state/{key}", net::Access::backend_publish,
             [&context](const net::HttpExchangePtr& exchange) { set(context, exchange); });
}

}  // namespace confab::api
