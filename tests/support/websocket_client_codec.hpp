// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace confab::test {

/// A client's WebSocket frame, legal or not: every field of the header can be set by hand. Written apart from
/// the server's code, so that a shared mistake would have to be made twice.
struct ClientFrame {
  enum class Length { shortest, two_bytes, eight_bytes };
  enum class Mask { applied, missing };

  unsigned opcode = 1;
  std::string payload = {};
  bool fin = true;
  unsigned rsv = 0;  ///< 4: RSV1, 2: RSV2, 1: RSV3
  Length length = Length::shortest;
  Mask mask = Mask::applied;
  std::array<unsigned char, 4> key = {0x37, 0xFA, 0x21, 0x3D};
  std::optional<std::uint64_t> announced = {};  ///< a length that is not the payload's

  std::string header() const {
    std::string out;
    out += static_cast<char>((fin ? 0x80U : 0U) | rsv << 4 | opcode);
    const std::uint64_t size = announced.value_or(payload.size());
    const unsigned mask_bit = mask == Mask::applied ? 0x80U : 0U;
    const bool shortest = length == Length::shortest;
    if (length == Length::eight_bytes || (shortest && size > 65535)) {
      out += static_cast<char>(mask_bit | 127U);
      for (int shift = 56; shift >= 0; shift -= 8)
        out += static_cast<char>(size >> shift & 0xFF);
    } else if (length == Length::two_bytes || (shortest && size > 125)) {
      out += static_cast<char>(mask_bit | 126U);
      out += static_cast<char>(size >> 8 & 0xFF);
      out += static_cast<char>(size & 0xFF);
    } else {
      out += static_cast<char>(mask_bit | size);
    }
    if (mask == Mask::applied) out.append(key.begin(), key.end());
    return out;
  }

  std::string bytes() const {
    std::string out = header();
    for (std::size_t i = 0; i < payload.size(); ++i) {
      const unsigned char plain = static_cast<unsigned char>(payload[i]);
      out += static_cast<char>(mask == Mask::applied ? plain ^ key[i % 4] : plain);
    }
    return out;
  }
};

inline std::string client_text(std::string_view payload) {
  return ClientFrame{.opcode = 1, .payload = std::string(payload)}.bytes();
}

inline std::string client_binary(std::string_view payload) {
  return ClientFrame{.opcode = 2, .payload = std::string(payload)}.bytes();
}

inline std::string client_deflated(unsigned opcode, std::string_view deflated) {
  return ClientFrame{.opcode = opcode, .payload = std::string(deflated), .rsv = 4}.bytes();
}

inline std::string client_ping(std::string_view payload = {}) {
  return ClientFrame{.opcode = 9, .payload = std::string(payload)}.bytes();
}

inline std::string client_pong(std::string_view payload = {}) {
  return ClientFrame{.opcode = 10, .payload = std::string(payload)}.bytes();
}

inline std::string close_payload(unsigned code, std::string_view reason = {}) {
  return std::string{static_cast<char>(code >> 8 & 0xFF), static_cast<char>(code & 0xFF)} +
         std::string(reason);
}

inline std::string client_close(unsigned code, std::string_view reason = {}) {
  return ClientFrame{.opcode = 8, .payload = close_payload(code, reason)}.bytes();
}

/// A frame as a server sent it.
struct ServerFrame {
  unsigned opcode = 0;
  std::string payload;
  bool fin = false;
  unsigned rsv = 0;
  bool masked = false;
  std::size_t header_size = 0;

  /// Of a close frame; 1005 where it has no code.
  unsigned close_code() const {
    if (payload.size() < 2) return 1005;
    return static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8 |
           static_cast<unsigned char>(payload[1]);
  }
};

/// Takes a server's bytes as they come and gives its frames, unmasked ones only.
class ServerFrameReader {
 public:
  void feed(std::string_view bytes) { bytes_ += bytes; }

  std::optional<ServerFrame> next() {
    if (bytes_.size() < 2) return std::nullopt;
    ServerFrame frame;
    frame.fin = (at(0) & 0x80) != 0;
    frame.rsv = static_cast<unsigned>(at(0) >> 4 & 7);
    frame.opcode = static_cast<unsigned>(at(0) & 15);
    frame.masked = (at(1) & 0x80) != 0;
    std::uint64_t size = at(1) & 0x7F;
    frame.header_size = size == 126 ? 4 : size == 127 ? 10 : 2;
    if (bytes_.size() < frame.header_size) return std::nullopt;
    if (frame.header_size > 2) {
      size = 0;
      for (std::size_t i = 2; i < frame.header_size; ++i)
        size = size << 8 | at(i);
    }
    if (bytes_.size() - frame.header_size < size) return std::nullopt;
    frame.payload = bytes_.substr(frame.header_size, static_cast<std::size_t>(size));
    bytes_.erase(0, frame.header_size + static_cast<std::size_t>(size));
    return frame;
  }

  /// Bytes of a frame that has not come whole.
  std::size_t pending() const { return bytes_.size(); }

 private:
  std::uint64_t at(std::size_t i) const { return static_cast<unsigned char>(bytes_[i]); }

  std::string bytes_;
};

}  // namespace confab::test
