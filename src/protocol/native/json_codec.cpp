// SPDX-License-Identifier: MIT
#include "protocol/native/json_codec.hpp"

#include "protocol/native/event_json.hpp"
#include "protocol/websocket/frame_encode.hpp"

namespace confab::native {
FramePtr JsonCodec::encode(const Event& event) const {
  return Frame::make(json_of(event), event.stamp());
}

FramePtr JsonCodec::encode(const Reply& reply) const {
  return Frame::make(json_of(reply));
}

FramePtr WebSocketJsonCodec::encode(const Event& event) const {
  return ws::make_message(ws::Opcode::text, json_of(event), event.stamp());
}

FramePtr WebSocketJsonCodec::encode(const Reply& reply) const {
  return ws::make_message(ws::Opcode::text, json_of(reply));
}

FramePtr DeflatedJsonCodec::encode(const Event& event) const {
  return framer_.frame(json_of(event), event.stamp());
}

FramePtr DeflatedJsonCodec::encode(const Reply& reply) const {
  return framer_.frame(json_of(reply));
}

}  // namespace confab::native
