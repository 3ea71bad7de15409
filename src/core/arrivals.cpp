// SPDX-License-Identifier: MIT
#include "confab/core/arrivals.hpp"

#include <algorithm>
#include <utility>

#include "confab/base/json.hpp"
#include "confab/base/names.hpp"
#include "confab/core/codec.hpp"
#include "confab/core/presence.hpp"
#include "confab/core/reset.hpp"

namespace confab {
namespace {

/// So many members at most are listed in `joined`; more are asked for by `presence`.
constexpr std::size_t kMembersListed = 100;

bool wants_past(const Arrival& arrival) noexcept {
  return arrival.since || arrival.after || arrival.history.value_or(0) > 0;
}

bool resumes(const Arrival& arrival) noexcept {
  return arrival.since || arrival.after;
}

HistoryQuery first_query(const Arrival& arrival, const Session& session) {
  HistoryQuery query;
  query.limit = Replay::kPage;
  query.bytes = Replay::page_bytes(session);
  if (arrival.since) {
    query.from = HistoryQuery::From::position;
    query.epoch = arrival.since->epoch;
    query.seq = arrival.since->seq;
  } else if (arrival.after) {
    query.from = HistoryQuery::From::cursor;
    query.cursor = *arrival.after;
  } else {
    // The whole of it, though it may be sent in pages: it has to begin at the oldest.
    query.from = HistoryQuery::From::newest;
    query.limit = arrival.history.value_or(0);
    query.bytes = SIZE_MAX;
  }
  return query;
}

/// Takes off what is behind the first `fits`.
std::vector<EventPtr> take_behind(std::vector<EventPtr>& events, std::size_t fits) {
  std::vector<EventPtr> behind(events.begin() + static_cast<std::ptrdiff_t>(fits), events.end());
  events.resize(fits);
  return behind;
}

}  // namespace

struct Arrivals::Part {
  Arrival arrival;
  HistoryPage page;
  StateSnapshot state;
  std::optional<Fault> fault;
  std::uint64_t before = 0;  // the seq behind which the page begins
  std::string renumbered;    // the room's epoch where its numbering began again meanwhile
  bool recovered = false;
  bool same_epoch = true;  // the place that it names is one of the room's present numbering
  bool was_member = false;
  bool stays = false;   // it was a member and wants nothing of the past: nothing changes for it
  bool second = false;  // its place was unknown: what is left is being read
};

struct Arrivals::Party {
  std::uint64_t session;
  std::vector<Part> parts;
  std::size_t waiting = 0;
  Done done;
};

Arrivals::Arrivals(Hub& hub, History& history, SharedState& state)
    : hub_(hub), history_(history), state_(state) {
  hub.watch(*this);
}

Arrivals::~Arrivals() = default;

void Arrivals::arrive(Session& session, std::vector<Arrival> arrivals, Done done) {
  auto party = std::make_shared<Party>();
  party->session = session.number();
  party->done = std::move(done);
  party->waiting = arrivals.size() + 1;
  std::erase_if(parties_, [](const std::weak_ptr<Party>& other) { return other.expired(); });
  parties_.push_back(party);
  for (auto& arrival : arrivals)
    party->parts.emplace_back().arrival = std::move(arrival);
  for (std::size_t i = 0; i < party->parts.size(); ++i)
    enter(party, i);
  part_done(party);
}

void Arrivals::enter(const PartyPtr& party, std::size_t index) {
  Session* session = hub_.find(party->session);
  Part& part = party->parts[index];
  const auto live_after = hub_.delivers_after(*session, part.arrival.room);
  // A room that is there without being asked for goes live with the others, or a cursor of it would stand for
  // what they haven't brought yet.
  if (part.arrival.joined == Arrival::Joined::silent && !wants_past(part.arrival))
    part.arrival.after = history_.now();
  part.was_member = live_after.has_value();
  part.stays = part.was_member && !wants_past(part.arrival);
  hub_.enter(*session, part.arrival.room, Member::kNothing,
             [this, party, index](const result<Room*>& entered) {
               Session* here = hub_.find(party->session);
               Part& mine = party->parts[index];
               if (here == nullptr) return;
               if (!entered) {
                 mine.fault = entered.error();
                 return part_done(party);
               }
               if (!mine.stays) {
                 drop(*here, mine.arrival.room);
                 hub_.deliver_after(*here, **entered, Member::kNothing);
               }
               read(party, index, first_query(mine.arrival, *here));
             });
}

void Arrivals::read(const PartyPtr& party, std::size_t index, const HistoryQuery& query) {
  history_.read(party->parts[index].arrival.room, query,
                [this, party, index](result<HistoryPage> page) { on_page(party, index, std::move(page)); });
}

void Arrivals::on_page(const PartyPtr& party, std::size_t index, result<HistoryPage> page) {
  const Session* session = hub_.find(party->session);
  if (session == nullptr) return;
  Part& part = party->parts[index];
  if (!page) {
    part.fault = page.error();
    return part_done(party);
  }
  part.page = std::move(*page);
  if (part.second) {
    part.page.complete = false;
  } else if (resumes(part.arrival)) {
    part.recovered = part.page.complete;
    part.same_epoch = part.page.same_epoch;
    if (!part.recovered && (part.arrival.history || part.arrival.since)) {
      // What is left: the newest that were asked for, or all that are kept.
      part.second = true;
      HistoryQuery rest;
      if (part.arrival.history) {
        rest.limit = *part.arrival.history;
      } else {
        rest.from = HistoryQuery::From::position;
        rest.epoch = part.page.epoch;
        rest.limit = Replay::kPage;
        rest.bytes = Replay::page_bytes(*session);
      }
      return read(party, index, rest);
    }
  }
  part_done(party);
}

void Arrivals::part_done(const PartyPtr& party) {
  if (--party->waiting == 0 && !read_again(party)) read_states(party);
}

void Arrivals::read_states(const PartyPtr& party) {
  // Last of all, so that nothing changes between it and what the members hear.
  party->waiting = party->parts.size() + 1;
  for (std::size_t i = 0; i < party->parts.size(); ++i) {
    const Part& part = party->parts[i];
    if (part.fault || part.arrival.joined == Arrival::Joined::silent || is_server_room(part.arrival.room)) {
      state_done(party);
      continue;
    }
    // The version of another numbering's room says nothing of this one's.
    const bool same_room = part.same_epoch || !part.arrival.since;
    state_.read(part.arrival.room, same_room ? part.arrival.state_version : std::nullopt,
                [this, party, i](const result<StateSnapshot>& snapshot) {
                  if (snapshot) {
                    party->parts[i].state = *snapshot;
                  } else {
                    party->parts[i].fault = snapshot.error();
                  }
                  state_done(party);
                });
  }
  state_done(party);
}

void Arrivals::state_done(const PartyPtr& party) {
  if (--party->waiting == 0 && !read_again(party)) finish(*party);
}

bool Arrivals::read_again(const PartyPtr& party) {
  const Session* session = hub_.find(party->session);
  if (session == nullptr) return false;
  std::vector<std::size_t> stale;
  for (std::size_t i = 0; i < party->parts.size(); ++i) {
    Part& part = party->parts[i];
    const std::string epoch = std::exchange(part.renumbered, {});
    // Its numbering began again after the page was made.
    if (part.fault || epoch.empty() || part.page.epoch == epoch) continue;
    part.recovered = part.second = false;
    stale.push_back(i);
  }
  party->waiting = stale.size();
  for (const std::size_t i : stale)
    read(party, i, first_query(party->parts[i].arrival, *session));
  return !stale.empty();
}

void Arrivals::give_up(Session& session, const Part& part, std::vector<Replay::Part>& rest) {
  if (!hub_.delivers_after(session, part.arrival.room) || part.stays) return;
  if (!part.was_member) {
    // It was refused, so it isn't here.
    hub_.leave(session, part.arrival.room);
    return;
  }
  // It has lost its place. A position of no epoch brings what is left, and `reset` before it.
  Replay::Part anew;
  anew.room = part.arrival.room;
  anew.more = true;
  rest.push_back(std::move(anew));
}

void Arrivals::finish(Party& party) {
  Session* session = hub_.find(party.session);
  if (session == nullptr || session->closing()) return;
  std::vector<Replay::Part> rest;
  std::vector<Refusal> refusals;
  for (Part& part : party.parts) {
    if (part.fault) {
      refusals.push_back({part.arrival.room, *part.fault});
      give_up(*session, part, rest);
      continue;
    }
    const Room* room = hub_.find_room(part.arrival.room);
    const auto live_after = hub_.delivers_after(*session, part.arrival.room);
    if (room == nullptr || !live_after) continue;  // it left meanwhile
    HistoryPage& page = part.page;
    if (part.stays) {
      page.more = *live_after == Member::kNothing;  // its past is still being brought
      const std::uint64_t handed = std::max(room->delivered(), page.more ? 0 : *live_after);
      if (handed != 0) page.top = handed;
      if (part.arrival.joined == Arrival::Joined::told) say_joined(*session, part);
      continue;
    }
    part.before = page.events.empty() ? page.top : page.events.front()->seq() - 1;
    // Lists go into `joined` up to a page; what is behind follows.
    const bool lists = session->codec().past() == Codec::Past::in_lists;
    std::vector<EventPtr> behind =
        take_behind(page.events, lists ? Replay::first_page(page.events, *session).size() : 0);
    Replay::Part next;
    next.room = part.arrival.room;
    next.epoch = page.epoch;
    next.last = !behind.empty()        ? behind.back()->seq()
                : !page.events.empty() ? page.events.back()->seq()
                                       : page.top;
    const bool forward = resumes(part.arrival) && (!part.second || !part.arrival.history);
    next.more = (forward && page.more) || room->delivered() > next.last;
    next.events = std::move(behind);
    page.more = next.more || !next.events.empty();
    next.promised = lists && page.more;
    if (part.arrival.joined == Arrival::Joined::told) say_joined(*session, part);
    rest.push_back(std::move(next));
  }
  if (session->codec().past() == Codec::Past::one_by_one) say_resets(*session, party);
  if (!rest.empty()) follow(*session, ReplayPtr(new Replay(hub_, history_, party.session, std::move(rest))));
  if (party.done) party.done(refusals);
}

void Arrivals::say_joined(Session& session, Part& part) {
  const Room& room = *hub_.find_room(part.arrival.room);
  std::string members = "\"room\":";
  json::append_quoted(members, part.arrival.room);
  members += ",\"epoch\":";
  json::append_quoted(members, part.page.epoch);
  members += ",\"seq\":";
  json::append_integer(members, static_cast<std::int64_t>(part.page.top));
  if (!is_server_room(part.arrival.room)) {
    members += ',';
    append_attendance(members, room);
    members += ",\"members\":";
    append_members(members, list_members(room, {{}, {}, kMembersListed}), MemberForm::arrival);
    members += part.state.whole ? ",\"state\":" : ",\"changes\":";
    members += part.state.json;
    members += ",\"stateVersion\":";
    json::append_integer(members, static_cast<std::int64_t>(part.state.version));
  }
  members += part.recovered ? ",\"recovered\":true" : ",\"recovered\":false";
  members += part.page.more ? ",\"more\":true" : ",\"more\":false";
  Reply reply;
  reply.name = "joined";
  reply.members = members;
  reply.with_messages = session.codec().past() == Codec::Past::in_lists;
  reply.messages = part.page.events;
  session.send(reply);
}

void Arrivals::say_resets(Session& session, const Party& party) {
  std::vector<Reset> resets;
  for (const Part& part : party.parts) {
    if (part.fault || !resumes(part.arrival) || part.recovered) continue;
    resets.push_back({part.arrival.room, part.page.epoch, part.before, part.same_epoch ? "gap" : "epoch"});
  }
  if (resets.empty()) return;
  const std::string members = reset_members(resets);
  Reply reply;
  reply.name = "reset";
  reply.members = members;
  session.send(reply);
}

void Arrivals::follow(Session& session, ReplayPtr replay) {
  if (replay->advance() == Replay::Progress::done) return;
  replays_[session.number()].push_back(std::move(replay));
  session.watch_queue(this);
}

void Arrivals::advance(Session& session) {
  const auto found = replays_.find(session.number());
  if (found == replays_.end()) return;
  // By copies: what a replay does may bring others to an end.
  const std::vector<ReplayPtr> mine = found->second;
  std::vector<ReplayPtr> go_on;
  for (const auto& replay : mine)
    if (replay->advance() == Replay::Progress::goes_on) go_on.push_back(replay);
  if (go_on.empty()) {
    replays_.erase(session.number());
    session.watch_queue(nullptr);
  } else {
    replays_[session.number()] = std::move(go_on);
  }
}

void Arrivals::drop(Session& session, std::string_view room) {
  const auto found = replays_.find(session.number());
  if (found == replays_.end()) return;
  for (const auto& replay : found->second)
    replay->drop(room);
  advance(session);
}

void Arrivals::on_leaving(Session& session, Room& room) {
  drop(session, room.name());
}

void Arrivals::on_ending(Session& session) {
  replays_.erase(session.number());
  session.watch_queue(nullptr);
}

void Arrivals::on_renumbered(Room& room, std::string_view epoch, std::uint64_t seq) {
  for (auto& [session, replays] : replays_)
    for (const auto& replay : replays)
      replay->renumber(room.name(), epoch, seq);
  for (const auto& open : parties_) {
    const PartyPtr party = open.lock();
    if (!party) continue;
    for (Part& part : party->parts)
      if (part.arrival.room == room.name()) part.renumbered = epoch;
  }
}

}  // namespace confab
