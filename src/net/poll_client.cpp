// SPDX-License-Identifier: MIT
#include "net/poll_client.hpp"

#include <string>
#include <utility>

#include "confab/base/json.hpp"

namespace confab::net {
namespace {

/// An answer carries at least one frame, and no more once it has this much.
constexpr std::size_t kAnswerBytes = std::size_t{256} << 10;

std::size_t fitting(const OutboundQueue& queue) noexcept {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < queue.size() && bytes < kAnswerBytes)
    bytes += queue[count++].size();
  return count;
}

HttpReply make_answer(const OutboundQueue* queue, std::size_t count, std::uint64_t number) {
  std::string body = "{\"messages\":[";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) body += ',';
    body += (*queue)[i].bytes();
  }
  body += "],\"poll\":";
  json::append_integer(body, static_cast<std::int64_t>(number));
  body += '}';
  HttpReply reply = HttpReply::json(std::move(body));
  reply.header("Cache-Control", "no-store");
  return reply;
}

}  // namespace

PollClient::~PollClient() {
  let_go();
}

void PollClient::let_go() noexcept {
  if (held_) held_->watch(nullptr);
  held_.reset();
}

void PollClient::poll(const HttpExchangePtr& exchange, std::uint64_t acknowledged) {
  if (held_) answer_empty();
  if (acknowledged == number_ && given_ > 0) session().consumed(std::exchange(given_, 0));
  // Most polls wait long for little.
  session().shrink();
  held_ = exchange;
  held_->watch(this);
  held_->release_request();
  server_.context_.loop.timers().schedule(*this, server_.context_.loop.now() + server_.options_.timeout);
  // Not yet: what else comes in this turn goes with it.
  if (!session().queue().empty()) session().wake_again();
}

void PollClient::wake() {
  if (!held_) return;
  const OutboundQueue& queue = session().queue();
  if (queue.empty()) return;
  if (given_ == 0) {
    ++number_;
    given_ = static_cast<std::uint32_t>(fitting(queue));
  }
  answer(queue, given_);
}

void PollClient::answer(const OutboundQueue& queue, std::size_t count) {
  const HttpExchangePtr exchange = std::exchange(held_, nullptr);
  exchange->watch(nullptr);
  exchange->reply(make_answer(&queue, count, number_));
  server_.context_.loop.timers().schedule(*this, server_.context_.loop.now() + server_.options_.session_ttl);
}

void PollClient::answer_empty() {
  const HttpExchangePtr exchange = std::exchange(held_, nullptr);
  exchange->watch(nullptr);
  exchange->reply(make_answer(nullptr, 0, number_));
}

void PollClient::on_timer() {
  if (!held_) return session().close(CloseReason::normal);
  answer_empty();
  server_.context_.loop.timers().schedule(*this, server_.context_.loop.now() + server_.options_.session_ttl);
}

void PollClient::on_abort(HttpExchange&) {
  let_go();
  server_.context_.loop.timers().schedule(*this, server_.context_.loop.now() + server_.options_.session_ttl);
}

void PollClient::close(CloseReason, OutboundQueue rest) {
  // What is left goes with the poll that is there; the next is told that there is no such session.
  if (held_) {
    if (given_ == 0 && !rest.empty()) ++number_;
    answer(rest, given_ > 0 ? given_ : fitting(rest));
  }
  server_.remove(session_);
}

}  // namespace confab::net
