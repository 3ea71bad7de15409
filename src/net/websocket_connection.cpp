// SPDX-License-Identifier: MIT
#include "net/websocket_connection.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "confab/base/ids.hpp"
#include "net/greeting.hpp"
#include "net/websocket_server.hpp"
#include "protocol/websocket/frame_encode.hpp"

namespace confab::net {
namespace {

/// Frames behind which no pong is queued on a full socket. A pong is counted as its few bytes but costs an
/// allocation, so the session's bound alone would let a client that only pings hold megabytes.
constexpr std::size_t kFramesBeforePong = 1024;

/// Leaves nothing of the queue but its oldest frame, and that where part of it is out already.
void drop_unbegun(OutboundQueue& queue, const FrameWriter& writer) {
  const FramePtr begun(writer.within_frame() ? &queue[0] : nullptr);
  queue.clear();
  if (begun) queue.push(begun);
}

}  // namespace

WebSocketConnection::WebSocketConnection(WebSocketServer& server, StreamPtr stream,
                                         const WebSocketHandshake& handshake)
    : server_(server),
      stream_(std::move(stream)),
      decoder_(server.decoding_, handshake.deflate ? ws::Compression::deflate : ws::Compression::none),
      spoken_(handshake.encoding == native::Encoding::msgpack ? ws::Opcode::binary : ws::Opcode::text) {}

WebSocketConnection::~WebSocketConnection() {
  stream_->bind(nullptr);
  stream_->close();
  if (session_ == nullptr) return;
  session_->detach();
  session_->close(CloseReason::going_away);
}

void WebSocketConnection::open(const Codec& codec, const WebSocketQuery& query,
                               const std::function<void(Session&)>& opened, std::span<char> leftover) {
  ClientContext& context = server_.context_;
  stream_->bind(this);
  session_ = context.hub.open(*this, codec);
  if (session_ == nullptr) return say_goodbye(CloseReason::overloaded, OutboundQueue(server_.refusals_));

  session_->take_batches(query.batch);
  const std::string members =
      connected_members(*session_, context.history.now(), context.loop.wall(), context.heartbeat.interval);
  Reply greeting;
  greeting.name = "connected";
  greeting.members = members;
  session_->send(greeting);
  // Legal and the first: it can only be refused to one who is kept out, whose session then ends.
  if (query.user) static_cast<void>(context.hub.name(*session_, *query.user));
  if (opened) opened(*session_);
  heartbeat_.start(context.heartbeat, context.loop.now(), random_u64());
  set_timer();
  if (!leftover.empty()) return take(leftover);
  go_on_reading();
}

void WebSocketConnection::on_readable() {
  const std::span<char> buffer = server_.context_.read_buffer;
  const IoResult result = stream_->read_some(buffer);
  switch (result.status) {
    case IoStatus::ok:
      return take(buffer.first(result.bytes));
    case IoStatus::would_block:
      return go_on_reading();
    case IoStatus::eof:
      return on_end_of_input();
    case IoStatus::error:
      return session_ == nullptr ? finish() : lose_peer(CloseReason::normal);
  }
}

void WebSocketConnection::take(std::span<char> bytes) {
  const bool moved = heartbeat_.hear(server_.context_.heartbeat, server_.context_.loop.now());
  if (moved && listening()) set_timer();
  const auto failure = decoder_.feed(bytes, *this);
  if (failure && listening()) {
    spdlog::debug("websocket: session {} failed: {}", session_->client_id(), describe(*failure));
    session_->close(*failure);
  }
  if (client_ended_ && phase_ == Phase::lingering) return finish();
  go_on_reading();
}

void WebSocketConnection::go_on_reading() {
  if (client_ended_) return;
  // What a closing session's client says is heard for its close frame only.
  const bool wanted = session_ == nullptr || (!session_->closing() && !session_->reading_paused());
  if (wanted) stream_->await_read();
}

void WebSocketConnection::on_end_of_input() {
  if (session_ != nullptr) return lose_peer(CloseReason::normal);
  client_ended_ = true;
  if (phase_ == Phase::lingering) finish();
}

void WebSocketConnection::on_writable() {
  if (listening()) return write();
  // The wait may be one that was left from before.
  if (phase_ == Phase::last_words) say_last_words();
}

void WebSocketConnection::wake() {
  if (!blocked_) return write();
  go_on_reading();
}

void WebSocketConnection::write() {
  const std::uint64_t accepted = writer_.accepted();
  const bool was_paused = session_->reading_paused();
  const Flush outcome = writer_.flush(*stream_, *session_);
  if (outcome == Flush::broken) return lose_peer(CloseReason::normal);
  const bool progress = writer_.accepted() != accepted;
  const bool was_blocked = std::exchange(blocked_, outcome == Flush::blocked);
  // A full socket takes more only when the peer has acknowledged something; and while nothing is read, what
  // the kernel takes has to do for a sign of life.
  if (progress && (was_blocked || was_paused)) heartbeat_.note_progress();
  if (blocked_) {
    if (progress || !was_blocked) progressed_at_ = server_.context_.loop.now();
    stream_->await_write();
    set_timer();
  }
  if (outcome == Flush::more) session_->wake_again();
  if (outcome == Flush::drained && was_blocked) session_->shrink();
  go_on_reading();
}

/// The peer has vanished or broken off: no goodbye.
void WebSocketConnection::lose_peer(CloseReason reason) {
  gone_ = true;
  stream_->close();
  session_->close(reason);
}

WebSocketConnection::Next WebSocketConnection::on_message(ws::Opcode kind, std::string_view payload) {
  if (!listening()) return Next::go_on;
  native::Receiver& receiver = server_.context_.receiver;
  if (kind != spoken_) {
    session_->close(CloseReason::unsupported_data);
  } else if (kind == ws::Opcode::binary) {
    receiver.on_msgpack(*session_, payload);
  } else {
    receiver.on_text(*session_, payload);
  }
  return Next::go_on;
}

WebSocketConnection::Next WebSocketConnection::on_ping(std::string_view payload) {
  if (!listening()) return Next::go_on;
  const OutboundQueue& queue = session_->queue();
  const bool behind =
      queue.bytes() > session_->queue_bound() / 2 || (blocked_ && queue.size() >= kFramesBeforePong);
  if (!behind) session_->send(ws::make_pong(payload), EventClass::ordinary);
  return Next::go_on;
}

WebSocketConnection::Next WebSocketConnection::on_pong(std::string_view) {
  return Next::go_on;
}

void WebSocketConnection::on_close(std::uint16_t code, std::string_view) {
  client_ended_ = true;
  if (!listening()) return;
  client_closed_ = true;
  client_code_ = code;
  session_->close(CloseReason::normal);
}

void WebSocketConnection::on_timer() {
  if (session_ == nullptr) return finish();
  if (session_->closing()) return;
  const Monotonic now = server_.context_.loop.now();
  if (blocked_ && now - progressed_at_ >= server_.options_.stall_timeout)
    return session_->close(CloseReason::slow_consumer);
  if (now >= heartbeat_.next()) look_for_life(now);
  if (!session_->closing()) set_timer();
}

void WebSocketConnection::look_for_life(Monotonic now) {
  const Milliseconds inactive = server_.options_.inactive_timeout;
  if (inactive.count() != 0 && now - session_->spoke_at() >= inactive)
    return session_->close(CloseReason::normal);
  // The queue's block is kept while there is traffic, or each delivery would allocate one.
  session_->shrink();
  switch (heartbeat_.look(server_.context_.heartbeat, now)) {
    case WebSocketHeartbeat::Verdict::alive:
      break;
    case WebSocketHeartbeat::Verdict::silent:
      session_->send(ws::make_ping(), EventClass::ordinary);
      break;
    case WebSocketHeartbeat::Verdict::gone:
      return lose_peer(CloseReason::going_away);
  }
}

void WebSocketConnection::set_timer() {
  const Monotonic stalled = progressed_at_ + server_.options_.stall_timeout;
  const Monotonic look = heartbeat_.next();
  server_.context_.loop.timers().schedule(*this, blocked_ ? std::min(look, stalled) : look);
}

void WebSocketConnection::close(CloseReason reason, OutboundQueue rest) {
  session_ = nullptr;
  if (gone_) return finish();
  say_goodbye(reason, std::move(rest));
}

void WebSocketConnection::say_goodbye(CloseReason reason, OutboundQueue rest) {
  phase_ = Phase::last_words;
  if (client_closed_ || reason == CloseReason::slow_consumer) drop_unbegun(rest, writer_);
  // RFC 6455 section 5.5.1: the answer to a close frame typically has its code.
  rest.push(client_closed_ ? ws::make_close(client_code_, {}) : ws::make_close(reason));
  last_words_ = std::make_unique<OutboundQueue>(std::move(rest));
  Loop& loop = server_.context_.loop;
  loop.timers().schedule(*this, loop.now() + server_.options_.close_timeout);
  go_on_reading();
  say_last_words();
}

void WebSocketConnection::say_last_words() {
  const Flush outcome = writer_.flush(*stream_, *last_words_);
  if (outcome == Flush::broken) return finish();
  if (outcome != Flush::drained) return stream_->await_write();
  last_words_.reset();
  phase_ = Phase::lingering;
  stream_->shutdown_write();
  if (client_ended_) finish();
}

void WebSocketConnection::finish() noexcept {
  server_.remove(*this);
}

}  // namespace confab::net
