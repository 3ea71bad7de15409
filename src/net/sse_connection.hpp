// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <string_view>

#include "confab/base/timer_wheel.hpp"
#include "confab/core/session.hpp"
#include "net/frame_writer.hpp"
#include "net/stream.hpp"
#include "protocol/sse/sse_codec.hpp"

namespace confab::net {

class SseServer;

/// One stream of events to a client, from the head of the answer to the end of the connection. What the
/// client sends on it is read and thrown away: that is how its going is noticed. It lives as long as its
/// session or, while the last of that one's frames are written, at most kLastWords longer. SseServer makes
/// and owns it.
class SseConnection final : public Transport, private StreamEvents, private Timer {
 public:
  /// A client that takes nothing for so long is closed as a slow one.
  static constexpr std::chrono::seconds kStall{30};
  /// How long an ended session's last frames may take.
  static constexpr std::chrono::seconds kLastWords{5};

  SseConnection(SseServer& server, const sse::SseCodec& codec) : server_(server), codec_(codec) {}

  ~SseConnection();

  /// Goes on from the request on its stream. `session` has this for its transport.
  void start(StreamPtr stream, Session& session);

  void wake() override;
  void close(CloseReason reason, OutboundQueue rest) override;

  std::string address() const override { return stream_->remote_address(); }

  std::string_view name() const noexcept override { return "sse"; }

 private:
  friend class SseServer;

  void on_readable() override;
  void on_writable() override;
  void on_timer() override;

  void on_flushed(Flush outcome, std::uint64_t accepted_before);
  void write_rest();
  void look_after_peer(Monotonic now);
  void peer_is_gone();
  void schedule();

  SseServer& server_;
  const sse::SseCodec& codec_;
  StreamPtr stream_;
  Session* session_ = nullptr;  // null before the start and after the session's end
  SseConnection* previous_ = nullptr;
  SseConnection* next_ = nullptr;
  std::unique_ptr<OutboundQueue> rest_;  // of a session that has ended
  FrameWriter writer_;
  Monotonic ping_at_{};
  Monotonic look_at_{};        // when the peer has to have acknowledged; none: the epoch
  Monotonic stalled_since_{};  // while blocked_
  bool blocked_ = false;       // the kernel takes no more, and will say when it does
};

}  // namespace confab::net
