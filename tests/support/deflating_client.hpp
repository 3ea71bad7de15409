// SPDX-License-Identifier: MIT
#pragma once
#include <zlib.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace confab::test {

/// A client's end of permessage-deflate, by zlib, with every choice that RFC 7692 leaves it.
class DeflatingClient {
 public:
  enum class Context { fresh, taken_over };

  explicit DeflatingClient(int window_bits = 15, int level = 6, Context context = Context::fresh,
                           int memory = 8)
      : context_(context) {
    if (deflateInit2(&stream_, level, Z_DEFLATED, -window_bits, memory, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::runtime_error("deflateInit2");
    }
  }

  ~DeflatingClient() { deflateEnd(&stream_); }

  DeflatingClient(const DeflatingClient&) = delete;
  DeflatingClient& operator=(const DeflatingClient&) = delete;

  /// With the tail still on; `flush` is Z_SYNC_FLUSH, Z_FULL_FLUSH or Z_FINISH.
  std::string raw(std::string_view message, int flush = Z_SYNC_FLUSH) {
    if (context_ == Context::fresh) deflateReset(&stream_);
    return more(message, flush);
  }

  /// Goes on in the same message.
  std::string more(std::string_view part, int flush) {
    std::string in(part);
    std::string out(deflateBound(&stream_, static_cast<uLong>(in.size())) + in.size() + 64, '\0');
    stream_.next_in = reinterpret_cast<Bytef*>(in.data());
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream_, flush);
    if (stream_.avail_out == 0) throw std::runtime_error("deflate");
    out.resize(out.size() - stream_.avail_out);
    return out;
  }

  /// The payload of a compressed message.
  std::string message(std::string_view text, int flush = Z_SYNC_FLUSH) { return strip(raw(text, flush)); }

  static std::string strip(std::string raw) {
    if (!raw.ends_with(std::string_view("\x00\x00\xff\xff", 4))) throw std::runtime_error("no tail");
    raw.resize(raw.size() - 4);
    return raw;
  }

 private:
  z_stream stream_{};
  Context context_;
};

/// What a client makes of a server's compressed payload with a window of so many bits, when no context is
/// taken over.
inline std::string inflate_as_client(std::string_view payload, int window_bits = 15) {
  z_stream stream{};
  if (inflateInit2(&stream, -window_bits) != Z_OK) throw std::runtime_error("inflateInit2");
  std::string in(payload);
  in.append("\x00\x00\xff\xff", 4);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  std::string out;
  std::string chunk(65536, '\0');
  int code;
  do {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    code = ::inflate(&stream, Z_SYNC_FLUSH);
    out.append(chunk, 0, chunk.size() - stream.avail_out);
  } while (code == Z_OK && stream.avail_out == 0);
  const bool good = (code == Z_OK || code == Z_BUF_ERROR) && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!good) throw std::runtime_error("inflate");
  return out;
}

}  // namespace confab::test
