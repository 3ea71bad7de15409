// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "confab/core/codec.hpp"
#include "protocol/native/encoding.hpp"
#include "protocol/native/enveloped_json_codec.hpp"
#include "protocol/native/json_codec.hpp"
#include "protocol/native/msgpack_codec.hpp"
#include "protocol/sse/sse_codec.hpp"
#include "protocol/websocket/extension.hpp"

namespace confab {

/// One codec of each wire format of the native protocol, each in a slot of its own. Made in the composition
/// root; the transports take theirs from it and it outlives their sessions.
class Codecs {
 public:
  /// `compress_over`: the bytes of a message from which on a WebSocket that agreed on it gets it deflated; 0:
  /// never.
  explicit Codecs(std::size_t compress_over);

  /// For a WebSocket, by what it speaks and what was agreed on permessage-deflate.
  const Codec& websocket(native::Encoding encoding,
                         const std::optional<ws::DeflateParams>& deflate) const noexcept;

  /// Bare JSON, for long polls.
  const native::JsonCodec& poll() const noexcept { return poll_; }

  const sse::SseCodec& sse(sse::Shape shape, sse::Compression compression) const noexcept;

 private:
  std::size_t take_slot() noexcept { return slots_++; }

  std::size_t slots_ = 0;
  native::WebSocketJsonCodec websocket_json_;
  native::WebSocketMsgpackCodec websocket_msgpack_;
  native::EnvelopedJsonCodec websocket_enveloped_;
  native::JsonCodec poll_;
  sse::SseCodec sse_bare_;
  sse::SseCodec sse_bare_gzip_;
  sse::SseCodec sse_enveloped_;
  sse::SseCodec sse_enveloped_gzip_;
  // By window, the smallest first.
  std::vector<std::unique_ptr<native::DeflatedJsonCodec>> deflated_json_;
  std::vector<std::unique_ptr<native::DeflatedMsgpackCodec>> deflated_msgpack_;
};

}  // namespace confab
