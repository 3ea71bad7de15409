// SPDX-License-Identifier: MIT
#include "protocol/websocket/decoder.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "protocol/websocket/close_code.hpp"

namespace confab::ws {

namespace {

constexpr std::size_t kLargestLimit = std::size_t{1} << 30;

// A message of the limit's size may be a little larger once compressed. This is the most that zlib makes of
// it with any of its settings (deflateBound's conservative formula), so that whether a message is accepted
// depends on its size and not on the compressor, and it still bounds what an unfinished compressed message
// holds.
constexpr std::size_t deflated_bound(std::size_t limit) noexcept {
  return limit + ((limit + 7) >> 3) + ((limit + 63) >> 6) + 16;
}

static_assert(deflated_bound(kLargestLimit) <= UINT32_MAX);

std::uint64_t room(std::size_t bound, std::size_t used) noexcept {
  return bound - std::min(bound, used);
}

}  // namespace

struct Decoder::Step {
  enum class Kind : std::uint8_t { go_on, stop, fail } kind = Kind::go_on;
  CloseReason reason = CloseReason::normal;

  static Step failure(CloseReason reason) noexcept { return {Kind::fail, reason}; }
};

Decoder::Decoder(const DecoderShared& shared, Compression compression) noexcept
    : shared_(shared), compression_(compression) {}

std::optional<CloseReason> Decoder::feed(std::span<char> bytes, Sink& sink) {
  if (ended_) return std::nullopt;
  while (!bytes.empty()) {
    if (!header_.complete()) {
      if (const auto failure = header_.take(bytes, expectation())) return fail(*failure);
      if (!header_.complete()) break;
      begin_frame();
    }
    const auto piece = bytes.first(std::min<std::size_t>(bytes.size(), remaining_));
    bytes = bytes.subspan(piece.size());
    header_.unmask_next(piece);
    remaining_ -= static_cast<std::uint32_t>(piece.size());
    const Step step = is_control(header_.opcode()) ? take_control(piece, sink) : take_data(piece, sink);
    // After a stop this object may be gone.
    if (step.kind == Step::Kind::stop) break;
    if (step.kind == Step::Kind::fail) return fail(step.reason);
  }
  return std::nullopt;
}

Expectation Decoder::expectation() const noexcept {
  using Message = Expectation::Message;
  using Rsv1 = Expectation::Rsv1;
  const std::size_t limit = std::min(shared_.message_limit, kLargestLimit);
  return {.message = !in_message_ ? Message::none
                     : deflated_  ? Message::deflated
                                  : Message::plain,
          .rsv1 = compression_ == Compression::deflate ? Rsv1::allowed : Rsv1::refused,
          .plain_room = room(limit, kept_.size()),
          .deflated_room = room(deflated_bound(limit), kept_.size())};
}

void Decoder::begin_frame() noexcept {
  remaining_ = static_cast<std::uint32_t>(header_.length());
  const Opcode opcode = header_.opcode();
  if (opcode != Opcode::text && opcode != Opcode::binary) return;
  kind_ = opcode;
  deflated_ = header_.rsv1();
  in_message_ = true;
  utf8_.reset();
}

std::optional<CloseReason> Decoder::fail(CloseReason reason) noexcept {
  ended_ = true;
  in_message_ = false;
  kept_.clear();
  release_if_idle();
  return reason;
}

void Decoder::keep(std::span<const char> piece) {
  const std::size_t needed = kept_.size() + piece.size();
  if (needed > kept_.capacity()) {
    // Memory follows the bytes that came, not those that were announced; a final frame's end is not overshot.
    std::size_t capacity = 2 * kept_.capacity();
    if (header_.fin()) capacity = std::min(capacity, needed + remaining_);
    kept_.reserve(std::max(capacity, needed));
  }
  kept_.insert(kept_.end(), piece.begin(), piece.end());
}

void Decoder::release_if_idle() noexcept {
  if (kept_.empty()) std::vector<char>().swap(kept_);
}

Decoder::Step Decoder::take_data(std::span<char> piece, Sink& sink) {
  if (checks_text() && !utf8_.feed({piece.data(), piece.size()})) return Step::failure(CloseReason::bad_utf8);
  if (remaining_ != 0 || !header_.fin()) {
    keep(piece);
    if (remaining_ == 0) header_.reset();
    return {};
  }
  if (checks_text() && !utf8_.complete()) return Step::failure(CloseReason::bad_utf8);
  if (kept_.empty()) return finish_message({piece.data(), piece.size()}, sink);
  keep(piece);
  // Owned by this call, so that the sink may destroy the decoder.
  const std::vector<char> whole = std::move(kept_);
  kept_ = {};
  return finish_message({whole.data(), whole.size()}, sink);
}

Decoder::Step Decoder::finish_message(std::string_view whole, Sink& sink) {
  if (deflated_) {
    const auto inflated = shared_.inflater.inflate(whole, kind_, shared_.message_limit);
    if (!inflated) return Step::failure(inflated.error());
    whole = *inflated;
  }
  in_message_ = false;
  header_.reset();
  // Ended until the sink says go_on: a stop needs no touch afterwards, and a feed from inside does nothing.
  ended_ = true;
  if (sink.on_message(kind_, whole) == Sink::Next::stop) return {Step::Kind::stop};
  ended_ = false;
  return {};
}

Decoder::Step Decoder::take_control(std::span<char> piece, Sink& sink) {
  if (remaining_ != 0) {
    keep(piece);
    return {};
  }
  const auto size = static_cast<std::size_t>(header_.length());
  if (piece.size() == size) return finish_control({piece.data(), size}, sink);
  keep(piece);
  std::array<char, kMaxControlPayload> payload;
  const auto begin = kept_.end() - static_cast<std::ptrdiff_t>(size);
  std::copy(begin, kept_.end(), payload.begin());
  kept_.erase(begin, kept_.end());
  release_if_idle();
  return finish_control({payload.data(), size}, sink);
}

Decoder::Step Decoder::finish_control(std::string_view payload, Sink& sink) {
  const Opcode opcode = header_.opcode();
  header_.reset();
  if (opcode == Opcode::close) return finish_close(payload, sink);
  ended_ = true;
  const auto next = opcode == Opcode::ping ? sink.on_ping(payload) : sink.on_pong(payload);
  if (next == Sink::Next::stop) return {Step::Kind::stop};
  ended_ = false;
  return {};
}

Decoder::Step Decoder::finish_close(std::string_view payload, Sink& sink) {
  std::uint16_t code = kNoStatus;
  if (!payload.empty()) {
    code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]));
    if (!is_legal_close_code(code)) return Step::failure(CloseReason::protocol_error);
    payload.remove_prefix(2);
    Utf8Validator reason;
    if (!reason.feed(payload) || !reason.complete()) return Step::failure(CloseReason::bad_utf8);
  }
  // Whatever a begun message holds is of no use any more; the payload itself is not in there.
  fail(CloseReason::normal);
  sink.on_close(code, payload);
  return {Step::Kind::stop};
}

}  // namespace confab::ws
