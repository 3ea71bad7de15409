// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace confab::bench {

// Takes the framing of a chunked body (RFC 9112, section 7.1) away from bytes that come in any pieces.
// Trailers and the last chunk aren't looked at: a stream that ends is a failure of its connection.
class ChunkFilter {
 public:
  // The next data in `bytes`, which loses what was read; empty where there is none (then `bytes` is empty
  // too).
  std::string_view next(std::string_view& bytes) {
    while (!bytes.empty()) {
      if (left_ > 0) {
        const std::string_view data = bytes.substr(0, left_);
        left_ -= data.size();
        bytes.remove_prefix(data.size());
        return data;
      }
      read_size(bytes.front());
      bytes.remove_prefix(1);
    }
    return {};
  }

 private:
  void read_size(char letter) {
    if (letter == '\n') {
      // The line end after a chunk's data comes here too, with no digits: it announces nothing.
      left_ = size_;
      size_ = 0;
      in_extension_ = false;
    } else if (letter == ';' || letter == '\r') {
      in_extension_ = true;
    } else if (!in_extension_) {
      const int digit = letter >= 'a' ? letter - 'a' + 10 : letter >= 'A' ? letter - 'A' + 10 : letter - '0';
      size_ = size_ * 16 + static_cast<std::uint64_t>(digit & 0xF);
    }
  }

  std::uint64_t left_ = 0;
  std::uint64_t size_ = 0;
  bool in_extension_ = false;
};

}  // namespace confab::bench
