// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>

#include "confab/core/outbound_queue.hpp"
#include "confab/core/session.hpp"
#include "net/stream.hpp"

namespace confab::net {

/// What a pass of writing came to.
enum class Flush : std::uint8_t {
  drained,  ///< nothing is left
  more,     ///< the pass had its share and all of it was taken; the rest can follow in the next pass
  blocked,  ///< the kernel takes no more for now
  broken,   ///< the connection is gone
};

/// Writes queued frames to a stream, each pass with one gathered write of bounded size, and remembers how far
/// it got in the oldest of them. A transport has one; it holds no memory of its own.
class FrameWriter {
 public:
  static constexpr std::size_t kBytesAPass = std::size_t{64} << 10;
  static constexpr std::size_t kPiecesAPass = 64;

  /// One pass over what waits for the session; tells it what was taken whole, by which it may come to queue
  /// more. That must not end the session at once (sessions never do).
  Flush flush(Stream& stream, Session& session);

  /// One pass over what is left of a session that has ended.
  Flush flush(Stream& stream, OutboundQueue& rest);

  /// Whether a frame is out in part: nothing else may be written before its rest.
  bool within_frame() const noexcept { return offset_ != 0; }

  /// Bytes that the kernel has taken so far.
  std::uint64_t accepted() const noexcept { return accepted_; }

 private:
  struct Pass {
    Flush outcome;      // as far as this write can tell
    std::size_t whole;  // frames that are out
  };

  Pass write(Stream& stream, const OutboundQueue& queue);

  std::size_t offset_ = 0;
  std::uint64_t accepted_ = 0;
};

}  // namespace confab::net
