// SPDX-License-Identifier: MIT
#include "confab/core/batch_window.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "confab/base/json.hpp"
#include "confab/core/codec.hpp"
#include "confab/core/room.hpp"
#include "confab/core/session.hpp"

namespace confab {
namespace {

/// A batch yields where all in it would.
EventClass class_of(const std::vector<EventPtr>& events) {
  const auto yields = [](const EventPtr& event) { return event->kind() == EventClass::ephemeral; };
  return std::all_of(events.begin(), events.end(), yields) ? EventClass::ephemeral : EventClass::stored;
}

}  // namespace

bool BatchWindow::takes(const Event& event) noexcept {
  return event.audience() == Audience::everyone && (event.stored() || event.shape() == EventShape::data);
}

bool BatchWindow::may_overtake(const Event& event) noexcept {
  return event.kind() == EventClass::ephemeral && event.audience() == Audience::not_the_user;
}

bool BatchWindow::has_room_for(const Event& event) const noexcept {
  return !open() || (!full() && bytes_ + event.weight() <= kMostBytes);
}

void BatchWindow::add(const EventPtr& event) {
  if (open() && events_.back() == event) return;
  if (!open()) loop_.timers().schedule(*this, loop_.now() + width_);
  events_.push_back(event);
  bytes_ += event->weight();
}

bool BatchWindow::apart(const Session& session) const noexcept {
  return !apart_.empty() && apart_.contains(session.number());
}

void BatchWindow::skip(const Session& session) {
  if (open()) apart_.insert(session.number());
}

void BatchWindow::catch_up(Session& session) {
  if (!open() || !apart_.insert(session.number()).second) return;
  session.waited_for(bytes_);
  for (const EventPtr& event : events_)
    if (session.send(session.codec().encode(*event), event->kind())) ++counters_.deliveries;
}

void BatchWindow::close() {
  if (!open()) return;
  loop_.timers().cancel(*this);
  const auto events = std::exchange(events_, {});
  const auto apart = std::exchange(apart_, {});
  const std::size_t bytes = std::exchange(bytes_, 0);

  std::string members = "\"timestamp\":";
  json::append_integer(members, loop_.wall() / 1000);
  Reply batch;
  batch.name = "batch";
  batch.members = members;
  batch.messages = events;
  batch.with_messages = true;
  Prepared<Reply> many(batch);
  Prepared<Event> one(*events.front());
  const EventClass kind = class_of(events);
  for (const Member& member : room_.members()) {
    Session& session = *member.session;
    if (session.batch_width() != width_ || apart.contains(session.number())) continue;
    session.waited_for(bytes);
    const FramePtr& frame = events.size() == 1 ? one.frame(session.codec()) : many.frame(session.codec());
    if (session.send(frame, kind)) counters_.deliveries += events.size();
  }
  counters_.encodes += one.encoded() + many.encoded();
}

}  // namespace confab
