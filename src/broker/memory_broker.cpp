// SPDX-License-Identifier: MIT
#include "broker/memory_broker.hpp"

#include <algorithm>

#include "confab/base/ids.hpp"
#include "confab/base/names.hpp"
#include "confab/base/sparse.hpp"

namespace confab {
namespace {

// 51 random bits: no two of a server's epochs are ever the same in practice.
constexpr std::size_t kTagSize = 10;

}  // namespace

/// One room's order and past. It outlives its members and, by `meta_ttl`, its events.
class MemoryBroker::Stream final : public Timer {
 public:
  Stream(MemoryBroker& broker, std::string_view room)
      : name(room), epoch(random_token(kTagSize)), touched(broker.loop_.now()), broker_(broker) {}

  void on_timer() override { broker_.on_stream_timer(*this); }

  const std::string name;
  std::string epoch;
  /// Of what a room of this name had up to here nothing is left: it was cleared, or forgotten and begun anew.
  Stamp gone = 0;
  Stamp newest = 0;
  std::uint64_t top = 0;
  HistoryRing ring;
  Monotonic touched;
  bool subscribed = false;
  Used::iterator used;
  bool in_use = false;  // stands in used_

 private:
  MemoryBroker& broker_;
};

MemoryBroker::MemoryBroker(Loop& loop, const RoomRules& rules, const Limits& limits, std::size_t retries)
    : loop_(loop),
      rules_(rules),
      limits_(limits),
      // Begins with a letter, so that no cursor can be taken for a number.
      generation_("m" + random_token(kTagSize)),
      retries_(retries) {}

MemoryBroker::~MemoryBroker() = default;

void MemoryBroker::start(BrokerEvents& events) {
  events_ = &events;
  events.on_link(true);
}

void MemoryBroker::stop() {
  events_ = nullptr;
}

MemoryBroker::Stream* MemoryBroker::find(std::string_view room) const {
  const auto found = streams_.find(room);
  return found == streams_.end() ? nullptr : found->second.get();
}

MemoryBroker::Stream* MemoryBroker::open(std::string_view room) {
  if (Stream* stream = find(room)) return stream;
  if (streams_.size() >= limits_.rooms) return nullptr;
  auto stream = std::make_unique<Stream>(*this, room);
  stream->gone = forgotten_;
  Stream* opened = stream.get();
  streams_.emplace(opened->name, std::move(stream));
  names_.insert(opened->name);
  return opened;
}

void MemoryBroker::subscribe(std::string_view room, SubscribeDone done) {
  Stream* stream = open(room);
  if (stream == nullptr) {
    done(Fault{errc::unavailable, "room", "The server knows as many rooms as it may."});
    return;
  }
  stream->subscribed = true;
  done({});
}

void MemoryBroker::unsubscribe(std::string_view room) {
  Stream* stream = find(room);
  if (stream == nullptr) return;
  stream->subscribed = false;
  stream->touched = loop_.now();
  schedule(*stream);
}

Stamp MemoryBroker::next_stamp() noexcept {
  last_stamp_ = std::max(last_stamp_ + 1, loop_.wall());
  return last_stamp_;
}

void MemoryBroker::publish(const Publication& publication, PublishDone done) {
  if (publication.kind != EventClass::stored) {
    EventDraft draft;
    draft.room = publication.room;
    draft.name = publication.name;
    draft.user = publication.user;
    draft.id = publication.id;
    draft.body = publication.body;
    draft.kind = publication.kind;
    draft.shape = publication.shape;
    draft.audience = publication.audience;
    draft.origin = publication.origin;
    const WallMicros now = loop_.wall();
    draft.time = publication.dating == Dating::dated ? now : 0;
    if (events_ != nullptr) events_->on_publication(Event::make(draft));
    done(Published{std::string(publication.id), {}, 0, now, false});
    return;
  }
  std::string id = publication.id.empty() ? random_token(16) : std::string(publication.id);
  Stream* stream = open(publication.room);
  if (stream == nullptr) {
    done(Fault{errc::unavailable, "room", "The server knows as many rooms as it may."});
    return;
  }
  if (publication.id.empty()) {
    done(store(*stream, publication, std::move(id)));
    return;
  }
  const Digest128 key = RetryTable::key(publication);
  const Monotonic now = loop_.now();
  if (const auto first = retries_.find(key, now)) {
    done(Published{std::move(id), first->epoch, first->seq, first->stamp, true});
  } else if (!retries_.has_room(now)) {
    done(Fault{errc::unavailable, "id", "The server remembers as many ids as it may; try again later."});
  } else {
    Published published = store(*stream, publication, std::move(id));
    retries_.add(key, {published.epoch, published.seq, published.stamp});
    done(std::move(published));
  }
}

Published MemoryBroker::store(Stream& stream, const Publication& publication, std::string id) {
  Published published{std::move(id), stream.epoch, ++stream.top, next_stamp(), false};
  std::string cursor;
  Cursor{generation_, published.stamp}.append_to(cursor);
  EventDraft draft;
  draft.room = publication.room;
  draft.name = publication.name;
  draft.user = publication.user;
  draft.id = published.id;
  draft.cursor = cursor;
  draft.body = publication.body;
  draft.kind = EventClass::stored;
  draft.shape = publication.shape;
  draft.audience = publication.audience;
  draft.origin = publication.origin;
  draft.seq = published.seq;
  draft.time = published.stamp;
  EventPtr event = Event::make(draft);

  history_bytes_ -= stream.ring.bytes();
  stream.ring.append(event, rules_.find(stream.name).history);
  history_bytes_ += stream.ring.bytes();
  stream.newest = published.stamp;
  stream.touched = loop_.now();
  if (stream.in_use) used_.erase(stream.used);
  stream.in_use = !stream.ring.empty();
  if (stream.in_use) stream.used = used_.insert(used_.end(), &stream);
  keep_within_memory();
  if (!stream.scheduled()) schedule(stream);
  if (events_ != nullptr) events_->on_publication(event);
  return published;
}

void MemoryBroker::keep_within_memory() {
  while (history_bytes_ > limits_.history_memory && !used_.empty()) {
    Stream& stream = *used_.front();
    history_bytes_ -= stream.ring.bytes();
    stream.ring.drop_oldest();
    history_bytes_ += stream.ring.bytes();
    if (stream.ring.empty()) {
      used_.pop_front();
      stream.in_use = false;
    }
  }
}

void MemoryBroker::read(std::string_view room, const HistoryQuery& query, HistoryDone done) {
  const bool by_cursor = query.from == HistoryQuery::From::cursor;
  const bool same_generation = !by_cursor || query.cursor.generation == generation_;
  Stream* stream = find(room);
  if (stream == nullptr) {
    // A room that isn't known has no past, unless what is forgotten was its own.
    HistoryPage page;
    page.same_epoch = same_generation && query.from != HistoryQuery::From::position;
    page.complete = page.same_epoch && (!by_cursor || query.cursor.stamp >= forgotten_);
    done(std::move(page));
    return;
  }
  history_bytes_ -= stream->ring.bytes();
  stream->ring.expire(loop_.wall(), rules_.find(room).history);
  history_bytes_ += stream->ring.bytes();

  const bool same_epoch =
      same_generation && (query.from != HistoryQuery::From::position || query.epoch == stream->epoch);
  HistoryPage page;
  if (same_epoch) {
    page = stream->ring.read(query, stream->top);
    if (by_cursor && query.cursor.stamp < stream->gone) page.complete = false;
  } else {
    HistoryQuery all = query;
    all.from = HistoryQuery::From::cursor;
    all.cursor.stamp = 0;
    page = stream->ring.read(all, stream->top);
    page.complete = false;
    page.same_epoch = false;
  }
  page.epoch = stream->epoch;
  page.top = stream->top;
  done(std::move(page));
}

void MemoryBroker::list(const RoomQuery& query, RoomsDone done) {
  RoomNames rooms;
  auto next = query.after < query.prefix ? names_.lower_bound(query.prefix) : names_.upper_bound(query.after);
  while (next != names_.end() && next->starts_with(query.prefix)) {
    if (query.prefix.empty() && is_server_room(*next)) {
      // There may be as many as there are users: behind all of them at once.
      next = names_.lower_bound(std::string(1, static_cast<char>(next->front() + 1)));
      continue;
    }
    if (rooms.names.size() == query.limit) {
      rooms.more = true;
      break;
    }
    rooms.names.emplace_back(*next++);
  }
  done(std::move(rooms));
}

void MemoryBroker::clear(std::string_view room) {
  Stream* stream = find(room);
  if (stream == nullptr) return;
  history_bytes_ -= stream->ring.bytes();
  stream->ring = HistoryRing();
  if (stream->in_use) used_.erase(stream->used);
  stream->in_use = false;
  stream->epoch = random_token(kTagSize);
  stream->gone = stream->newest = next_stamp();
  stream->top = 0;
  if (events_ != nullptr) events_->on_reset(room, stream->epoch, 0, "epoch");
}

void MemoryBroker::erase(std::string_view room, std::uint64_t seq, EraseDone done) {
  Stream* stream = find(room);
  if (stream == nullptr) return done(Fault{errc::not_found, "room"});
  history_bytes_ -= stream->ring.bytes();
  stream->ring.expire(loop_.wall(), rules_.find(room).history);
  const bool erased = stream->ring.erase(seq);
  history_bytes_ += stream->ring.bytes();
  if (!erased) return done(Fault{errc::not_found, "seq", "There is no such message any more."});
  done({});
}

Cursor MemoryBroker::now() {
  // The stamp is used up: an event of this same microsecond gets the next one, so the cursor doesn't cover
  // it.
  last_stamp_ = std::max(last_stamp_, loop_.wall());
  return {generation_, last_stamp_};
}

void MemoryBroker::schedule(Stream& stream) {
  const HistoryRule& rule = rules_.find(stream.name).history;
  if (!stream.ring.empty()) {
    const auto age = std::chrono::microseconds(loop_.wall() - stream.ring.oldest().stamp());
    loop_.timers().schedule(stream,
                            loop_.now() + std::max<Monotonic::duration>(rule.ttl - age, Milliseconds(0)));
  } else if (!stream.subscribed) {
    loop_.timers().schedule(stream, stream.touched + std::max(rule.ttl, rule.meta_ttl));
  }
}

void MemoryBroker::on_stream_timer(Stream& stream) {
  const HistoryRule& rule = rules_.find(stream.name).history;
  history_bytes_ -= stream.ring.bytes();
  stream.ring.expire(loop_.wall(), rule);
  history_bytes_ += stream.ring.bytes();
  if (stream.ring.empty() && stream.in_use) {
    used_.erase(stream.used);
    stream.in_use = false;
  }
  const bool over = stream.touched + std::max(rule.ttl, rule.meta_ttl) <= loop_.now();
  if (stream.ring.empty() && !stream.subscribed && over) {
    forget(stream);
  } else {
    schedule(stream);
  }
}

void MemoryBroker::forget(Stream& stream) {
  forgotten_ = std::max(forgotten_, stream.newest);
  names_.erase(stream.name);
  streams_.erase(streams_.find(stream.name));
  shrink_sparse(streams_);
}

}  // namespace confab
