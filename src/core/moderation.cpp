// SPDX-License-Identifier: MIT
#include "confab/core/moderation.hpp"

#include <vector>

#include "confab/base/json.hpp"

namespace confab {
namespace {

std::string members_of(std::string_view room, std::string_view user, std::string_view reason) {
  std::string members = "\"room\":";
  json::append_quoted(members, room);
  members += ",\"user\":";
  json::append_quoted(members, user);
  if (!reason.empty()) {
    members += ",\"reason\":";
    json::append_quoted(members, reason);
  }
  return members;
}

}  // namespace

void append_term(std::string& out, const Term& term) {
  if (!term.until) return;
  out += ",\"until\":\"";
  append_iso8601(out, *term.until);
  out += '"';
}

std::size_t Moderation::tell(std::string_view room, std::string_view user, std::string_view event,
                             std::string_view members, Stay stay) {
  const Room* here = hub_.find_room(room);
  if (here == nullptr) return 0;
  // Nobody leaves inside a walk over members, and the last one's going ends the room.
  std::vector<std::uint64_t> sessions;
  for (const Member& member : here->members())
    if (member.session->role() == SessionRole::client && member.session->user() == user)
      sessions.push_back(member.session->number());
  Reply reply;
  reply.name = event;
  reply.members = members;
  for (const std::uint64_t number : sessions) {
    Session* session = hub_.find(number);
    if (stay == Stay::no) (void)hub_.leave(*session, room);
    session->send(reply);
  }
  return sessions.size();
}

std::size_t Moderation::kick(std::string_view room, std::string_view user, std::string_view reason) {
  return tell(room, user, "kicked", members_of(room, user, reason), Stay::no);
}

result<Term> Moderation::ban(std::string_view room, std::string_view user, std::optional<Milliseconds> time,
                             std::string_view reason) {
  const auto term = sanctions_.impose(Sanction::ban, room, user, time);
  if (!term) return term;
  std::string members = members_of(room, user, reason);
  append_term(members, *term);
  tell(room, user, "banned", members, Stay::no);
  return term;
}

result<Term> Moderation::mute(std::string_view room, std::string_view user, std::optional<Milliseconds> time,
                              std::string_view reason) {
  const auto term = sanctions_.impose(Sanction::mute, room, user, time);
  if (!term) return term;
  std::string members = members_of(room, user, reason);
  append_term(members, *term);
  tell(room, user, "muted", members, Stay::yes);
  return term;
}

result<std::size_t> Moderation::disconnect(std::string_view user, std::optional<Milliseconds> time) {
  if (time) {
    const auto blocked = sanctions_.impose(Sanction::block, {}, user, time);
    if (!blocked) return blocked.error();
  }
  const auto sessions = hub_.sessions_of(user);
  for (const std::uint64_t number : sessions)
    hub_.find(number)->close(CloseReason::disconnected);
  return sessions.size();
}

void Moderation::erase(std::string_view room, std::uint64_t seq, std::string_view by, PublishDone done) {
  history_.erase(room, seq,
                 [this, name = std::string(room), seq, moderator = std::string(by),
                  done = std::move(done)](const result<void>& erased) {
                   if (!erased) return done(erased.error());
                   std::string body = "\"target\":";
                   json::append_integer(body, static_cast<std::int64_t>(seq));
                   if (!moderator.empty()) {
                     body += ",\"by\":";
                     json::append_quoted(body, moderator);
                   }
                   Publication publication;
                   publication.room = name;
                   publication.name = "message_deleted";
                   publication.body = body;
                   publication.kind = EventClass::stored;
                   publisher_.publish(publication, done);
                 });
}

}  // namespace confab
