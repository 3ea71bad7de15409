// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "confab/base/frame.hpp"
#include "protocol/websocket/deflater.hpp"
#include "protocol/websocket/opcode.hpp"

namespace confab::ws {

/// Makes the frames of those who agreed on permessage-deflate with one window size: a message of at least
/// `compress_over` bytes is deflated (RFC 7692), a smaller one isn't worth it; with 0 none is. The compressor
/// is made when it is first needed.
class DeflatingFramer {
 public:
  /// `kind` is text or binary, `window_bits` from 9 to 15.
  DeflatingFramer(Opcode kind, int window_bits, std::size_t compress_over) noexcept
      : compress_over_(compress_over), window_bits_(window_bits), kind_(kind) {}

  FramePtr frame(std::string_view payload, std::int64_t stamp = 0) const;

 private:
  std::size_t compress_over_;
  mutable std::unique_ptr<Deflater> deflater_;
  int window_bits_;
  Opcode kind_;
};

}  // namespace confab::ws
