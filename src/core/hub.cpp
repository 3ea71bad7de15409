// SPDX-License-Identifier: MIT
#include "confab/core/hub.hpp"

#include <algorithm>
#include <utility>

#include "confab/base/ids.hpp"
#include "confab/base/names.hpp"
#include "confab/base/sparse.hpp"
#include "confab/core/reset.hpp"

namespace confab {
namespace {

constexpr std::string_view kEverybody = "$all";

std::string personal_room(std::string_view user) {
  return "@" + std::string(user);
}

bool counted(const Session& session) noexcept {
  return session.role() == SessionRole::client;
}

bool is_member(const Room& room, const Session& session) noexcept {
  const auto& list = session.memberships();
  return std::any_of(list.begin(), list.end(), [&](const Membership& in) { return in.room == &room; });
}

}  // namespace

Hub::Hub(Loop& loop, Broker& broker, const RoomRules& rules, const Limits& limits, std::string node)
    : loop_(loop),
      broker_(broker),
      rules_(rules),
      limits_(limits),
      node_(std::move(node)),
      announcer_(loop),
      lingering_(loop,
                 [this](const std::string& name) {
                   Room* room = find_room(name);
                   if (room != nullptr && !lingering_.keeps_on(*room)) forget_if_empty(*room);
                 }),
      absences_(loop, limits_.connections,
                [this](const std::string& name, const std::string& user) { on_not_back(name, user); }) {}

Hub::~Hub() = default;

Session* Hub::open(Transport& transport, const Codec& codec, SessionRole role) {
  if (sessions_.size() >= limits_.connections) {
    ++counters_.sessions_rejected;
    return nullptr;
  }
  const std::uint64_t number = random_u64();
  auto& session =
      *sessions_.emplace(number, std::make_unique<Session>(*this, number, codec, role)).first->second;
  ++counters_.sessions_opened;
  session.attach(transport);
  if (!counted(session)) return &session;
  ++counters_.clients_opened;
  enter(session, kEverybody, Member::kEverything, [](const result<Room*>&) {});
  return &session;
}

result<void> Hub::admits(std::string_view user) const {
  if (!legal_user_name(user)) return Fault{errc::bad_message, "user", "This is no legal name of a user."};
  if (sanctions_ != nullptr && sanctions_->holds(Sanction::block, {}, user))
    return Fault{errc::forbidden, "user", "This user is kept out for a while."};
  return {};
}

result<void> Hub::name(Session& session, std::string_view user) {
  if (!session.guest_) {
    if (session.user_ == user) return {};
    return Fault{errc::forbidden, "user", "This session has its name already."};
  }
  if (const auto admitted = admits(user); !admitted) {
    if (admitted.error().code == errc::forbidden) session.close(CloseReason::policy);
    return admitted;
  }
  session.user_ = user;
  session.guest_ = false;
  if (!counted(session)) return {};
  for (const auto& membership : session.memberships_) {
    Room& room = *membership.room;
    if (!room.lists_users_) continue;
    if (room.roster_.enter(user, loop_.wall())) note_change(room, session.user_, true);
    absences_.end(room, user);
  }
  enter(session, personal_room(user), Member::kEverything, [](const result<Room*>&) {});
  return {};
}

void Hub::enter(Session& session, std::string_view name, std::uint64_t after,
                std::function<void(result<Room*>)> entered) {
  Room* room = find_room(name);
  if (room != nullptr && is_member(*room, session)) {
    entered(room);
    return;
  }
  if (const auto allowed = may_enter(session, name, room); !allowed) {
    entered(allowed.error());
    return;
  }
  if (room != nullptr) {
    add_member(*room, session, after);
    entered(room);
    return;
  }
  broker_.subscribe(name, [this, number = session.number(), room_name = std::string(name), after,
                           entered = std::move(entered)](const result<void>& answer) {
    on_subscribed(number, room_name, after, answer, entered);
  });
}

void Hub::on_subscribed(std::uint64_t number, const std::string& name, std::uint64_t after,
                        const result<void>& answer, const std::function<void(result<Room*>)>& entered) {
  Session* session = find(number);
  const bool gone = session == nullptr || session->closing();
  Room* room = find_room(name);
  if (!answer) {
    if (!gone) entered(answer.error());
    return;
  }
  // Meanwhile the session may have ended, another may have opened the room, or this one asked twice.
  result<void> allowed;
  if (!gone && (room == nullptr || !is_member(*room, *session))) {
    allowed = may_enter(*session, name, room);
    if (allowed) {
      room = &open_room(name);
      add_member(*room, *session, after);
    }
  }
  if (room == nullptr) broker_.unsubscribe(name);
  if (gone) return;
  entered(allowed ? result<Room*>(room) : result<Room*>(allowed.error()));
}

result<void> Hub::may_enter(const Session& session, std::string_view name, const Room* room) const {
  // A held request names its rooms once, under a bound of its own.
  if (counted(session) && !is_server_room(name)) {
    const auto mine = [](const Membership& membership) { return !is_server_room(membership.room->name()); };
    const auto& list = session.memberships_;
    if (static_cast<std::size_t>(std::count_if(list.begin(), list.end(), mine)) >=
        limits_.rooms_per_session) {
      return Fault{errc::too_many_rooms, "room"};
    }
  }
  const std::size_t most = room == nullptr ? 0 : room->rule().max_members;
  if (most != 0 && counted(session) && room->sessions() >= most) {
    return Fault{errc::forbidden, "room", "This room is full."};
  }
  return {};
}

result<void> Hub::leave(Session& session, std::string_view name) {
  Room* room = find_room(name);
  for (const auto& membership : session.memberships_) {
    if (room == nullptr || membership.room != room) continue;
    remove_member(*room, membership.index, Going::left);
    forget_if_empty(*room);
    return {};
  }
  return Fault{errc::not_joined, "room"};
}

void Hub::keep(std::string_view name) {
  if (Room* room = find_room(name)) lingering_.keep(*room);
}

void Hub::on_rules_changed() {
  for (auto& [name, room] : rooms_) {
    room->rule_ = &rules_.find(name);
    if (room->has_presence() == room->lists_users_) continue;
    // Who is here is known only while presence is on.
    room->lists_users_ = room->has_presence();
    absences_.forget(*room);
    room->roster_ = Roster();
    if (!room->lists_users_) continue;
    for (const Member& member : room->members_)
      if (counted(*member.session) && !member.session->guest_)
        room->roster_.enter(member.session->user_, loop_.wall());
  }
}

void Hub::each_session(const std::function<void(Session&)>& visit) const {
  for (const auto& [number, session] : sessions_)
    visit(*session);
}

Session* Hub::find(std::uint64_t number) const {
  const auto found = sessions_.find(number);
  return found == sessions_.end() ? nullptr : found->second.get();
}

Session* Hub::find_client(std::string_view client_id) const {
  const auto dot = client_id.rfind('.');
  if (dot == std::string_view::npos || client_id.substr(0, dot) != node_) return nullptr;
  const auto number = parse_hex64(client_id.substr(dot + 1));
  return number ? find(*number) : nullptr;
}

std::vector<std::uint64_t> Hub::sessions_of(std::string_view user) const {
  std::vector<std::uint64_t> numbers;
  if (const Room* room = find_room(personal_room(user))) {
    for (const Member& member : room->members())
      if (counted(*member.session)) numbers.push_back(member.session->number());
    return numbers;
  }
  // A guest has no room of its own, and few are asked for.
  if (legal_user_name(user)) return numbers;
  for (const auto& [number, session] : sessions_)
    if (counted(*session) && session->user() == user) numbers.push_back(number);
  return numbers;
}

Room* Hub::find_room(std::string_view name) const {
  const auto found = rooms_.find(name);
  return found == rooms_.end() ? nullptr : found->second.get();
}

Room& Hub::open_room(std::string_view name) {
  if (Room* room = find_room(name)) return *room;
  auto room = std::make_unique<Room>(name, rules_.find(name));
  Room& opened = *room;
  rooms_.emplace(opened.name(), std::move(room));
  return opened;
}

void Hub::deliver_after(Session& session, const Room& room, std::uint64_t seq) {
  for (const auto& membership : session.memberships_) {
    if (membership.room != &room) continue;
    catch_up(session, *membership.room);
    membership.room->members_[membership.index].after = seq;
  }
}

std::optional<std::uint64_t> Hub::delivers_after(const Session& session, std::string_view name) const {
  for (const auto& membership : session.memberships_)
    if (membership.room->name() == name) return membership.room->members_[membership.index].after;
  return std::nullopt;
}

void Hub::note_change(Room& room, const std::string& user, bool joined) {
  // Who has left says nothing afterwards.
  if (room.batches_ && !room.crowded()) room.batches_->close();
  announcer_.note(room, user, joined);
  loop_.defer(*this);
}

void Hub::add_member(Room& room, Session& session, std::uint64_t after) {
  if (counted(session)) {
    ++room.sessions_;
    if (!session.guest_ && room.lists_users_) {
      if (room.roster_.enter(session.user_, loop_.wall())) note_change(room, session.user_, true);
      absences_.end(room, session.user_);
    }
    announcer_.note_number(room);
  }
  const auto since = room.changes_told_ + static_cast<std::uint32_t>(room.changes_.size());
  room.members_.push_back({&session, static_cast<std::uint32_t>(session.memberships_.size()), since, after});
  session.memberships_.push_back({&room, static_cast<std::uint32_t>(room.members_.size() - 1)});
  prepare_batches(room, session);
}

void Hub::prepare_batches(Room& room, const Session& member) {
  if (member.batch_width_ == 0) return;
  if (!room.batches_) room.batches_ = std::make_unique<Batches>(room, loop_, counters_);
  room.batches_->skip(member);
}

void Hub::catch_up(Session& session, Room& room) {
  if (session.batch_width_ != 0 && room.batches_) room.batches_->catch_up(session);
}

void Hub::remove_member(Room& room, std::uint32_t index, Going going) {
  for (HubEvents* watcher : watchers_)
    watcher->on_leaving(*room.members_[index].session, room);
  const Member member = room.members_[index];
  Session& session = *member.session;
  catch_up(session, room);

  // The last of each list takes the free place, and the other list is told where it stands now.
  const Membership last_membership = session.memberships_.back();
  session.memberships_[member.index] = last_membership;
  session.memberships_.pop_back();
  last_membership.room->members_[last_membership.index].index = member.index;

  const Member last_member = room.members_.back();
  room.members_[index] = last_member;
  room.members_.pop_back();
  if (last_member.session != &session) last_member.session->memberships_[last_member.index].index = index;

  if (!counted(session)) return;
  --room.sessions_;
  if (!session.guest_ && room.lists_users_) take_off_roster(room, session, going);
  announcer_.note_number(room);
}

void Hub::take_off_roster(Room& room, const Session& session, Going going) {
  const bool may_return = going == Going::lost && room.rule_->leave_grace > Milliseconds(0);
  if (may_return && room.roster_.last(session.user_) && absences_.begin(room, session.user_)) {
    room.roster_.step_out(session.user_);
  } else if (room.roster_.leave(session.user_)) {
    note_change(room, session.user_, false);
  }
}

void Hub::on_not_back(const std::string& name, const std::string& user) {
  Room* room = find_room(name);
  if (room == nullptr) return;
  if (room->roster_.let_go(user)) note_change(*room, user, false);
  announcer_.note_number(*room);
  forget_if_empty(*room);
}

void Hub::leave_all(Session& session, Going going) {
  while (!session.memberships_.empty()) {
    const Membership membership = session.memberships_.back();
    remove_member(*membership.room, membership.index, going);
    forget_if_empty(*membership.room);
  }
}

void Hub::forget_if_empty(Room& room) {
  if (!room.members_.empty() || lingering_.holds(room) || Absences::holds(room)) return;
  broker_.unsubscribe(room.name());
  announcer_.forget(room);
  rooms_.erase(rooms_.find(room.name()));
  shrink_sparse(rooms_);
}

void Hub::on_publication(const EventPtr& event) {
  ++counters_.publications;
  Room* room = find_room(event->room());
  if (room == nullptr) return;
  // Nobody hears of somebody who hasn't come yet.
  announcer_.tell(*room);
  for (HubEvents* watcher : watchers_)
    watcher->on_delivering(*room);
  if (event->stored()) room->delivered_ = event->seq();
  // An event that isn't stored is newer than any past.
  const std::uint64_t seq = event->stored() ? event->seq() : UINT64_MAX;
  Batches* batches = room->batches_.get();
  if (batches != nullptr) batches->prepare(*event);
  Prepared<Event> prepared(*event);
  for (const Member& member : room->members_) {
    Session& session = *member.session;
    const bool in_batches = session.batch_width_ != 0;
    if (seq <= member.after) {
      if (in_batches) batches->withhold(session, event);
      continue;
    }
    if (event->audience() == Audience::not_the_session && session.number() == event->origin()) continue;
    if (event->audience() == Audience::not_the_user && session.user() == event->user()) continue;
    if (in_batches && batches->hold(session, event)) continue;
    if (session.send(prepared.frame(session.codec()), event->kind())) ++counters_.deliveries;
  }
  if (batches != nullptr) batches->settle();
  counters_.encodes += prepared.encoded();
  if (prepared.encoded() > 0) ++unflushed_;
}

void Hub::on_reset(std::string_view name, std::string_view epoch, std::uint64_t seq,
                   std::string_view reason) {
  Room* room = find_room(name);
  if (room == nullptr) return;
  const Reset reset{name, epoch, seq, reason};
  const std::string members = reset_members({&reset, 1});
  if (room->batches_) room->batches_->close();
  room->delivered_ = seq;
  for (HubEvents* watcher : watchers_)
    watcher->on_renumbered(*room, epoch, seq);
  Reply reply;
  reply.name = "reset";
  reply.members = members;
  Prepared<Reply> prepared(reply);
  for (Member& member : room->members_) {
    if (member.after != Member::kNothing) member.after = seq;
    if (member.session->send(prepared.frame(member.session->codec()), EventClass::ordinary))
      ++counters_.resets;
  }
}

void Hub::mark_dirty(Session& session) {
  if (session.dirty_) return;
  session.dirty_ = true;
  dirty_.push_back(&session);
  loop_.defer(*this);
}

void Hub::mark_closing(Session& session) {
  closing_.push_back(session.number());
  loop_.defer(*this);
}

void Hub::on_turn_end() {
  bury();
  announcer_.tell_all();
  wake();
  if (!dirty_.empty() || !closing_.empty()) loop_.defer(*this);
  if (!dirty_.empty() || unflushed_ == 0) return;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(loop_.clock() - loop_.now());
  latency_.add(static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)),
               std::exchange(unflushed_, 0));
}

