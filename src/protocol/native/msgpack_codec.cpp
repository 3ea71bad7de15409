// SPDX-License-Identifier: MIT
#include "protocol/native/msgpack_codec.hpp"

#include <string>

#include "protocol/native/event_json.hpp"
#include "protocol/native/json_to_msgpack.hpp"
#include "protocol/websocket/frame_encode.hpp"

namespace confab::native {
namespace {

template <class Message>
std::string msgpack_of(const Message& message) {
  const std::string json = json_of(message);
  std::string bytes;
  bytes.reserve(json.size());
  json_to_msgpack(json, bytes);
  return bytes;
}

}  // namespace

FramePtr WebSocketMsgpackCodec::encode(const Event& event) const {
  return ws::make_message(ws::Opcode::binary, msgpack_of(event), event.stamp());
}

FramePtr WebSocketMsgpackCodec::encode(const Reply& reply) const {
  return ws::make_message(ws::Opcode::binary, msgpack_of(reply));
}

FramePtr DeflatedMsgpackCodec::encode(const Event& event) const {
  return framer_.frame(msgpack_of(event), event.stamp());
}

FramePtr DeflatedMsgpackCodec::encode(const Reply& reply) const {
  return framer_.frame(msgpack_of(reply));
}

}  // namespace confab::native
