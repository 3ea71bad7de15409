// SPDX-License-Identifier: MIT
#include "protocol/codecs.hpp"

namespace confab {

Codecs::Codecs(std::size_t compress_over)
    : websocket_(take_slot()),
      poll_(take_slot()),
      sse_bare_(take_slot(), sse::Shape::bare, sse::Compression::none),
      sse_bare_gzip_(take_slot(), sse::Shape::bare, sse::Compression::gzip),
      sse_enveloped_(take_slot(), sse::Shape::enveloped, sse::Compression::none),
      sse_enveloped_gzip_(take_slot(), sse::Shape::enveloped, sse::Compression::gzip) {
  // Where nothing is ever deflated, they all share the plain frames.
  if (compress_over == 0) return;
  for (int bits = ws::Deflater::kSmallestWindow; bits <= ws::Deflater::kLargestWindow; ++bits)
    deflated_.push_back(std::make_unique<native::DeflatedJsonCodec>(take_slot(), bits, compress_over));
}

const Codec& Codecs::websocket(const std::optional<ws::DeflateParams>& deflate) const noexcept {
  if (!deflate || deflated_.empty()) return websocket_;
  return *deflated_[static_cast<std::size_t>(deflate->window_bits() - ws::Deflater::kSmallestWindow)];
}

const sse::SseCodec& Codecs::sse(sse::Shape shape, sse::Compression compression) const noexcept {
  if (shape == sse::Shape::bare) {
    return compression == sse::Compression::none ? sse_bare_ : sse_bare_gzip_;
  }
  return compression == sse::Compression::none ? sse_enveloped_ : sse_enveloped_gzip_;
}

}  // namespace confab
