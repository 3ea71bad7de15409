// SPDX-License-Identifier: MIT
#include "net/chunk_decoder.hpp"

#include <algorithm>

#include "net/url.hpp"

namespace confab::net {
namespace {

constexpr std::uint32_t kMaxOverhead = 16 * 1024;

/// VCHAR, obs-text, space or tab.
bool is_text(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

ChunkDecoder::Status ChunkDecoder::feed(std::string_view& in, std::string& out, std::size_t limit) {
  while (state_ != State::done) {
    if (in.empty()) return Status::need_more;
    if (state_ == State::data) {
      const std::size_t n = std::min<std::uint64_t>(remaining_, in.size());
      out.append(in.substr(0, n));
      in.remove_prefix(n);
      remaining_ -= n;
      if (remaining_ == 0) state_ = State::data_cr;
      continue;
    }
    if (!step(in.front())) return Status::malformed;
    in.remove_prefix(1);
    // Told by the size alone: nothing of a chunk that will not fit is taken.
    if (remaining_ > limit - std::min(limit, out.size())) return Status::too_large;
  }
  return Status::done;
}

bool ChunkDecoder::step(char c) noexcept {
  const auto go = [this](State next) {
    state_ = next;
    return true;
  };
  switch (state_) {
    case State::size_first:
    case State::size:
      if (const int digit = hex_digit(c); digit >= 0) {
        if (remaining_ >> 60 != 0) return false;
        remaining_ = remaining_ * 16 + static_cast<unsigned>(digit);
        return go(State::size);
      }
      if (state_ == State::size_first) return false;
      if (c == '\r') return go(State::size_lf);
      return c == ';' && go(State::extension);
    case State::extension:
      if (c == '\r') return go(State::size_lf);
      return is_text(c) && ++overhead_ <= kMaxOverhead;
    case State::size_lf:
      return c == '\n' && go(remaining_ == 0 ? State::trailer_start : State::data);
    case State::data_cr:
      return c == '\r' && go(State::data_lf);
    case State::data_lf:
      return c == '\n' && go(State::size_first);
    case State::trailer_start:
      if (c == '\r') return go(State::end_lf);
      return is_token_byte(c) && ++overhead_ <= kMaxOverhead && go(State::trailer_name);
    case State::trailer_name:
      if (++overhead_ > kMaxOverhead) return false;
      if (c == ':') return go(State::trailer_value);
      return is_token_byte(c);
    case State::trailer_value:
      if (c == '\r') return go(State::trailer_lf);
      return is_text(c) && ++overhead_ <= kMaxOverhead;
    case State::trailer_lf:
      return c == '\n' && go(State::trailer_start);
    case State::end_lf:
      return c == '\n' && go(State::done);
    case State::data:
    case State::done:
      break;
  }
  return false;
}

}  // namespace confab::net
