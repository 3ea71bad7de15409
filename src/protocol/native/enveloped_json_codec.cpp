// SPDX-License-Identifier: MIT
#include "protocol/native/enveloped_json_codec.hpp"

#include "protocol/native/event_json.hpp"
#include "protocol/websocket/frame_encode.hpp"

namespace confab::native {

FramePtr EnvelopedJsonCodec::encode(const Event& event) const {
  return frame(json_of(event), event.stamp());
}

FramePtr EnvelopedJsonCodec::encode(const Reply& reply) const {
  return frame(json_of(reply), 0);
}

FramePtr EnvelopedJsonCodec::frame(std::string_view text, std::int64_t stamp) const {
  if (text.size() <= kLongestPlain) return ws::make_message(ws::Opcode::text, text, stamp);
  return ws::make_message(ws::Opcode::text, writer_.write(text), stamp);
}

}  // namespace confab::native
