// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "confab/core/codec.hpp"
#include "protocol/websocket/deflater.hpp"

namespace confab::sse {

/// What stands behind `data:`. `bare`: as an EventSource wants it, the data alone of a custom event, the
/// native object without its "type" of any other; `enveloped` (`?envelope=1`): the native object, always.
enum class Shape : std::uint8_t { bare, enveloped };

enum class Compression : std::uint8_t { none, gzip };

/// The head of a gzip stream (RFC 1952 section 2.3), written once before a stream's first frame.
std::string_view gzip_header() noexcept;

/// Server-sent events (HTML standard, section 9.2) of the native protocol (protocol.md, section 3): stored
/// events and replies with a cursor have it as their `id:`. With gzip each frame is deflated by itself, from
/// nothing to a byte boundary, so that frames are shared by all streams and any of them may follow any other.
class SseCodec final : public Codec {
 public:
  SseCodec(std::size_t slot, Shape shape, Compression compression) noexcept
      : Codec(slot), shape_(shape), compression_(compression) {}

  FramePtr encode(const Event& event) const override;
  FramePtr encode(const Reply& reply) const override;

  Past past() const noexcept override { return Past::one_by_one; }

  /// Any text of a stream, such as a comment or `retry:`, with the empty line that ends it.
  FramePtr frame(std::string_view text, std::int64_t stamp = 0) const;

  Compression compression() const noexcept { return compression_; }

 private:
  Shape shape_;
  Compression compression_;
  mutable std::unique_ptr<ws::Deflater> deflater_;  // made when it is first needed
};

}  // namespace confab::sse
