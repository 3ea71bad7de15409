// SPDX-License-Identifier: MIT
#include "protocol/native/json_codec.hpp"

#include <string>

#include "protocol/native/event_json.hpp"
#include "protocol/websocket/frame_encode.hpp"

namespace confab::native {
namespace {

std::string text_of(const Event& event) {
  std::string text;
  text.reserve(size_hint(event));
  append_event(text, event);
  return text;
}

std::string text_of(const Reply& reply) {
  std::string text;
  text.reserve(size_hint(reply));
  append_reply(text, reply);
  return text;
}

}  // namespace

FramePtr JsonCodec::encode(const Event& event) const {
  return Frame::make(text_of(event), event.stamp());
}

FramePtr JsonCodec::encode(const Reply& reply) const {
  return Frame::make(text_of(reply));
}

FramePtr WebSocketJsonCodec::encode(const Event& event) const {
  return ws::make_message(ws::Opcode::text, text_of(event), event.stamp());
}

FramePtr WebSocketJsonCodec::encode(const Reply& reply) const {
  return ws::make_message(ws::Opcode::text, text_of(reply));
}

FramePtr DeflatedJsonCodec::encode(const Event& event) const {
  return frame(text_of(event), event.stamp());
}

FramePtr DeflatedJsonCodec::encode(const Reply& reply) const {
  return frame(text_of(reply), 0);
}

FramePtr DeflatedJsonCodec::frame(std::string_view text, std::int64_t stamp) const {
  if (compress_over_ == 0 || text.size() < compress_over_) {
    return ws::make_message(ws::Opcode::text, text, stamp);
  }
  if (deflater_ == nullptr) deflater_ = std::make_unique<ws::Deflater>(window_bits_);
  return ws::make_deflated_message(ws::Opcode::text, deflater_->deflate(text), stamp);
}

}  // namespace confab::native
