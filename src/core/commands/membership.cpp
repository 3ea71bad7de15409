// SPDX-License-Identifier: MIT
#include "confab/base/names.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {
namespace {

constexpr std::int64_t kMostHistory = 1'000'000;

std::string room_member(std::string_view room) {
  std::string members = "\"room\":";
  json::append_quoted(members, room);
  return members;
}

}  // namespace

void join(const Call& call) {
  FieldReader in(call.fields);
  Arrival arrival;
  arrival.since = in.optional_position("since");
  if (const auto history = in.optional_integer("history", 0, kMostHistory))
    arrival.history = static_cast<std::size_t>(*history);
  if (const auto version = in.optional_integer("stateVersion", 0, INT64_MAX))
    arrival.state_version = static_cast<std::uint64_t>(*version);
  auto room = named_room(call);
  if (!room) return call.request->fail(room.error());
  if (in.fault()) return call.request->fail(*in.fault());
  const auto allowed = call.services.permissions.may_join(Identity::of(call.session), *room);
  if (!allowed) return call.request->fail(allowed.error());

  arrival.room = *room;
  std::vector<Arrival> arrivals;
  arrivals.push_back(std::move(arrival));
  call.services.arrivals.arrive(
      call.session, std::move(arrivals),
      [request = call.request, members = room_member(*room)](const std::vector<Arrivals::Refusal>& refusals) {
        refusals.empty() ? request->ack(members) : request->fail(refusals.front().fault);
      });
}

void leave(const Call& call) {
  const auto room = named_room(call);
  if (!room) return call.request->fail(room.error());
  if (is_server_room(*room)) {
    return call.request->fail({errc::forbidden, "room", "Nobody leaves the server's rooms."});
  }
  if (const auto left = call.services.hub.leave(call.session, *room); !left)
    return call.request->fail(left.error());
  call.request->ack(room_member(*room));
}

}  // namespace confab::commands
