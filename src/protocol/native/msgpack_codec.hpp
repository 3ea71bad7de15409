// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

#include "confab/core/codec.hpp"
#include "protocol/websocket/deflating_framer.hpp"

namespace confab::native {

/// The native shape as MessagePack in one WebSocket binary frame (subprotocol confab.v1.msgpack): what the
/// JSON codecs make, transcoded.
class WebSocketMsgpackCodec final : public Codec {
 public:
  explicit WebSocketMsgpackCodec(std::size_t slot) noexcept : Codec(slot) {}

  FramePtr encode(const Event& event) const override;
  FramePtr encode(const Reply& reply) const override;
};

/// The same for those who agreed on permessage-deflate with one window size.
class DeflatedMsgpackCodec final : public Codec {
 public:
  /// As for DeflatingFramer.
  DeflatedMsgpackCodec(std::size_t slot, int window_bits, std::size_t compress_over) noexcept
      : Codec(slot), framer_(ws::Opcode::binary, window_bits, compress_over) {}

  FramePtr encode(const Event& event) const override;
  FramePtr encode(const Reply& reply) const override;

 private:
  ws::DeflatingFramer framer_;
};

}  // namespace confab::native
