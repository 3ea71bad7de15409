// SPDX-License-Identifier: MIT
#include "confab/core/replay.hpp"

#include <algorithm>
#include <span>

#include "confab/base/json.hpp"
#include "confab/core/codec.hpp"
#include "confab/core/reset.hpp"

namespace confab {
namespace {

void tell_reset(Session& session, const Reset& what) {
  const std::string members = reset_members({&what, 1});
  Reply reply;
  reply.name = "reset";
  reply.members = members;
  session.send(reply);
}

bool exhausted(const Replay::Part& part) noexcept {
  return part.sent == part.events.size();
}

}  // namespace

Replay::Replay(Hub& hub, History& history, std::uint64_t session, std::vector<Part> parts)
    : hub_(hub), history_(history), session_(session), parts_(std::move(parts)) {}

std::span<const EventPtr> Replay::first_page(std::span<const EventPtr> events,
                                             const Session& session) noexcept {
  std::size_t bytes = 0;
  std::size_t fits = 0;
  while (fits < events.size() && fits < kPage) {
    bytes += events[fits]->weight();
    if (fits > 0 && bytes > page_bytes(session)) break;
    ++fits;
  }
  return events.first(fits);
}

Replay::Progress Replay::advance() {
  if (done_) return Progress::done;
  if (advancing_) return Progress::goes_on;
  const ReplayPtr alive(this);
  advancing_ = true;
  for (;;) {
    Session* session = hub_.find(session_);
    done_ = session == nullptr || session->closing();
    if (done_) break;
    for (Part& part : parts_)
      if (exhausted(part) && !part.reading && has_more(part)) read(part);
    if (!all_read()) break;  // on_page() goes on
    if (caught_up()) {
      go_live(*session);
      done_ = true;
      break;
    }
    if (session->queue().bytes() > session->queue_bound() / 8) break;  // until it has drained
    send_page(*session);
  }
  advancing_ = false;
  return done_ ? Progress::done : Progress::goes_on;
}

void Replay::read(Part& part) {
  part.reading = true;
  part.events.clear();
  part.sent = 0;
  HistoryQuery query;
  query.from = HistoryQuery::From::position;
  query.epoch = part.epoch;
  query.seq = part.last;
  query.limit = kPage;
  const Session* session = hub_.find(session_);
  query.bytes = session == nullptr ? 0 : page_bytes(*session);
  history_.read(part.room, query,
                [self = ReplayPtr(this), room = part.room, epoch = part.epoch](result<HistoryPage> page) {
                  self->on_page(room, epoch, std::move(page));
                });
}

void Replay::on_page(const std::string& room, const std::string& epoch, result<HistoryPage> page) {
  Part* part = find(room);
  Session* session = hub_.find(session_);
  if (part == nullptr || session == nullptr || session->closing()) return;
  part->reading = false;
  if (!page) {
    // It can't be had; the client is told, and goes on with what is live.
    const Room* open = hub_.find_room(room);
    part->more = false;
    part->last = open == nullptr ? part->last : std::max(part->last, open->delivered());
    tell_reset(*session, {room, part->epoch, part->last, "gap"});
  } else if (part->epoch == epoch) {
    const bool same = page->epoch == part->epoch;
    if (!page->complete || !same) {
      const std::uint64_t before = page->events.empty() ? page->top : page->events.front()->seq() - 1;
      tell_reset(*session, {room, page->epoch, before, same ? "gap" : "epoch"});
      part->epoch = page->epoch;
      part->last = before;
    }
    if (!page->events.empty()) part->last = page->events.back()->seq();
    part->events = std::move(page->events);
    part->more = page->more;
  }
  // Else its numbering began again while the page was on its way: it is read anew.
  if (!advancing_) advance();
}

bool Replay::all_read() const noexcept {
  return std::none_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.reading; });
}

bool Replay::has_more(const Part& part) const {
  if (part.more) return true;
  // More may have come since its last page was read.
  const Room* room = hub_.find_room(part.room);
  return room != nullptr && room->delivered() > part.last;
}

bool Replay::caught_up() const {
  return std::all_of(parts_.begin(), parts_.end(),
                     [this](const Part& part) { return exhausted(part) && !has_more(part); });
}

void Replay::go_live(Session& session) {
  for (Part& part : parts_) {
    // What more there was is gone meanwhile: it was cleared, or can't be had.
    if (part.promised) send_list(session, part);
    if (const Room* room = hub_.find_room(part.room)) hub_.deliver_after(session, *room, part.last);
  }
}

void Replay::send_page(Session& session) {
  if (session.codec().past() == Codec::Past::one_by_one) return send_events(session);
  for (Part& part : parts_)
    if (!exhausted(part)) send_list(session, part);
}

void Replay::send_list(Session& session, Part& part) {
  const auto page = first_page(std::span<const EventPtr>(part.events).subspan(part.sent), session);
  part.sent += page.size();
  std::string members = "\"room\":";
  json::append_quoted(members, part.room);
  part.promised = !exhausted(part) || has_more(part);
  members += part.promised ? ",\"more\":true" : ",\"more\":false";
  Reply reply;
  reply.name = "messages";
  reply.members = members;
  reply.messages = page;
  reply.with_messages = true;
  session.send(reply);
}

Replay::Part* Replay::earliest() {
  Part* first = nullptr;
  for (Part& part : parts_) {
    if (exhausted(part)) {
      // What this room has next isn't known, so nobody may go before it.
      if (has_more(part)) return nullptr;
      continue;
    }
    if (first == nullptr || part.events[part.sent]->stamp() < first->events[first->sent]->stamp())
      first = &part;
  }
  return first;
}

void Replay::send_events(Session& session) {
  std::size_t left = page_bytes(session);
  while (Part* part = earliest()) {
    const FramePtr frame = session.codec().encode(*part->events[part->sent++]);
    session.send(frame, EventClass::stored);
    if (frame->size() >= left) return;
    left -= frame->size();
  }
}

Replay::Part* Replay::find(std::string_view room) noexcept {
  const auto found =
      std::find_if(parts_.begin(), parts_.end(), [&](const Part& part) { return part.room == room; });
  return found == parts_.end() ? nullptr : &*found;
}

void Replay::drop(std::string_view room) {
  std::erase_if(parts_, [&](const Part& part) { return part.room == room; });
}

void Replay::renumber(std::string_view room, std::string_view epoch, std::uint64_t seq) {
  Part* part = find(room);
  if (part == nullptr) return;
  part->epoch = epoch;
  part->last = seq;
  part->events.clear();
  part->sent = 0;
  part->more = true;
}

}  // namespace confab
