// SPDX-License-Identifier: MIT
#pragma once
#include <zlib.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace confab::ws {

/// Compresses messages for permessage-deflate with one window size, each from nothing (no context takeover),
/// so that what it makes of a message is the same for every recipient who agreed on that window or a larger
/// one. One for each window in use serves a loop; zlib's memory is allocated once, up to about 270 kB.
class Deflater {
 public:
  static constexpr int kSmallestWindow = 9;
  static constexpr int kLargestWindow = 15;

  /// `window_bits` from 9 to 15, `level` as zlib's, 1 to 9. Throws std::bad_alloc.
  explicit Deflater(int window_bits = kLargestWindow, int level = 6);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  /// The payload of a frame with RSV1 (RFC 7692 section 7.2.1). The message is at most 1 GiB; the view is
  /// valid until the next call.
  std::string_view deflate(std::string_view message);

 private:
  z_stream stream_{};
  std::string output_;
};

}  // namespace confab::ws
