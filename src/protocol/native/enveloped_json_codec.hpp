// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "confab/core/codec.hpp"
#include "protocol/native/envelope.hpp"

namespace confab::native {

/// The native shape in one WebSocket text frame, where it is over 1 KiB in a `compressed` envelope
/// (`?envelope=gzip`). Those who agreed on permessage-deflate too get these frames as they are: what is gzip
/// already isn't deflated again.
class EnvelopedJsonCodec final : public Codec {
 public:
  /// Bytes of the longest text that goes without an envelope.
  static constexpr std::size_t kLongestPlain = 1024;

  explicit EnvelopedJsonCodec(std::size_t slot) noexcept : Codec(slot) {}

  FramePtr encode(const Event& event) const override;
  FramePtr encode(const Reply& reply) const override;

 private:
  FramePtr frame(std::string_view text, std::int64_t stamp) const;

  mutable EnvelopeWriter writer_;
};

}  // namespace confab::native
