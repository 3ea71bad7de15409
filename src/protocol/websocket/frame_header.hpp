// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "confab/base/errc.hpp"
#include "protocol/websocket/mask.hpp"
#include "protocol/websocket/opcode.hpp"

namespace confab::ws {

/// What of the next frame depends on what came before it.
struct Expectation {
  enum class Message : std::uint8_t {
    none,
    plain,
    deflated
  } message;                                                 ///< the fragmented one that waits for more
  enum class Rsv1 : std::uint8_t { refused, allowed } rsv1;  ///< allowed where deflate was agreed on
  std::uint64_t plain_room;     ///< bytes that a frame of an uncompressed message may announce
  std::uint64_t deflated_room;  ///< the same for a compressed one
};

/// The header of one client frame, put together from reads that cut it anywhere; fifteen bytes, in each
/// Decoder. Every rule of RFC 6455 section 5.2 is applied with the first byte that can break it.
class FrameHeader {
 public:
  /// Takes the header's bytes off the front of `bytes` and no others. A reason means that the connection
  /// fails: protocol_error, or too_big as soon as the announced length is known.
  std::optional<CloseReason> take(std::span<char>& bytes, const Expectation& expected) noexcept;

  bool complete() const noexcept { return have_ >= 2 && have_ == size(); }

  bool empty() const noexcept { return have_ == 0; }

  void reset() noexcept { have_ = 0; }

  // From here on: complete headers only.

  Opcode opcode() const noexcept { return static_cast<Opcode>(bytes_[0] & 0x0F); }

  bool fin() const noexcept { return (bytes_[0] & 0x80) != 0; }

  bool rsv1() const noexcept { return (bytes_[0] & 0x40) != 0; }

  /// Of the payload, in bytes.
  std::uint64_t length() const noexcept;

  /// Unmasks the next piece of the payload in place.
  void unmask_next(std::span<char> piece) noexcept;

 private:
  std::size_t length_bytes() const noexcept;

  std::size_t size() const noexcept { return 2 + length_bytes() + 4; }

  std::size_t wanted() const noexcept;
  std::optional<CloseReason> check(const Expectation& expected) const noexcept;
  std::optional<CloseReason> check_first(const Expectation& expected) const noexcept;
  std::optional<CloseReason> check_second() const noexcept;
  std::optional<CloseReason> check_length(const Expectation& expected) const noexcept;

  std::array<std::uint8_t, 14> bytes_;
  std::uint8_t have_ = 0;
};

}  // namespace confab::ws
