// SPDX-License-Identifier: MIT
#include "protocol/websocket/deflater.hpp"

#include <cassert>
#include <new>

namespace confab::ws {

namespace {

constexpr std::string_view kTail{"\x00\x00\xff\xff", 4};
// RFC 7692 section 7.2.3.6: an empty message is an empty uncompressed block without its tail.
constexpr std::string_view kEmptyMessage{"\x00", 1};
// One large message must not hold its size for ever.
constexpr std::size_t kKeptCapacity = std::size_t{256} << 10;
// Beside deflateBound: the flush's empty block (zlib.h wants more than six bytes of room, or repeats it).
constexpr std::size_t kFlushRoom = 16;

}  // namespace

Deflater::Deflater(int window_bits, int level) {
  assert(window_bits >= kSmallestWindow && window_bits <= kLargestWindow);
  constexpr int kDefaultMemory = 8;
  if (deflateInit2(&stream_, level, Z_DEFLATED, -window_bits, kDefaultMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

Deflater::~Deflater() {
  deflateEnd(&stream_);
}

std::string_view Deflater::deflate(std::string_view message) {
  if (message.empty()) return kEmptyMessage;
  deflateReset(&stream_);
  if (output_.capacity() > kKeptCapacity) output_ = {};
  // zlib reads its input but takes it without const.
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
  stream_.avail_in = static_cast<uInt>(message.size());
  std::size_t used = 0;
  std::size_t room = deflateBound(&stream_, static_cast<uLong>(message.size())) + kFlushRoom;
  do {
    if (output_.size() < used + room) output_.resize(used + room);
    stream_.next_out = reinterpret_cast<Bytef*>(output_.data() + used);
    stream_.avail_out = static_cast<uInt>(output_.size() - used);
    ::deflate(&stream_, Z_SYNC_FLUSH);
    used = output_.size() - stream_.avail_out;
    room = kFlushRoom;
  } while (stream_.avail_out == 0);
  const std::string_view deflated{output_.data(), used};
  assert(deflated.ends_with(kTail));
  return deflated.substr(0, used - kTail.size());
}

}  // namespace confab::ws
