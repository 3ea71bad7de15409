// SPDX-License-Identifier: MIT
#pragma once
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace confab::native {

/// Makes gzip files (RFC 1952) of messages, one after another. zlib's memory is allocated once, about 270 kB.
class Gzip {
 public:
  /// Throws std::bad_alloc.
  Gzip();
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  /// At most 1 GiB. The view is valid until the next call.
  std::string_view compress(std::string_view text);

 private:
  z_stream stream_{};
  std::string output_;
};

/// What comes of a gzip file whose content is bounded.
enum class Gunzipped : std::uint8_t { done, malformed, over_limit };

/// Reads gzip files one after another. zlib's memory is allocated once, about 40 kB.
class Gunzip {
 public:
  /// Throws std::bad_alloc.
  Gunzip();
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  /// Appends the content to `out`, up to `limit` bytes; one byte more is known to be too many, so a bomb
  /// costs no more than a file of the limit's size. Several members in a row are one content (RFC 1952
  /// section 2.2). Anything else behind the last, or a cut or damaged file, is malformed.
  Gunzipped append(std::string& out, std::string_view file, std::size_t limit);

 private:
  z_stream stream_{};
};

}  // namespace confab::native
