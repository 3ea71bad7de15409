// SPDX-License-Identifier: MIT
#include "protocol/websocket/inflater.hpp"

#include <algorithm>
#include <new>

namespace confab::ws {

namespace {

constexpr std::string_view kTail{"\x00\x00\xff\xff", 4};
// One large message must not hold its size for ever.
constexpr std::size_t kKeptCapacity = std::size_t{256} << 10;
// The largest, so that every window that a client may have chosen is covered.
constexpr int kWindowBits = 15;
// zlib.h, inflate(): "just after an end-of-block code", with the number of unused bits below.
constexpr int kAtBlockEnd = 128;

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

void Inflater::set_input(std::string_view bytes) noexcept {
  // zlib reads its input but takes it without const.
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_.avail_in = static_cast<uInt>(bytes.size());
}

Inflated Inflater::run(std::string_view payload, Opcode kind, std::size_t limit) {
  Utf8Validator text;
  std::size_t total = 0;
  std::size_t used = 0;  // of the chunk
  bool in_tail = false;
  set_input(payload);
  for (;;) {
    if (used == chunk_.size()) {
      spill_.append(chunk_.data(), used);
      used = 0;
    }
    const std::size_t room = std::min(chunk_.size() - used, limit - total + 1);
    stream_.next_out = reinterpret_cast<Bytef*>(chunk_.data() + used);
    stream_.avail_out = static_cast<uInt>(room);
    const int code = ::inflate(&stream_, Z_SYNC_FLUSH);
    const std::size_t made = room - stream_.avail_out;
    if (kind == Opcode::text && !text.feed({chunk_.data() + used, made})) return CloseReason::bad_utf8;
    used += made;
    total += made;
    if (total > limit) return CloseReason::too_big;

    if (code == Z_STREAM_END) {
      // A block with BFINAL (section 7.2.3.4) ends a deflate stream, not the message: what follows is the
      // octet 00 that together with the tail makes an empty block, or another stream. Where it was the last
      // block, or the empty one that the tail completes, nothing needs to follow.
      if (stream_.avail_in == 0) break;
      if (in_tail) return kBadData;
      inflateReset(&stream_);
      continue;
    }
    if (code != Z_OK && code != Z_BUF_ERROR) return kBadData;
    if (stream_.avail_out == 0 || stream_.avail_in != 0) continue;
    if (in_tail) {
      // A message that was cut, or whose tail was not stripped but read as data, does not end with a block.
      if (stream_.data_type != kAtBlockEnd) return kBadData;
      break;
    }
    in_tail = true;
    set_input(kTail);
  }
  if (kind == Opcode::text && !text.complete()) return CloseReason::bad_utf8;
  if (spill_.empty()) return std::string_view(chunk_.data(), used);
  spill_.append(chunk_.data(), used);
  return std::string_view(spill_);
}

}  // namespace confab::ws
