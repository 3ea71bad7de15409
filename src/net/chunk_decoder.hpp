// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace confab::net {

/// Takes a chunked body apart (RFC 9112 section 7.1), whatever pieces it comes in. Strict: CRLF only, no
/// white space around the size, no control characters in extensions. Extensions and trailer fields are
/// checked, bounded (16 KiB in all) and dropped: a trailer never becomes a header field.
class ChunkDecoder {
 public:
  enum class Status : std::uint8_t { need_more, done, too_large, malformed };

  /// Consumes from the front of `in` and appends data to `out`, up to `limit` bytes in all. What follows the
  /// body stays in `in`.
  Status feed(std::string_view& in, std::string& out, std::size_t limit);

 private:
  enum class State : std::uint8_t {
    size_first,
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_lf,
    end_lf,
    done
  };

  bool step(char c) noexcept;

  std::uint64_t remaining_ = 0;
  std::uint32_t overhead_ = 0;  // bytes of extensions and trailers so far
  State state_ = State::size_first;
};

}  // namespace confab::net
