// SPDX-License-Identifier: MIT
#include "protocol/sse/sse_codec.hpp"

#include <string>

#include "protocol/native/event_json.hpp"

namespace confab::sse {
namespace {

/// What permessage-deflate leaves out, and a stream of bytes needs: the end of the empty block that makes the
/// boundary (RFC 1951 section 3.2.4).
constexpr std::string_view kBoundary{"\x00\x00\xff\xff", 4};
/// "id: ", "event: ", "data: " and line ends.
constexpr std::size_t kFieldNames = 24;

void append_head(std::string& out, std::string_view cursor, std::string_view name) {
  if (!cursor.empty()) out.append("id: ").append(cursor).append("\n");
  out.append("event: ").append(name).append("\ndata: ");
}

}  // namespace

std::string_view gzip_header() noexcept {
  // Deflate, no flags, no time, no extra flags, Unix.
  static constexpr std::string_view kHeader{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10};
  return kHeader;
}

FramePtr SseCodec::encode(const Event& event) const {
  std::string text;
  text.reserve(kFieldNames + native::size_hint(event));
  append_head(text, event.stored() ? event.cursor() : std::string_view(), event.name());
  if (shape_ == Shape::enveloped) {
    native::append_event(text, event);
  } else if (event.shape() == EventShape::data) {
    text += event.body();
  } else {
    native::append_event(text, event, native::TypeMember::absent);
  }
  text += "\n\n";
  return frame(text, event.stamp());
}

FramePtr SseCodec::encode(const Reply& reply) const {
  std::string text;
  text.reserve(kFieldNames + reply.cursor.size() + native::size_hint(reply));
  append_head(text, reply.cursor, reply.name);
  native::append_reply(text, reply,
                       shape_ == Shape::enveloped ? native::TypeMember::present : native::TypeMember::absent);
  text += "\n\n";
  return frame(text);
}

FramePtr SseCodec::frame(std::string_view text, std::int64_t stamp) const {
  if (compression_ == Compression::none) return Frame::make(text, stamp);
  if (deflater_ == nullptr) deflater_ = std::make_unique<ws::Deflater>();
  return Frame::make({deflater_->deflate(text), kBoundary}, stamp);
}

}  // namespace confab::sse
