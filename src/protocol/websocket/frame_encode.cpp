// SPDX-License-Identifier: MIT
#include "protocol/websocket/frame_encode.hpp"

#include <array>
#include <cassert>

#include "protocol/websocket/close_code.hpp"

namespace confab::ws {

namespace {

constexpr unsigned kFin = 0x80;
constexpr unsigned kRsv1 = 0x40;
constexpr std::size_t kMaxCloseText = kMaxControlPayload - 2;

void put_big_endian(char* out, std::uint64_t value, unsigned bytes) noexcept {
  for (unsigned i = 0; i < bytes; ++i)
    out[i] = static_cast<char>(value >> (8 * (bytes - 1 - i)));
}

FramePtr make(unsigned bits, Opcode opcode, std::string_view payload, std::int64_t stamp) {
  std::array<char, 10> header;
  header[0] = static_cast<char>(bits | static_cast<unsigned>(opcode));
  std::size_t size = 2;
  if (payload.size() <= 125) {
    header[1] = static_cast<char>(payload.size());
  } else if (payload.size() <= 0xFFFF) {
    header[1] = 126;
    put_big_endian(&header[2], payload.size(), 2);
    size = 4;
  } else {
    header[1] = 127;
    put_big_endian(&header[2], payload.size(), 8);
    size = 10;
  }
  return Frame::make({{header.data(), size}, payload}, stamp);
}

FramePtr make_control(Opcode opcode, std::string_view payload) {
  assert(payload.size() <= kMaxControlPayload);
  return make(kFin, opcode, payload, 0);
}

std::string_view cut_between_characters(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) return text;
  std::size_t size = most;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
    --size;
  return text.substr(0, size);
}

}  // namespace

FramePtr make_message(Opcode kind, std::string_view payload, std::int64_t stamp) {
  assert(kind == Opcode::text || kind == Opcode::binary);
  return make(kFin, kind, payload, stamp);
}

FramePtr make_deflated_message(Opcode kind, std::string_view deflated, std::int64_t stamp) {
  assert(kind == Opcode::text || kind == Opcode::binary);
  return make(kFin | kRsv1, kind, deflated, stamp);
}

FramePtr make_ping(std::string_view payload) {
  return make_control(Opcode::ping, payload);
}

FramePtr make_pong(std::string_view payload) {
  return make_control(Opcode::pong, payload);
}

FramePtr make_close(CloseReason reason) {
  return make_close(static_cast<std::uint16_t>(reason), describe(reason));
}

FramePtr make_close(std::uint16_t code, std::string_view text) {
  if (code == kNoStatus) return make_control(Opcode::close, {});
  std::array<char, kMaxControlPayload> payload;
  put_big_endian(payload.data(), code, 2);
  const std::string_view cut = cut_between_characters(text, kMaxCloseText);
  cut.copy(payload.data() + 2, cut.size());
  return make_control(Opcode::close, {payload.data(), 2 + cut.size()});
}

}  // namespace confab::ws
