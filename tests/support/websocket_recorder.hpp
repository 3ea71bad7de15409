// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/websocket/decoder.hpp"

namespace confab::test {

/// What a decoder found, in words: "text:…", "binary:…", "ping:…", "pong:…", "close:CODE:REASON", and at last
/// "fail:CODE" where feed() gave a reason.
struct Recorder final : ws::Sink {
  std::vector<std::string> events;
  std::optional<CloseReason> failure;
  std::size_t stop_after = SIZE_MAX;  ///< events

  Next on_message(ws::Opcode kind, std::string_view payload) override {
    return add((kind == ws::Opcode::text ? "text:" : "binary:") + std::string(payload));
  }

  Next on_ping(std::string_view payload) override { return add("ping:" + std::string(payload)); }

  Next on_pong(std::string_view payload) override { return add("pong:" + std::string(payload)); }

  void on_close(std::uint16_t code, std::string_view reason) override {
    add("close:" + std::to_string(code) + ":" + std::string(reason));
  }

  Next add(std::string event) {
    events.push_back(std::move(event));
    return events.size() >= stop_after ? Next::stop : Next::go_on;
  }
};

/// One for all conversations, as in a loop.
inline ws::Inflater& shared_inflater() {
  static ws::Inflater inflater;
  return inflater;
}

/// A decoder, its surroundings and what it found. Bytes are copied into a buffer of their exact size for each
/// feed, so that a sanitizer sees a read past the end or after the call.
struct Conversation {
  explicit Conversation(std::size_t limit = 64 << 10, ws::Compression compression = ws::Compression::none)
      : shared{limit, shared_inflater()}, decoder(shared, compression) {}

  std::optional<CloseReason> feed(std::string_view bytes) {
    std::vector<char> copy(bytes.begin(), bytes.end());
    const auto failure = decoder.feed(copy, found);
    if (failure) {
      found.failure = failure;
      found.events.push_back("fail:" + std::to_string(static_cast<unsigned>(*failure)));
    }
    return failure;
  }

  /// Pieces of `size` bytes, with the last one smaller. The count of bytes with which it failed, if it did.
  std::optional<std::size_t> feed_in_pieces(std::string_view bytes, std::size_t size = 1) {
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      if (feed(bytes.substr(at, size))) return std::min(at + size, bytes.size());
    }
    return std::nullopt;
  }

  const std::vector<std::string>& events() const { return found.events; }

  ws::DecoderShared shared;
  ws::Decoder decoder;
  Recorder found;
};

using Events = std::vector<std::string>;

/// What comes of the bytes in one piece.
inline Events whole(std::string_view bytes, std::size_t limit = 64 << 10,
                    ws::Compression compression = ws::Compression::none) {
  Conversation conversation(limit, compression);
  conversation.feed(bytes);
  return conversation.events();
}

/// What comes of them byte by byte.
inline Events bytewise(std::string_view bytes, std::size_t limit = 64 << 10,
                       ws::Compression compression = ws::Compression::none) {
  Conversation conversation(limit, compression);
  conversation.feed_in_pieces(bytes);
  return conversation.events();
}

}  // namespace confab::test
