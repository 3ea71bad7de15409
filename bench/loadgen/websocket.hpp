// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/frame.hpp"
#include "loadgen/poller.hpp"
#include "loadgen/socket.hpp"

namespace confab::bench {

// A WebSocket client over one `Socket`: the upgrade on the endpoint's path, then text frames both ways; pings
// are answered here. A failure is final, `failure()` says which; the socket is closed then.
class WebSocket {
 public:
  bool connect(const Endpoint& endpoint, std::uint32_t number);

  // epoll reported `events` for it. `on_open()` is called once, `on_text(payload)` for each text message.
  template <class OnOpen, class OnText>
  void on_events(std::uint32_t events, ReadBuffer& buffer, OnOpen&& on_open, OnText&& on_text);

  void send_text(std::string_view payload);

  // For several frames in one write: append them, then send them together.
  void append_text(std::string_view payload) {
    append_client_frame(outgoing_, Opcode::kText, payload, next_mask());
  }

  void send_appended();

  int fd() const { return socket_.fd(); }

  bool is_open() const { return phase_ == Phase::kOpen; }

  bool has_failed() const { return phase_ == Phase::kFailed; }

  const std::string& failure() const { return failure_; }

 private:
  enum class Phase { kConnecting, kUpgrading, kOpen, kFailed };

  // Sends the upgrade request the first time, later what is still unsent.
  void on_writable();
  // How many bytes the response took, 0 while it is incomplete.
  std::size_t read_upgrade(std::span<char> bytes);
  void on_control(const FrameView& frame);
  void fail(std::string reason);
  std::uint32_t next_mask();

  Socket socket_;
  Phase phase_ = Phase::kConnecting;
  std::string path_;
  std::uint32_t mask_ = 0x9E3779B9U;
  std::string outgoing_;
  std::string failure_;
};

template <class OnOpen, class OnText>
void WebSocket::on_events(std::uint32_t events, ReadBuffer& buffer, OnOpen&& on_open, OnText&& on_text) {
  if ((events & EPOLLOUT) != 0 && (phase_ == Phase::kConnecting || socket_.has_unsent())) on_writable();
  if ((events & ~std::uint32_t{EPOLLOUT}) == 0) return;
  // The end that came together with data is not announced again.
  const bool to_the_end = (events & kEndEvents) != 0;
  for (bool more = true; (more || to_the_end) && !has_failed();) {
    std::span<char> bytes;
    const Received received = socket_.receive(buffer, bytes, more);
    if (received == Received::kNothing) return;
    if (received == Received::kEnded) return fail(is_open() ? "ended by the server" : "refused");
    if (phase_ != Phase::kOpen) {
      const std::size_t used = read_upgrade(bytes);
      bytes = bytes.subspan(used);
      if (phase_ == Phase::kOpen) on_open();
    }
    FrameView frame;
    while (phase_ == Phase::kOpen) {
      const FrameStatus status = read_frame(bytes, Sender::kServer, frame);
      if (status == FrameStatus::kIncomplete) break;
      if (status == FrameStatus::kMalformed) return fail("malformed frame");
      bytes = bytes.subspan(frame.size);
      if (frame.opcode == Opcode::kText) {
        on_text(frame.payload);
      } else {
        on_control(frame);
      }
    }
    socket_.keep(bytes);
  }
}

}  // namespace confab::bench
