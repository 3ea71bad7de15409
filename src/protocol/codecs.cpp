// SPDX-License-Identifier: MIT
#include "protocol/codecs.hpp"

namespace confab {

Codecs::Codecs(std::size_t compress_over)
    : websocket_json_(take_slot()),
      websocket_msgpack_(take_slot()),
      websocket_enveloped_(take_slot()),
      poll_(take_slot()),
      sse_bare_(take_slot(), sse::Shape::bare, sse::Compression::none),
      sse_bare_gzip_(take_slot(), sse::Shape::bare, sse::Compression::gzip),
      sse_enveloped_(take_slot(), sse::Shape::enveloped, sse::Compression::none),
      sse_enveloped_gzip_(take_slot(), sse::Shape::enveloped, sse::Compression::gzip) {
  // Where nothing is ever deflated, they all share the plain frames.
  if (compress_over == 0) return;
  for (int bits = ws::Deflater::kSmallestWindow; bits <= ws::Deflater::kLargestWindow; ++bits) {
    deflated_json_.push_back(std::make_unique<native::DeflatedJsonCodec>(take_slot(), bits, compress_over));
    deflated_msgpack_.push_back(
        std::make_unique<native::DeflatedMsgpackCodec>(take_slot(), bits, compress_over));
  }
}

const Codec& Codecs::websocket(native::Encoding encoding,
                               const std::optional<ws::DeflateParams>& deflate) const noexcept {
  const bool deflates = deflate.has_value() && !deflated_json_.empty();
  const auto by_window = [&](const auto& codecs) -> const Codec& {
    return *codecs[static_cast<std::size_t>(deflate->window_bits() - ws::Deflater::kSmallestWindow)];
  };
  switch (encoding) {
    case native::Encoding::json:
      break;
    case native::Encoding::gzip_envelope:
      return websocket_enveloped_;
    case native::Encoding::msgpack:
      return deflates ? by_window(deflated_msgpack_) : websocket_msgpack_;
  }
  return deflates ? by_window(deflated_json_) : websocket_json_;
}

const sse::SseCodec& Codecs::sse(sse::Shape shape, sse::Compression compression) const noexcept {
  if (shape == sse::Shape::bare) {
    return compression == sse::Compression::none ? sse_bare_ : sse_bare_gzip_;
  }
  return compression == sse::Compression::none ? sse_enveloped_ : sse_enveloped_gzip_;
}

}  // namespace confab
