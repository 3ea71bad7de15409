// SPDX-License-Identifier: MIT
#include "net/sse_connection.hpp"

#include <algorithm>

#include "confab/base/ids.hpp"
#include "confab/base/json.hpp"
#include "confab/core/fault_members.hpp"
#include "net/peer_life.hpp"
#include "net/sse_server.hpp"

namespace confab::net {

SseConnection::~SseConnection() {
  if (stream_ == nullptr) return;
  stream_->bind(nullptr);
  stream_->close();
}

void SseConnection::start(StreamPtr stream, Session& session) {
  stream_ = std::move(stream);
  session_ = &session;
  stream_->bind(this);
  stream_->await_read();
  // Anywhere within the interval, so that streams that began together aren't asked together.
  const Milliseconds interval = server_.context_.heartbeat.interval;
  const auto spread = random_u64() % static_cast<std::uint64_t>(interval.count()) + 1;
  ping_at_ = server_.context_.loop.now() + Milliseconds(spread);
  schedule();
}

void SseConnection::wake() {
  if (blocked_ || session_ == nullptr) return;
  const std::uint64_t before = writer_.accepted();
  on_flushed(writer_.flush(*stream_, *session_), before);
}

void SseConnection::on_flushed(Flush outcome, std::uint64_t accepted_before) {
  switch (outcome) {
    case Flush::drained:
      blocked_ = false;
      session_->shrink();
      return;
    case Flush::more:
      blocked_ = false;
      session_->wake_again();
      return;
    case Flush::blocked:
      if (!blocked_ || writer_.accepted() != accepted_before) stalled_since_ = server_.context_.loop.now();
      blocked_ = true;
      stream_->await_write();
      schedule();
      return;
    case Flush::broken:
      return peer_is_gone();
  }
}

void SseConnection::close(CloseReason reason, OutboundQueue rest) {
  session_ = nullptr;
  if (!stream_->is_open() || reason == CloseReason::slow_consumer) return server_.remove(*this);
  rest_ = std::make_unique<OutboundQueue>(std::move(rest));
  if (reason == CloseReason::token_expired || reason == CloseReason::policy) {
    Reply error;
    error.name = "error";
    const std::string detail(describe(reason));
    const std::string members = fault_members({errc::unauthorized, nullptr, detail.c_str()});
    error.members = members;
    rest_->push(codec_.encode(error));
  }
  server_.context_.loop.timers().schedule(*this, server_.context_.loop.now() + kLastWords);
  write_rest();
}

void SseConnection::write_rest() {
  const Flush outcome = writer_.flush(*stream_, *rest_);
  if (outcome == Flush::more || outcome == Flush::blocked) return stream_->await_write();
  // Bytes left unread would make the close a reset, by which the peer may lose what it has not read yet.
  if (outcome == Flush::drained) stream_->read_some(server_.context_.read_buffer);
  server_.remove(*this);
}

void SseConnection::on_readable() {
  const IoResult read = stream_->read_some(server_.context_.read_buffer);
  switch (read.status) {
    case IoStatus::ok:
    case IoStatus::would_block:
      return stream_->await_read();
    case IoStatus::eof:
      // It may have closed its sending side only: what is queued is still written.
      if (session_ != nullptr) session_->close(CloseReason::normal);
      return;
    case IoStatus::error:
      return session_ != nullptr ? peer_is_gone() : server_.remove(*this);
  }
}

void SseConnection::on_writable() {
  if (rest_ != nullptr) return write_rest();
  if (session_->closing()) return;
  const std::uint64_t before = writer_.accepted();
  on_flushed(writer_.flush(*stream_, *session_), before);
}

void SseConnection::on_timer() {
  if (session_ == nullptr) return server_.remove(*this);
  if (session_->closing()) return;
  const Monotonic now = server_.context_.loop.now();
  if (blocked_ && now >= stalled_since_ + kStall) return session_->close(CloseReason::slow_consumer);
  const Milliseconds inactive = server_.options_.inactive_timeout;
  if (inactive.count() > 0 && now >= session_->spoke_at() + inactive) {
    return session_->close(CloseReason::normal);
  }
  if (look_at_ != Monotonic{} && now >= look_at_) look_after_peer(now);
  if (session_->closing()) return;
  if (now >= ping_at_) {
    std::string members = "\"timestamp\":";
    json::append_integer(members, server_.context_.loop.wall() / 1000);
    Reply ping;
    ping.name = "ping";
    ping.members = members;
    session_->send(ping);
    ping_at_ = now + server_.context_.heartbeat.interval;
    if (look_at_ == Monotonic{}) look_at_ = now + server_.context_.heartbeat.timeout;
  }
  schedule();
}

void SseConnection::look_after_peer(Monotonic now) {
  look_at_ = {};
  const PeerLife life = judge_peer(stream_->since_last_ack(), server_.context_.heartbeat.timeout);
  if (life.state == PeerLife::State::gone) return peer_is_gone();
  if (life.state == PeerLife::State::waiting) look_at_ = now + life.look_again;
}

void SseConnection::peer_is_gone() {
  stream_->close();
  session_->close(CloseReason::going_away);
}

void SseConnection::schedule() {
  Monotonic next = ping_at_;
  if (look_at_ != Monotonic{}) next = std::min(next, look_at_);
  if (blocked_) next = std::min<Monotonic>(next, stalled_since_ + kStall);
  const Milliseconds inactive = server_.options_.inactive_timeout;
  if (inactive.count() > 0) next = std::min<Monotonic>(next, session_->spoke_at() + inactive);
  server_.context_.loop.timers().schedule(*this, next);
}

}  // namespace confab::net
