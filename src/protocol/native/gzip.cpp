// SPDX-License-Identifier: MIT
#include "protocol/native/gzip.hpp"

#include <algorithm>
#include <array>
#include <new>

namespace confab::native {
namespace {

// One large message must not hold its size for ever.
constexpr std::size_t kKeptCapacity = std::size_t{256} << 10;
// zlib.h: 16 more than the window's bits stand for gzip, in both directions.
constexpr int kGzip = 16 + MAX_WBITS;

// zlib reads its input but takes it without const.
void set_input(z_stream& stream, std::string_view bytes) noexcept {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
}

}  // namespace

Gzip::Gzip() {
  constexpr int kDefaultMemory = 8;
  if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kDefaultMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::bad_alloc();
  }
}

Gzip::~Gzip() {
  deflateEnd(&stream_);
}

std::string_view Gzip::compress(std::string_view text) {
  deflateReset(&stream_);
  if (output_.capacity() > kKeptCapacity) output_ = {};
  output_.resize(deflateBound(&stream_, static_cast<uLong>(text.size())));
  set_input(stream_, text);
  stream_.next_out = reinterpret_cast<Bytef*>(output_.data());
  stream_.avail_out = static_cast<uInt>(output_.size());
  ::deflate(&stream_, Z_FINISH);  // deflateBound() is room enough for all of it
  return {output_.data(), output_.size() - stream_.avail_out};
}

Gunzip::Gunzip() {
  if (inflateInit2(&stream_, kGzip) != Z_OK) throw std::bad_alloc();
}

Gunzip::~Gunzip() {
  inflateEnd(&stream_);
}

Gunzipped Gunzip::append(std::string& out, std::string_view file, std::size_t limit) {
  inflateReset(&stream_);
  set_input(stream_, file);
  std::array<char, std::size_t{8} << 10> chunk;
  for (std::size_t total = 0;;) {
    // One byte over the limit is enough to know.
    const std::size_t room = 1 + std::min(chunk.size() - 1, limit - total);
    stream_.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream_.avail_out = static_cast<uInt>(room);
    const int code = ::inflate(&stream_, Z_NO_FLUSH);
    const std::size_t made = room - stream_.avail_out;
    total += made;
    if (total > limit) return Gunzipped::over_limit;
    out.append(chunk.data(), made);
    if (code == Z_STREAM_END) {
      if (stream_.avail_in == 0) return Gunzipped::done;
      inflateReset(&stream_);
    } else if (code != Z_OK) {
      // Z_BUF_ERROR among them: there is room, so it is the file that has ended.
      return Gunzipped::malformed;
    }
  }
}

}  // namespace confab::native