void Hub::bury() {
  // By number: a session may be marked while others are buried, and none is looked at twice.
  for (std::size_t i = 0; i < closing_.size(); ++i) {
    const auto found = sessions_.find(closing_[i]);
    if (found == sessions_.end()) continue;
    Session& session = *found->second;
    for (HubEvents* watcher : watchers_)
      watcher->on_ending(session);
    // Whom the API ends isn't expected back.
    leave_all(session, session.close_reason_ == CloseReason::disconnected ? Going::left : Going::lost);
    if (session.close_reason_ != CloseReason::normal && session.close_reason_ != CloseReason::going_away) {
      ++counters_.sessions_failed;
    }
    if (Transport* transport = session.transport_) {
      session.transport_ = nullptr;
      transport->close(session.close_reason_, std::move(session.queue_));
    }
    // The list of the dirty may still name it, so its memory goes when that list is done.
    // Looked up again: a transport that has closed may have let another session in.
    const auto buried = sessions_.find(closing_[i]);
    graveyard_.push_back(std::move(buried->second));
    sessions_.erase(buried);
  }
  closing_.clear();
  shrink_sparse(sessions_);
}

void Hub::wake() {
  // By index: a transport that is woken may queue more, and is then marked and woken again.
  std::size_t next = 0;
  for (std::size_t woken = 0; next < dirty_.size() && woken < kWakesAPass; ++next) {
    Session& session = *dirty_[next];
    session.dirty_ = false;
    if (session.closing_ || session.transport_ == nullptr) continue;
    ++counters_.wakes;
    ++woken;
    session.transport_->wake();
  }
  // What is left is at most every session once, however long the server is never done.
  dirty_.erase(dirty_.begin(), dirty_.begin() + static_cast<std::ptrdiff_t>(next));
  std::erase_if(graveyard_, [](const auto& session) { return !session->dirty_; });
}

}  // namespace confab
