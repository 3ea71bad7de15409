// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

#include "confab/core/codec.hpp"
#include "protocol/websocket/deflater.hpp"

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

/// The same for those who agreed on permessage-deflate with one window size: a text of at least
/// `compress_over` bytes is deflated (RFC 7692), a smaller one isn't worth it; with 0 none is. The compressor
/// is made when it is first needed.
class DeflatedJsonCodec final : public Codec {
 public:
  /// `window_bits` from 9 to 15.
  DeflatedJsonCodec(std::size_t slot, int window_bits, std::size_t compress_over) noexcept
      : Codec(slot), window_bits_(window_bits), compress_over_(compress_over) {}

  FramePtr encode(const Event& event) const override;
  FramePtr encode(const Reply& reply) const override;

 private:
  FramePtr frame(std::string_view text, std::int64_t stamp) const;

  int window_bits_;
  std::size_t compress_over_;
  mutable std::unique_ptr<ws::Deflater> deflater_;
};

}  // namespace confab::native
