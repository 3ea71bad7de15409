// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace confab::bench {

// The little of RFC 6455 (section 5.2) that a load generator and its yardstick need, written apart from the
// server's codec on purpose: a mistake there must not be repeated, and so hidden, here.
enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10
};

enum class Sender { kClient, kServer };

enum class FrameStatus { kComplete, kIncomplete, kMalformed };

// A whole frame within the bytes it was read from. `size` counts header and payload.
struct FrameView {
  Opcode opcode = Opcode::kText;
  std::string_view payload;
  std::size_t size = 0;
};

// Reads the frame at the start of `bytes`. A client's payload is unmasked in place. Fragments, reserved bits
// and a mask on the wrong side are malformed: neither side of a benchmark sends them.
FrameStatus read_frame(std::span<char> bytes, Sender sender, FrameView& frame);

// Appends one whole frame. `mask` is the masking key of a client's frame.
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask);
void append_server_frame(std::string& out, Opcode opcode, std::string_view payload);

}  // namespace confab::bench
