// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

#include "confab/core/codec.hpp"
#include "protocol/websocket/deflating_framer.hpp"

namespace confab::native {

/// The native shape as bare JSON text, without framing: what long polls collect into their answers.
class JsonCodec final : public Codec {
 public:
  explicit JsonCodec(std::size_t slot) noexcept : Codec(slot) {}

  FramePtr encode(const Event& event) const override;
  FramePtr encode(const Reply& reply) const override;
};

/// The native shape in one WebSocket text frame (subprotocol confab.v1.json).
class WebSocketJsonCodec final : public Codec {
 public:
  explicit WebSocketJsonCodec(std::size_t slot) noexcept : Codec(slot) {}

  FramePtr encode(const Event& event) const override;
  FramePtr encode(const Reply& reply) const override;
};

/// The same for those who agreed on permessage-deflate with one window size.
class DeflatedJsonCodec final : public Codec {
 public:
  /// As for DeflatingFramer.
  DeflatedJsonCodec(std::size_t slot, int window_bits, std::size_t compress_over) noexcept
      : Codec(slot), framer_(ws::Opcode::text, window_bits, compress_over) {}

  FramePtr encode(const Event& event) const override;
  FramePtr encode(const Reply& reply) const override;

 private:
  ws::DeflatingFramer framer_;
};

}  // namespace confab::native
