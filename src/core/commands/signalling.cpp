// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "confab/base/names.hpp"
#include "confab/core/calls.hpp"
#include "confab/core/ice_servers.hpp"
#include "core/commands/commands.hpp"

namespace confab::commands {
namespace {

/// What a client's library takes the server's word for: who speaks, and where in a room's numbering it is.
/// All else is between the peers, the `id` and a `room` among it.
constexpr std::array<std::string_view, 8> kServers{"user",    "seq",  "epoch",      "stamp",
                                                   "deleted", "from", "fromClient", "ephemeral"};

bool is_servers(std::string_view key) noexcept {
  return std::find(kServers.begin(), kServers.end(), key) != kServers.end();
}

/// What a message does to the call between its sender and whom it reaches.
enum class Step : std::uint8_t { asks, agrees, ends, none };

Step step_of(std::string_view type) noexcept {
  if (type == "call_request" || type == "offer") return Step::asks;
  if (type == "call_accept" || type == "answer") return Step::agrees;
  if (type == "call_reject" || type == "call_end") return Step::ends;
  return Step::none;
}

/// To whom a message goes, and the room through which it goes; null where it has a target.
struct Recipients {
  std::vector<Session*> sessions;
  const Room* room = nullptr;
};

/// Members that are somebody, but for the sender.
std::vector<Session*> others(const Room& room, const Session& sender) {
  std::vector<Session*> sessions;
  for (const Member& member : room.members()) {
    Session* session = member.session;
    if (session != &sender && session->role() == SessionRole::client && !session->closing())
      sessions.push_back(session);
  }
  return sessions;
}

/// A guest has no personal room; whoever shares a room with it may answer to the name it is known by.
std::vector<Session*> guests_named(std::string_view name, const Session& sender) {
  for (const Membership& in : sender.memberships()) {
    if (is_server_room(in.room->name())) continue;
    for (Session* session : others(*in.room, sender))
      if (session->guest() && session->user() == name) return {session};
  }
  return {};
}

std::vector<Session*> sessions_of(const Call& call, std::string_view target) {
  const Hub& hub = call.services.hub;
  if (Session* session = hub.find_client(target);
      session != nullptr && session->role() == SessionRole::client && !session->closing())
    return {session};
  if (!legal_user_name(target)) return guests_named(target, call.session);
  const Room* personal = hub.find_room("@" + std::string(target));
  return personal == nullptr ? std::vector<Session*>() : others(*personal, call.session);
}

result<Recipients> targets(const Call& call, FieldReader& in) {
  const std::string target = in.text("target");
  if (in.fault()) return *in.fault();
  Recipients to{sessions_of(call, target), nullptr};
  if (to.sessions.empty()) return Fault{errc::not_found, "target", "Nobody of this name is here."};
  return to;
}

result<Recipients> roommates(const Call& call, FieldReader& in) {
  const auto room = room_of(call, in);
  if (!room) return room.error();
  if (is_server_room(*room)) return Fault{errc::forbidden, "room", "Nobody calls in the server's rooms."};
  if (!call.session.is_in(*room)) return Fault{errc::not_joined, "room"};
  const auto allowed =
      call.services.permissions.may_publish(Identity::of(call.session), *room, Permissions::Standing::member);
  if (!allowed) return allowed.error();
  const Room* place = call.services.hub.find_room(*room);
  return Recipients{others(*place, call.session), place};
}

std::string relayed_members(const Call& call) {
  std::string members;
  members.reserve(call.fields.raw().size() + 128);
  for (const json::Member& member : call.fields.members()) {
    if (member.key == "type" || is_servers(member.key)) continue;
    members += member.raw;
    members += ',';
  }
  members += "\"from\":";
  json::append_quoted(members, call.session.user());
  members += ",\"fromClient\":";
  json::append_quoted(members, call.session.client_id());
  return members;
}

void note(const Call& call, Step step, const Recipients& to) {
  Calls& calls = call.services.calls;
  // What went to several may be answered by any of them: only then is it known who it was that went.
  const bool sure = step == Step::agrees || to.sessions.size() == 1;
  const auto bond = sure ? Calls::Bond::both_are_told : Calls::Bond::receiver_is_told;
  for (const Session* session : to.sessions) {
    if (step == Step::asks || step == Step::agrees) calls.bind(call.session, *session, bond, to.room);
    if (step == Step::ends) calls.unbind(call.session, *session);
  }
}

}  // namespace

void signal(const Call& call) {
  if (const auto allowed = call.services.ice_servers.may_call(Identity::of(call.session)); !allowed)
    return call.request->fail(allowed.error());
  FieldReader in(call.fields);
  const auto to = in.has("target") ? targets(call, in) : roommates(call, in);
  if (!to) return call.request->fail(to.error());
  if (call.services.hub.over_memory()) {
    return call.request->fail({errc::unavailable, nullptr, "The server's queues are full; try again later."});
  }

  const std::string members = relayed_members(call);
  Reply message;
  message.name = call.type;
  message.members = members;
  Prepared<Reply> prepared(message);
  for (Session* session : to->sessions)
    session->send(prepared.frame(session->codec()), EventClass::ordinary);
  note(call, step_of(call.type), *to);
  call.request->ack();
}

void ice_servers(const Call& call) {
  const auto allowed = call.services.ice_servers.may_call(Identity::of(call.session));
  if (!allowed) return call.request->fail(allowed.error());
  call.request->reply("ice_servers",
                      call.services.ice_servers.members(call.session.user(), call.services.loop.wall()));
}

}  // namespace confab::commands
