// SPDX-License-Identifier: MIT
#include "confab/core/history_ring.hpp"

#include <algorithm>
#include <cassert>

namespace confab {
namespace {

constexpr std::string_view kErased = "\"deleted\":true";

}  // namespace

void HistoryRing::append(EventPtr event, const HistoryRule& rule) {
  assert(events_.empty() || event->seq() == events_.back()->seq() + 1);
  bytes_ += event->weight();
  events_.push_back(std::move(event));
  while (!events_.empty() && (events_.size() > rule.size || bytes_ > rule.bytes))
    drop_oldest();
}

void HistoryRing::expire(WallMicros now, const HistoryRule& rule) {
  const auto ttl = std::chrono::duration_cast<std::chrono::microseconds>(rule.ttl).count();
  while (!events_.empty() && events_.front()->stamp() + ttl <= now)
    drop_oldest();
}

void HistoryRing::drop_oldest() {
  const EventPtr event = events_.pop_front();
  bytes_ -= event->weight();
  trimmed_ = event->stamp();
  events_.shrink();
}

bool HistoryRing::erase(std::uint64_t seq) {
  if (events_.empty() || seq < events_.front()->seq() || seq > events_.back()->seq()) return false;
  EventPtr& kept = events_[static_cast<std::size_t>(seq - events_.front()->seq())];
  if (kept->body() == kErased) return false;
  EventDraft draft;
  draft.room = kept->room();
  draft.name = kept->name();
  draft.user = kept->user();
  draft.id = kept->id();
  draft.cursor = kept->cursor();
  draft.body = kErased;
  draft.kind = EventClass::stored;
  draft.audience = kept->audience();
  draft.origin = kept->origin();
  draft.seq = kept->seq();
  draft.time = kept->time();
  bytes_ -= kept->weight();
  kept = Event::make(draft);
  bytes_ += kept->weight();
  return true;
}

std::size_t HistoryRing::first_after_seq(std::uint64_t seq) const noexcept {
  if (events_.empty() || seq < events_.front()->seq()) return 0;
  return std::min(events_.size(), static_cast<std::size_t>(seq - events_.front()->seq() + 1));
}

std::size_t HistoryRing::first_after_stamp(Stamp stamp) const noexcept {
  std::size_t low = 0;
  std::size_t high = events_.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (events_[middle]->stamp() <= stamp) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

HistoryPage HistoryRing::read(const HistoryQuery& query, std::uint64_t top) const {
  HistoryPage page;
  std::size_t begin = 0;
  std::size_t end = events_.size();
  const bool forward = query.from == HistoryQuery::From::position || query.from == HistoryQuery::From::cursor;
  switch (query.from) {
    case HistoryQuery::From::newest:
      break;
    case HistoryQuery::From::before:
      end = query.seq == 0 ? 0 : first_after_seq(query.seq - 1);
      break;
    case HistoryQuery::From::position:
      begin = first_after_seq(query.seq);
      // Complete if the next one is still here, or if nothing came after it.
      page.complete = query.seq == top || (begin < end && events_[begin]->seq() == query.seq + 1);
      break;
    case HistoryQuery::From::cursor:
      begin = first_after_stamp(query.cursor.stamp);
      page.complete = query.cursor.stamp >= trimmed_;
      break;
  }
  std::size_t bytes = 0;
  std::size_t count = 0;
  const auto fits = [&](const Event& event) {
    if (count == query.limit) return false;
    bytes += event.weight();
    return count == 0 || bytes <= query.bytes;
  };
  if (forward) {
    while (begin + count < end && fits(*events_[begin + count]))
      ++count;
    page.more = begin + count < end;
  } else {
    while (count < end && fits(*events_[end - 1 - count]))
      ++count;
    begin = end - count;
    page.more = begin > 0;
  }
  page.events.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    page.events.push_back(events_[begin + i]);
  return page;
}

}  // namespace confab
