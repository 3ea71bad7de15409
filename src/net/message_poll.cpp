// SPDX-License-Identifier: MIT
#include "net/message_poll.hpp"

#include <utility>

#include "confab/core/room.hpp"

namespace confab::net {
namespace {

/// So far back a poll looks that says nothing of where it was.
constexpr Stamp kRecent = 10'000'000;

}  // namespace

struct MessagePoll::Beginning {
  MessageQuery query;
  std::string generation;  // the server's present one
  std::size_t missing;     // rooms that aren't entered yet
};

MessagePoll::MessagePoll(MessagePolls& polls, HttpExchangePtr exchange)
    : polls_(polls), exchange_(std::move(exchange)) {}

MessagePoll::~MessagePoll() {
  if (exchange_) exchange_->watch(nullptr);
}

void MessagePoll::start(Session& session, MessageQuery query) {
  session_ = &session;
  number_ = session.number();
  exchange_->watch(this);
  exchange_->release_request();
  const Cursor now = polls_.context_.history.now();
  resumes_ = query.since.has_value();
  if (resumes_) {
    floor_ = query.since->stamp;
  } else {
    floor_ = query.history ? now.stamp : now.stamp - kRecent;
  }
  // A member before the past is read, so that nothing falls between.
  const std::size_t rooms = query.rooms.size();
  const auto beginning = std::make_shared<Beginning>(Beginning{std::move(query), now.generation, rooms});
  for (const auto& room : beginning->query.rooms) {
    polls_.context_.hub.enter(session, room, Member::kEverything,
                              [self = shared_from_this(), beginning](const result<Room*>& entered) {
                                if (!entered) return self->fail(entered.error());
                                if (--beginning->missing == 0) self->read(beginning);
                              });
  }
}

void MessagePoll::read(const std::shared_ptr<Beginning>& beginning) {
  if (session_ == nullptr) return;
  keep_rooms();
  read_past(polls_.context_.history, beginning->query, beginning->generation, floor_,
            [self = shared_from_this(), timeout = beginning->query.timeout](const result<MessagePast>& past) {
              self->on_past(timeout, past);
            });
}

void MessagePoll::on_past(Milliseconds timeout, const result<MessagePast>& past) {
  if (session_ == nullptr) return;
  if (!past) return fail(past.error());
  reading_ = false;
  if (past->count > 0 || !past->resets.empty())
    return answer(past->messages, past->count > 0 ? past->last : floor_, past->resets);
  if (timeout.count() == 0) return on_timer();
  polls_.context_.loop.timers().schedule(*this, polls_.context_.loop.now() + timeout);
  wake();
}

void MessagePoll::wake() {
  if (session_ == nullptr || reading_) return;
  const OutboundQueue& queue = session_->queue();
  std::string messages;
  std::size_t count = 0;
  std::size_t looked_at = 0;
  Stamp last = floor_;
  while (looked_at < queue.size() && count < kMostMessages) {
    const Frame& frame = queue[looked_at++];
    // What isn't stored has no stamp.
    if (frame.stamp() <= floor_) continue;
    if (count++ > 0) messages += ',';
    messages += frame.bytes();
    last = frame.stamp();
  }
  session_->consumed(looked_at);
  session_->shrink();
  if (count > 0) answer(messages, last);
}

void MessagePoll::answer(std::string_view messages, Stamp last, std::string_view resets) {
  std::string body = "{\"messages\":[";
  body.append(messages).append("],\"timestamp\":");
  append_milliseconds(body, last);
  body += ",\"cursor\":\"";
  Cursor{polls_.context_.history.now().generation, last}.append_to(body);
  body += '"';
  if (!resets.empty()) body.append(",\"reset\":").append(resets);
  body += '}';
  HttpReply reply = HttpReply::json(std::move(body));
  exchange_->reply(reply.header("Cache-Control", "no-store"));
  finish();
}

void MessagePoll::fail(const Fault& fault) {
  if (!exchange_) return;
  exchange_->fail(fault);
  finish();
}

void MessagePoll::keep_rooms() {
  for (const Membership& membership : session_->memberships())
    polls_.context_.hub.keep(membership.room->name());
}

void MessagePoll::finish() {
  exchange_->watch(nullptr);
  exchange_.reset();
  polls_.context_.loop.timers().cancel(*this);
  if (session_ == nullptr) return;
  keep_rooms();  // for the next poll, from now on
  std::exchange(session_, nullptr)->close(CloseReason::normal);
}

void MessagePoll::abandon() {
  if (session_ != nullptr) session_->detach();
  if (exchange_) finish();
}

void MessagePoll::on_abort(HttpExchange&) {
  finish();
}

void MessagePoll::on_timer() {
  // Nothing came: where it was, or where the server is now.
  answer({}, resumes_ ? floor_ : polls_.context_.history.now().stamp);
}

void MessagePoll::close(CloseReason reason, OutboundQueue) {
  const auto alive = shared_from_this();
  polls_.held_.erase(number_);
  session_ = nullptr;
  if (!exchange_) return;
  // On the way out the client is told that nothing came; it asks another server next.
  reason == CloseReason::going_away ? answer({}, floor_) : fail({errc::unavailable, nullptr, nullptr});
}

}  // namespace confab::net
