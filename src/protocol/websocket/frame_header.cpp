// SPDX-License-Identifier: MIT
#include "protocol/websocket/frame_header.hpp"

#include <algorithm>

namespace confab::ws {

std::optional<CloseReason> FrameHeader::take(std::span<char>& bytes, const Expectation& expected) noexcept {
  while (!complete() && !bytes.empty()) {
    const std::size_t count = std::min(wanted(), bytes.size());
    std::memcpy(&bytes_[have_], bytes.data(), count);
    bytes = bytes.subspan(count);
    have_ = static_cast<std::uint8_t>(have_ + count);
    if (const auto failure = check(expected)) return failure;
  }
  return std::nullopt;
}

std::size_t FrameHeader::length_bytes() const noexcept {
  switch (bytes_[1] & 0x7F) {
    case 126:
      return 2;
    case 127:
      return 8;
    default:
      return 0;
  }
}

std::uint64_t FrameHeader::length() const noexcept {
  if (length_bytes() == 0) return bytes_[1] & 0x7FU;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < length_bytes(); ++i)
    length = length << 8 | bytes_[2 + i];
  return length;
}

// Stage by stage, so that no byte is waited for that can't change the verdict.
std::size_t FrameHeader::wanted() const noexcept {
  if (have_ < 2) return 1;
  const std::size_t until_length = 2 + length_bytes();
  return have_ < until_length ? until_length - have_ : size() - have_;
}

std::optional<CloseReason> FrameHeader::check(const Expectation& expected) const noexcept {
  if (have_ == 1) return check_first(expected);
  std::optional<CloseReason> failure;
  if (have_ == 2) failure = check_second();
  if (!failure && have_ == 2 + length_bytes()) failure = check_length(expected);
  return failure;
}

std::optional<CloseReason> FrameHeader::check_first(const Expectation& expected) const noexcept {
  constexpr auto kRefused = CloseReason::protocol_error;
  const bool begun = expected.message != Expectation::Message::none;
  if (is_reserved(opcode())) return kRefused;
  if ((bytes_[0] & 0x30) != 0) return kRefused;
  // RFC 7692 section 6.1: RSV1 is on the first frame of a data message only.
  if (rsv1() && (expected.rsv1 == Expectation::Rsv1::refused || begun || is_control(opcode())))
    return kRefused;
  if (is_control(opcode())) return fin() ? std::nullopt : std::optional(kRefused);
  if (begun != (opcode() == Opcode::continuation)) return kRefused;
  return std::nullopt;
}

std::optional<CloseReason> FrameHeader::check_second() const noexcept {
  constexpr auto kRefused = CloseReason::protocol_error;
  const unsigned length = bytes_[1] & 0x7F;
  if ((bytes_[1] & 0x80) == 0) return kRefused;
  if (is_control(opcode()) && length > kMaxControlPayload) return kRefused;
  // Half a close code (RFC 6455 section 5.5.1).
  if (opcode() == Opcode::close && length == 1) return kRefused;
  return std::nullopt;
}

std::optional<CloseReason> FrameHeader::check_length(const Expectation& expected) const noexcept {
  if (is_control(opcode())) return std::nullopt;
  const std::uint64_t announced = length();
  if (announced >> 63 != 0) return CloseReason::protocol_error;
  if (length_bytes() == 2 && announced < 126) return CloseReason::protocol_error;
  if (length_bytes() == 8 && announced <= 0xFFFF) return CloseReason::protocol_error;
  const bool deflated = rsv1() || expected.message == Expectation::Message::deflated;
  if (announced > (deflated ? expected.deflated_room : expected.plain_room)) return CloseReason::too_big;
  return std::nullopt;
}

void FrameHeader::unmask_next(std::span<char> piece) noexcept {
  MaskKey key;
  std::memcpy(key.data(), &bytes_[size() - key.size()], key.size());
  unmask(piece, key);
  std::memcpy(&bytes_[size() - key.size()], key.data(), key.size());
}

}  // namespace confab::ws
