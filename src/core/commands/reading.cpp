// SPDX-License-Identifier: MIT
#include "confab/core/presence.hpp"
#include "confab/core/replay.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {
namespace {

constexpr std::int64_t kHistory = 50;
constexpr std::int64_t kMostHistory = 300;
constexpr std::int64_t kMembers = 100;
constexpr std::int64_t kMostMembers = 500;

}  // namespace

void history(const Call& call) {
  FieldReader in(call.fields);
  HistoryQuery query;
  if (auto since = in.optional_position("since")) {
    query.from = HistoryQuery::From::position;
    query.epoch = std::move(since->epoch);
    query.seq = since->seq;
    if (in.has("before")) in.wrong("before", "Either since or before.");
  } else if (const auto before = in.optional_integer("before", 0, INT64_MAX)) {
    query.from = HistoryQuery::From::before;
    query.seq = static_cast<std::uint64_t>(*before);
  }
  query.limit = static_cast<std::size_t>(in.optional_integer("limit", 1, kMostHistory).value_or(kHistory));
  query.bytes = Replay::page_bytes(call.session);
  const auto room = named_room(call);
  if (!room) return call.request->fail(room.error());
  if (in.fault()) return call.request->fail(*in.fault());
  const auto allowed = call.services.permissions.may_join(Identity::of(call.session), *room);
  if (!allowed) return call.request->fail(allowed.error());

  call.services.history.read(*room, query, [request = call.request](const result<HistoryPage>& page) {
    if (!page) return request->fail(page.error());
    std::string members = "\"epoch\":";
    json::append_quoted(members, page->epoch);
    members += ",\"seq\":";
    json::append_integer(members, static_cast<std::int64_t>(page->top));
    members += page->more ? ",\"more\":true" : ",\"more\":false";
    request->ack_with(page->events, members);
  });
}

void presence(const Call& call) {
  FieldReader in(call.fields);
  const auto after = in.optional_text("after");
  const auto limit = in.optional_integer("limit", 1, kMostMembers);
  const auto room = named_room(call);
  if (!room) return call.request->fail(room.error());
  if (in.fault()) return call.request->fail(*in.fault());
  const auto allowed = call.services.permissions.may_list(Identity::of(call.session), *room);
  if (!allowed) return call.request->fail(allowed.error());

  const Room* here = call.services.hub.find_room(*room);
  if (here == nullptr) return call.request->ack("\"members\":[],\"users\":0,\"sessions\":0,\"more\":false");
  std::string attendance;
  append_attendance(attendance, *here);
  const MemberQuery query{
      {}, after ? *after : std::string_view(), static_cast<std::size_t>(limit.value_or(kMembers))};
  list_readers(*here, query, call.services.markers,
               [request = call.request, attendance](const result<MemberPage>& page) {
                 if (!page) return request->fail(page.error());
                 std::string members = "\"members\":";
                 append_members(members, *page, MemberForm::presence);
                 members += ',' + attendance;
                 members += page->more ? ",\"more\":true" : ",\"more\":false";
                 request->ack(members);
               });
}

}  // namespace confab::commands
