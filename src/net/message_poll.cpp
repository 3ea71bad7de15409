// SPDX-License-Identifier: MIT
#include "net/message_poll.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "confab/base/json.hpp"
#include "confab/base/names.hpp"
#include "confab/core/reset.hpp"
#include "confab/core/room.hpp"
#include "confab/core/subscription.hpp"
#include "protocol/native/event_json.hpp"

namespace confab::net {
namespace {

/// So far back a poll looks that says nothing of where it was.
constexpr Stamp kRecent = 10'000'000;
constexpr std::size_t kMostHistory = 100'000;

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

result<MessageQuery> MessageQuery::read(const HttpRequest& request, const MessagePollOptions& options) {
  MessageQuery query;
  for (const std::string_view room : request.queries("room"))
    if (std::find(query.rooms.begin(), query.rooms.end(), room) == query.rooms.end())
      query.rooms.emplace_back(room);
  if (query.rooms.empty()) query.rooms.push_back(options.default_room);
  if (query.rooms.size() > Subscriber::kMostRooms)
    return Fault{errc::bad_room, "room", "A poll takes at most 32 rooms."};
  if (const auto user = request.query("user")) {
    if (!legal_user_name(*user)) return Fault{errc::bad_message, "user", "This is no legal name of a user."};
    query.user = *user;
  }
  if (const auto since = request.query("since"); since && !since->empty()) {
    query.since = PollSince::parse(*since);
    if (!query.since)
      return Fault{errc::bad_message, "since", "This is a cursor, a number of milliseconds or an ISO time."};
  }
  if (const auto history = request.query("history")) {
    const auto count = parse_number(*history);
    if (!count || *count > kMostHistory)
      return Fault{errc::bad_message, "history", "This is a number from 0 to 100000."};
    query.history = static_cast<std::size_t>(*count);
  }
  query.timeout = options.timeout;
  if (const auto timeout = request.query("timeout")) {
    const auto seconds = parse_number(*timeout);
    if (!seconds) return Fault{errc::bad_message, "timeout", "This is a number of seconds."};
    query.timeout = std::chrono::seconds(std::min<std::uint64_t>(*seconds, 86'400));
  }
  query.timeout = std::min(query.timeout, options.max_timeout);
  return query;
}

MessagePoll::MessagePoll(MessagePolls& polls, HttpExchangePtr exchange, MessageQuery query)
    : polls_(polls), exchange_(std::move(exchange)), query_(std::move(query)), pasts_(query_.rooms.size()) {}

MessagePoll::~MessagePoll() {
  if (exchange_) exchange_->watch(nullptr);
}

void MessagePoll::start(Session& session) {
  session_ = &session;
  number_ = session.number();
  exchange_->watch(this);
  exchange_->release_request();
  const Cursor now = polls_.context_.history.now();
  generation_ = now.generation;
  if (query_.since) {
    floor_ = query_.since->stamp;
  } else {
    floor_ = query_.history ? now.stamp : now.stamp - kRecent;
  }
  // Members before the past is read, so that nothing falls between.
  missing_ = query_.rooms.size() + 1;
  for (const auto& room : query_.rooms) {
    polls_.context_.hub.enter(session, room, Member::kEverything,
                              [self = shared_from_this(), &room](const result<Room*>& entered) {
                                if (!entered) return self->fail(entered.error());
                                self->polls_.context_.hub.keep(room);
                                self->on_entered();
                              });
  }
  on_entered();
}

void MessagePoll::on_entered() {
  if (--missing_ > 0 || session_ == nullptr) return;
  missing_ = query_.rooms.size();
  for (std::size_t i = 0; i < query_.rooms.size(); ++i) {
    HistoryQuery wanted;
    if (query_.history && !query_.since) {
      wanted.limit = *query_.history;
    } else {
      wanted.from = HistoryQuery::From::cursor;
      wanted.cursor = {generation_, floor_};
      wanted.limit = kMostMessages;
    }
    polls_.context_.history.read(
        query_.rooms[i], wanted,
        [self = shared_from_this(), i](result<HistoryPage> page) { self->on_page(i, std::move(page)); });
  }
}

void MessagePoll::on_page(std::size_t index, result<HistoryPage> page) {
  if (session_ == nullptr) return;
  if (!page) return fail(page.error());
  pasts_[index].page = std::move(*page);
  if (--missing_ > 0) return;
  reading_ = false;
  if (query_.since) {
    const bool other = !query_.since->generation.empty() && query_.since->generation != generation_;
    for (std::size_t i = 0; i < pasts_.size(); ++i) {
      const HistoryPage& past = pasts_[i].page;
      if (past.complete && !other) continue;
      resets_ += resets_.empty() ? "[" : ",";
      const std::uint64_t before = past.events.empty() ? past.top : past.events.front()->seq() - 1;
      append_reset(resets_, {query_.rooms[i], past.epoch, before, other ? "epoch" : "gap"});
    }
    if (!resets_.empty()) resets_ += ']';
  }
  answer_past();
}

void MessagePoll::answer_past() {
  // By stamp over all rooms, up to where one of them has more than was read.
  std::string messages;
  std::size_t count = 0;
  Stamp last = floor_;
  const bool forward = !query_.history || query_.since;
  while (count < kMostMessages) {
    Past* first = nullptr;
    bool known = true;
    for (Past& past : pasts_) {
      if (past.taken == past.page.events.size()) {
        known = known && !(forward && past.page.more);
        continue;
      }
      if (first == nullptr ||
          past.page.events[past.taken]->stamp() < first->page.events[first->taken]->stamp())
        first = &past;
    }
    if (first == nullptr || !known) break;
    const Event& event = *first->page.events[first->taken++];
    if (count++ > 0) messages += ',';
    native::append_event(messages, event);
    last = event.stamp();
  }
  pasts_.clear();
  if (count > 0 || !resets_.empty()) return answer(messages, last);
  hold();
}

void MessagePoll::hold() {
  if (query_.timeout.count() == 0) return on_timer();
  polls_.context_.loop.timers().schedule(*this, polls_.context_.loop.now() + query_.timeout);
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
    // Frames of what isn't stored have none.
    if (frame.stamp() <= floor_) continue;
    if (count++ > 0) messages += ',';
    messages += frame.bytes();
    last = frame.stamp();
  }
  session_->consumed(looked_at);
  if (count > 0) answer(messages, last);
}

void MessagePoll::answer(const std::string& messages, Stamp last) {
  std::string body = "{\"messages\":[" + messages + "],\"timestamp\":";
  append_milliseconds(body, last);
  body += ",\"cursor\":\"";
  Cursor{generation_, last}.append_to(body);
  body += '"';
  if (!resets_.empty()) body += ",\"reset\":" + resets_;
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

void MessagePoll::finish() {
  exchange_->watch(nullptr);
  exchange_.reset();
  polls_.context_.loop.timers().cancel(*this);
  // For the next poll, from now on.
  for (const auto& room : query_.rooms)
    polls_.context_.hub.keep(room);
  if (session_ != nullptr) session_->close(CloseReason::normal);
  session_ = nullptr;
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
  answer({}, query_.since ? floor_ : polls_.context_.history.now().stamp);
}

void MessagePoll::close(CloseReason reason, OutboundQueue) {
  const auto alive = shared_from_this();
  polls_.held_.erase(number_);
  session_ = nullptr;
  if (exchange_) {
    reason == CloseReason::going_away ? answer({}, floor_) : fail({errc::unavailable, nullptr, nullptr});
  }
}

}  // namespace confab::net
