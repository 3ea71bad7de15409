// SPDX-License-Identifier: MIT
#include "confab/core/subscription.hpp"

#include <algorithm>

#include "confab/base/json.hpp"
#include "confab/core/fault_members.hpp"

namespace confab {
namespace {

void say_error(Session& session, const Arrivals::Refusal& refusal) {
  std::string members = fault_members(refusal.fault);
  members += ",\"room\":";
  json::append_quoted(members, refusal.room);
  Reply reply;
  reply.name = "error";
  reply.members = members;
  session.send(reply);
}

}  // namespace

result<void> Subscriber::check(const Identity& who, const Subscription& subscription) const {
  if (subscription.rooms.size() > kMostRooms)
    return Fault{errc::bad_room, "room", "A stream carries at most 32 rooms."};
  for (const auto& room : subscription.rooms)
    if (const auto allowed = permissions_.may_follow(who, room); !allowed) return allowed;
  return {};
}

void Subscriber::subscribe(Session& session, Subscription subscription) {
  std::vector<Arrival> arrivals;
  const auto add = [&](std::string room, Arrival::Joined joined) {
    const auto same = [&](const Arrival& arrival) { return arrival.room == room; };
    if (std::any_of(arrivals.begin(), arrivals.end(), same)) return;
    Arrival arrival;
    arrival.room = std::move(room);
    arrival.after = subscription.after;
    if (joined == Arrival::Joined::told) arrival.history = subscription.history;
    arrival.joined = joined;
    arrivals.push_back(std::move(arrival));
  };
  for (auto& room : subscription.rooms)
    add(std::move(room), Arrival::Joined::told);
  // Every session has these; they are among all the rooms that its cursor stands for.
  const auto server = arrivals.empty() ? Arrival::Joined::told : Arrival::Joined::silent;
  if (!session.guest()) add("@" + session.user(), server);
  add("$all", server);
  arrivals_.arrive(session, std::move(arrivals), [&session](const std::vector<Arrivals::Refusal>& refusals) {
    for (const auto& refusal : refusals)
      say_error(session, refusal);
  });
}

}  // namespace confab
