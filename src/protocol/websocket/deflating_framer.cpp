// SPDX-License-Identifier: MIT
#include "protocol/websocket/deflating_framer.hpp"

#include "protocol/websocket/frame_encode.hpp"

namespace confab::ws {

FramePtr DeflatingFramer::frame(std::string_view payload, std::int64_t stamp) const {
  if (compress_over_ == 0 || payload.size() < compress_over_) return make_message(kind_, payload, stamp);
  if (deflater_ == nullptr) deflater_ = std::make_unique<Deflater>(window_bits_);
  return make_deflated_message(kind_, deflater_->deflate(payload), stamp);
}

}  // namespace confab::ws
