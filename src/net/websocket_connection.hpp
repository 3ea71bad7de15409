// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "confab/base/timer_wheel.hpp"
#include "confab/core/session.hpp"
#include "net/frame_writer.hpp"
#include "net/stream.hpp"
#include "net/websocket_heartbeat.hpp"
#include "net/websocket_query.hpp"
#include "protocol/websocket/decoder.hpp"

namespace confab::net {

class WebSocketServer;
struct WebSocketHandshake;

/// One WebSocket after its upgrade, and its session's transport. It reads when there is something to read,
/// writes when it is woken, asks a silent peer for a sign of life, and says goodbye as RFC 6455 section 7
/// wants it. At rest it has no buffer. WebSocketServer makes it; it removes itself when it has ended: always
/// as the last thing in a call from the loop or the hub, never from inside its decoder.
class WebSocketConnection final : private StreamEvents, private Timer, private Transport, private ws::Sink {
 public:
  WebSocketConnection(WebSocketServer& server, StreamPtr stream, const WebSocketHandshake& handshake);
  ~WebSocketConnection();

  /// Opens the session, greets it, calls `opened` (may be empty) and takes what came behind the request.
  /// Where there is no room for it, says so and closes. The connection may be gone afterwards.
  void open(const Codec& codec, const WebSocketQuery& query, const std::function<void(Session&)>& opened,
            std::span<char> leftover);

 private:
  friend class WebSocketServer;

  /// A session is open, or is closing but the turn has not ended; what is left to say is being written; it is
  /// said, and the client has yet to close.
  enum class Phase : std::uint8_t { open, last_words, lingering };

  void on_readable() override;
  void on_writable() override;
  void on_timer() override;

  void wake() override;
  void close(CloseReason reason, OutboundQueue rest) override;

  std::string address() const override { return stream_->remote_address(); }

  std::string_view name() const noexcept override { return "websocket"; }

  Next on_message(ws::Opcode kind, std::string_view payload) override;
  Next on_ping(std::string_view payload) override;
  Next on_pong(std::string_view payload) override;
  void on_close(std::uint16_t code, std::string_view reason) override;

  void take(std::span<char> bytes);
  void go_on_reading();
  void on_end_of_input();
  void write();
  void lose_peer(CloseReason reason);

  void look_for_life(Monotonic now);
  void set_timer();

  void say_goodbye(CloseReason reason, OutboundQueue rest);
  void say_last_words();
  void finish() noexcept;

  bool listening() const noexcept { return session_ != nullptr && !session_->closing(); }

  WebSocketServer& server_;
  StreamPtr stream_;
  Session* session_ = nullptr;  // until it has closed
  WebSocketConnection* previous_ = nullptr;
  WebSocketConnection* next_ = nullptr;
  ws::Decoder decoder_;
  std::unique_ptr<OutboundQueue> last_words_;
  Monotonic progressed_at_;  // while blocked: when the kernel took something last, or ceased to
  WebSocketHeartbeat heartbeat_;
  FrameWriter writer_;
  std::uint16_t client_code_ = 0;  // of the client's close frame
  ws::Opcode spoken_;              // the kind of message that it takes, text or binary
  Phase phase_ = Phase::open;
  bool blocked_ = false;  // the kernel takes no more; on_writable comes
  bool gone_ = false;     // the peer is; nothing can be said to it
  bool client_closed_ = false;
  bool client_ended_ = false;  // by a close frame or the end of its bytes, after which nothing is read
};

}  // namespace confab::net
