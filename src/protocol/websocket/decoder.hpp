// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "confab/base/errc.hpp"
#include "confab/base/utf8.hpp"
#include "protocol/websocket/frame_header.hpp"
#include "protocol/websocket/inflater.hpp"
#include "protocol/websocket/opcode.hpp"

namespace confab::ws {

/// Where a Decoder's finds go: the connection. Views are valid during the call only. Inside a call the sink
/// may close the connection and even destroy the decoder, if it then answers stop; it must not feed another
/// decoder.
class Sink {
 public:
  enum class Next : std::uint8_t {
    go_on,
    stop,  ///< feed() returns at once and touches nothing; the rest of the bytes is dropped
  };

  /// A whole message; `kind` is text (well-formed UTF-8) or binary.
  virtual Next on_message(Opcode kind, std::string_view payload) = 0;
  virtual Next on_ping(std::string_view payload) = 0;
  virtual Next on_pong(std::string_view payload) = 0;

  /// The client closes; `code` is a legal one, or kNoStatus where it gave none. Nothing comes after it.
  virtual void on_close(std::uint16_t code, std::string_view reason) = 0;

 protected:
  ~Sink() = default;
};

/// What the decoders of one loop share. It outlives them.
struct DecoderShared {
  /// The largest message in bytes, 1 GiB at most: of the sum of its fragments, and of what it inflates to.
  std::size_t message_limit;
  Inflater& inflater;
};

/// Whether permessage-deflate was agreed on at the upgrade.
enum class Compression : std::uint8_t { none, deflate };

/// Makes messages of what a client sends after the upgrade: RFC 6455 and RFC 7692, the server's side. One for
/// each connection, which feeds it what the loop's shared read buffer holds; it unmasks there, hands out a
/// message that one read brought whole as a view into it, and keeps (on the heap) only the bytes of what is
/// incomplete.
class Decoder {
 public:
  explicit Decoder(const DecoderShared& shared, Compression compression = Compression::none) noexcept;

  /// Takes the next bytes and overwrites them. A reason is what the connection must be failed with, at the
  /// first byte from which that is certain: protocol_error, bad_utf8 or too_big. After a reason, a close
  /// frame or a stop everything is ignored.
  [[nodiscard]] std::optional<CloseReason> feed(std::span<char> bytes, Sink& sink);

  /// Nothing more is taken.
  bool ended() const noexcept { return ended_; }

  /// Heap bytes that an incomplete frame or message holds.
  std::size_t held() const noexcept { return kept_.capacity(); }

 private:
  Expectation expectation() const noexcept;
  void begin_frame() noexcept;
  std::optional<CloseReason> fail(CloseReason reason) noexcept;
  void keep(std::span<const char> piece);
  void release_if_idle() noexcept;

  struct Step;
  Step take_data(std::span<char> piece, Sink& sink);
  Step take_control(std::span<char> piece, Sink& sink);
  Step finish_message(std::string_view whole, Sink& sink);
  Step finish_control(std::string_view payload, Sink& sink);
  Step finish_close(std::string_view payload, Sink& sink);

  bool checks_text() const noexcept { return kind_ == Opcode::text && !deflated_; }

  const DecoderShared& shared_;
  std::vector<char> kept_;       ///< the message's bytes so far, then those of a control frame between
  std::uint32_t remaining_ = 0;  ///< bytes of the present frame's payload still to come
  Utf8Validator utf8_;           ///< of an uncompressed text message so far
  FrameHeader header_;
  Opcode kind_ = Opcode::text;  ///< of the present message
  Compression compression_;
  bool deflated_ = false;    ///< the present message is compressed
  bool in_message_ = false;  ///< its first frame's header has come and its last byte has not
  bool ended_ = false;
};

static_assert(sizeof(Decoder) <= 64);

}  // namespace confab::ws
