// SPDX-License-Identifier: MIT
#include "common/frame.hpp"

#include <cstring>

namespace confab::bench {

namespace {

constexpr unsigned char kFin = 0x80;
constexpr unsigned char kReserved = 0x70;
constexpr unsigned char kMasked = 0x80;

void apply_mask(char* bytes, std::size_t size, std::uint32_t mask) {
  const std::uint64_t wide = (std::uint64_t{mask} << 32U) | mask;
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, 8);
    word ^= wide;
    std::memcpy(bytes + at, &word, 8);
  }
  char key[4];
  std::memcpy(key, &mask, 4);
  for (; at < size; ++at)
    bytes[at] = static_cast<char>(bytes[at] ^ key[at % 4]);
}

void append_header(std::string& out, Opcode opcode, std::size_t size, unsigned char mask_bit) {
  out.push_back(static_cast<char>(kFin | static_cast<unsigned char>(opcode)));
  if (size < 126) {
    out.push_back(static_cast<char>(mask_bit | size));
    return;
  }
  const int width = size <= 0xFFFF ? 2 : 8;
  out.push_back(static_cast<char>(mask_bit | (width == 2 ? 126U : 127U)));
  for (int shift = (width - 1) * 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(size >> shift));
}

}  // namespace

FrameStatus read_frame(std::span<char> bytes, Sender sender, FrameView& frame) {
  if (bytes.size() < 2) return FrameStatus::kIncomplete;
  const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  if ((octet(0) & kFin) == 0 || (octet(0) & kReserved) != 0) return FrameStatus::kMalformed;
  const bool masked = (octet(1) & kMasked) != 0;
  if (masked != (sender == Sender::kClient)) return FrameStatus::kMalformed;

  std::uint64_t size = octet(1) & 0x7FU;
  const std::size_t width = size == 126 ? 2 : size == 127 ? 8 : 0;
  const std::size_t header = 2 + width + (masked ? 4U : 0U);
  if (bytes.size() < header) return FrameStatus::kIncomplete;
  if (width != 0) {
    size = 0;
    for (std::size_t at = 2; at < 2 + width; ++at)
      size = (size << 8U) | octet(at);
  }
  if (size > bytes.size() - header) return FrameStatus::kIncomplete;

  char* payload = bytes.data() + header;
  if (masked) {
    std::uint32_t mask = 0;
    std::memcpy(&mask, payload - 4, 4);
    apply_mask(payload, size, mask);
  }
  frame = {static_cast<Opcode>(octet(0) & 0x0FU), {payload, size}, header + size};
  return FrameStatus::kComplete;
}

void append_client_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask) {
  append_header(out, opcode, payload.size(), kMasked);
  char key[4];
  std::memcpy(key, &mask, 4);
  out.append(key, 4);
  const std::size_t start = out.size();
  out.append(payload);
  apply_mask(out.data() + start, payload.size(), mask);
}

void append_server_frame(std::string& out, Opcode opcode, std::string_view payload) {
  append_header(out, opcode, payload.size(), 0);
  out.append(payload);
}

}  // namespace confab::bench
