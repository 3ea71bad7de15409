// SPDX-License-Identifier: MIT
#include "loadgen/websocket.hpp"

#include <cstring>

namespace confab::bench {

namespace {

// The key and the answer of RFC 6455, section 1.3: every connection may send the same.
constexpr std::string_view kFields =
    " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::string_view kSwitching = "HTTP/1.1 101 ";

}  // namespace

bool WebSocket::connect(const Endpoint& endpoint, std::uint32_t number) {
  // Masks differ between connections and frames but are the same in every run.
  path_ = endpoint.path;
  mask_ += number * 0x85EBCA6BU;
  if (socket_.connect(endpoint, number)) return true;
  fail(std::string("connect: ") + std::strerror(errno));
  return false;
}

void WebSocket::on_writable() {
  if (phase_ == Phase::kFailed) return;
  if (phase_ != Phase::kConnecting) {
    if (!socket_.flush()) fail("write failed");
    return;
  }
  const int error = socket_.connect_error();
  if (error != 0) return fail(std::string("connect: ") + std::strerror(error));
  phase_ = Phase::kUpgrading;
  if (!socket_.send("GET " + path_ + std::string(kFields))) fail("write failed");
}

std::size_t WebSocket::read_upgrade(std::span<char> bytes) {
  const std::string_view response(bytes.data(), bytes.size());
  const std::size_t end = response.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string_view head = response.substr(0, end);
  if (!head.starts_with(kSwitching)) {
    fail("upgrade: " + std::string(head.substr(0, head.find('\r'))));
  } else if (head.find(kAccept) == std::string_view::npos) {
    fail("upgrade: wrong Sec-WebSocket-Accept");
  } else {
    phase_ = Phase::kOpen;
  }
  return end + 4;
}

void WebSocket::on_control(const FrameView& frame) {
  if (frame.opcode == Opcode::kPing) {
    std::string pong;
    append_client_frame(pong, Opcode::kPong, frame.payload, next_mask());
    if (!socket_.send(pong)) fail("write failed");
  } else if (frame.opcode == Opcode::kClose) {
    const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(frame.payload[at]); };
    fail(frame.payload.size() < 2 ? "close" : "close " + std::to_string(octet(0) * 256 + octet(1)));
  } else if (frame.opcode != Opcode::kPong) {
    fail("unexpected opcode");
  }
}

void WebSocket::send_text(std::string_view payload) {
  append_text(payload);
  send_appended();
}

void WebSocket::send_appended() {
  if (has_failed() || outgoing_.empty()) return;
  if (!socket_.send(outgoing_)) fail("write failed");
  outgoing_.clear();
}

void WebSocket::fail(std::string reason) {
  if (phase_ == Phase::kFailed) return;
  phase_ = Phase::kFailed;
  failure_ = std::move(reason);
  socket_.close();
}

std::uint32_t WebSocket::next_mask() {
  mask_ ^= mask_ << 13U;
  mask_ ^= mask_ >> 17U;
  mask_ ^= mask_ << 5U;
  return mask_;
}

}  // namespace confab::bench
