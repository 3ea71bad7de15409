// SPDX-License-Identifier: MIT
#include "protocol/websocket/inflater.hpp"

#include <algorithm>
#include <new>

namespace confab::ws {

namespace {

// One large message must not hold its size for ever.
constexpr std::size_t kKeptCapacity = std::size_t{256} << 10;
// The largest, so that every window that a client may have chosen is covered.
constexpr int kWindowBits = 15;
// RFC 7692 says only that a connection with such data fails. Of RFC 6455 section 7.4.1's codes 1007 fits: the
// frames were legal, but "data within a message was not consistent with the type of the message".
constexpr CloseReason kBadData = CloseReason::bad_utf8;

}  // namespace

Inflater::Inflater() {
  if (inflateInit2(&stream_, -kWindowBits) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
  inflateEnd(&stream_);
}

Inflated Inflater::inflate(std::string_view payload, Opcode kind, std::size_t limit) {
  inflateReset(&stream_);
  spill_.clear();
  if (spill_.capacity() > kKeptCapacity) spill_ = {};
  // An empty message should be one octet 00 (RFC 7692 section 7.2.3.6); some send none at all.
  if (payload.empty()) return std::string_view();
  return run(payload, kind, limit);
}

Inflated Inflater::run(std::string_view payload, Opcode kind, std::size_t limit) {
  Utf8Validator text;
  std::size_t total = 0;
  std::size_t used = 0;  // of the chunk
  // zlib reads its input but takes it without const.
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(payload.data()));
  stream_.avail_in = static_cast<uInt>(payload.size());
  for (;;) {
    if (used == chunk_.size()) {
      spill_.append(chunk_.data(), used);
      used = 0;
    }
    // One byte over the limit is enough to know.
    const std::size_t room = 1 + std::min(chunk_.size() - used - 1, limit - total);
    stream_.next_out = reinterpret_cast<Bytef*>(chunk_.data() + used);
    stream_.avail_out = static_cast<uInt>(room);
    const int code = ::inflate(&stream_, Z_SYNC_FLUSH);
    const std::size_t made = room - stream_.avail_out;
    if (kind == Opcode::text && !text.feed({chunk_.data() + used, made})) return CloseReason::bad_utf8;
    used += made;
    total += made;
    if (total > limit) return CloseReason::too_big;

    if (code == Z_STREAM_END) {
      // A block with BFINAL (section 7.2.3.4) ends a deflate stream, not the message: the octet 00 follows,
      // which begins the empty block, or another stream. Where nothing follows, it is as clear where the
      // message ends.
      if (stream_.avail_in == 0) break;
      inflateReset(&stream_);
      continue;
    }
    if (code != Z_OK && code != Z_BUF_ERROR) return kBadData;
    if (stream_.avail_out == 0 || stream_.avail_in != 0) continue;
    // Section 7.2.2 appends the stripped 00 00 ff ff and inflates it, but those octets are only the length of
    // the empty block that ends a message: zlib must be waiting for exactly them. Inflating them would take
    // some messages that were cut for whole ones, because four octets in the middle of another block may look
    // like its end.
    if (!inflateSyncPoint(&stream_)) return kBadData;
    break;
  }
  if (kind == Opcode::text && !text.complete()) return CloseReason::bad_utf8;
  if (spill_.empty()) return std::string_view(chunk_.data(), used);
  spill_.append(chunk_.data(), used);
  return std::string_view(spill_);
}

}  // namespace confab::ws
