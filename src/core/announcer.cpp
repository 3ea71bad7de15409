// SPDX-License-Identifier: MIT
#include "confab/core/announcer.hpp"

#include <algorithm>
#include <utility>

#include "confab/base/json.hpp"
#include "confab/core/codec.hpp"

namespace confab {
namespace {

constexpr std::chrono::seconds kBetweenNumbers{1};

}  // namespace

void Announcer::note(Room& room, const std::string& user, bool joined) {
  room.changes_.push_back({user, joined, loop_.wall()});
  if (room.changed_) return;
  room.changed_ = true;
  changed_.push_back(&room);
}

void Announcer::note_number(Room& room) {
  if (room.count_is_due_ || !room.crowded()) return;
  room.count_is_due_ = true;
  crowded_.push_back(&room);
  if (!scheduled()) loop_.timers().schedule(*this, loop_.now() + kBetweenNumbers);
}

void Announcer::tell(Room& room) {
  if (room.changes_.empty()) return;
  const auto changes = std::exchange(room.changes_, {});
  const std::uint32_t first = room.changes_told_;
  room.changes_told_ += static_cast<std::uint32_t>(changes.size());
  if (room.crowded()) return note_number(room);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& change = changes[i];
    // The last of a turn wins for each user.
    const auto later = [&](const Room::Change& other) { return other.user == change.user; };
    if (std::any_of(changes.begin() + static_cast<std::ptrdiff_t>(i) + 1, changes.end(), later)) continue;
    EventDraft draft;
    draft.room = room.name();
    draft.name = change.joined ? "user_joined" : "user_left";
    draft.user = change.user;
    draft.kind = EventClass::ephemeral;
    draft.time = change.time;
    const EventPtr event = Event::make(draft);
    Prepared<Event> prepared(*event);
    for (const Member& member : room.members_) {
      // Unsigned distance, so that the count may wrap round.
      if (member.since - first > i && member.since - first <= changes.size()) continue;
      member.session->send(prepared.frame(member.session->codec()), EventClass::ephemeral);
    }
  }
}

void Announcer::tell_all() {
  while (!changed_.empty()) {
    Room* room = changed_.back();
    changed_.pop_back();
    room->changed_ = false;
    tell(*room);
  }
}

void Announcer::forget(Room& room) {
  if (room.changed_) std::erase(changed_, &room);
  if (room.count_is_due_) std::erase(crowded_, &room);
}

void Announcer::on_timer() {
  for (Room* room : std::exchange(crowded_, {})) {
    room->count_is_due_ = false;
    tell_number(*room);
  }
}

void Announcer::tell_number(Room& room) const {
  std::string body = "\"users\":";
  json::append_integer(body, static_cast<std::int64_t>(room.roster().users()));
  body += ",\"sessions\":";
  json::append_integer(body, static_cast<std::int64_t>(room.sessions()));
  EventDraft draft;
  draft.room = room.name();
  draft.name = "occupancy";
  draft.body = body;
  draft.kind = EventClass::ephemeral;
  const EventPtr event = Event::make(draft);
  Prepared<Event> prepared(*event);
  for (const Member& member : room.members_)
    member.session->send(prepared.frame(member.session->codec()), EventClass::ephemeral);
}

}  // namespace confab
