// SPDX-License-Identifier: MIT
#pragma once
#include <optional>

#include "confab/base/clock.hpp"
#include "net/stream.hpp"

namespace confab::net {

/// What becomes of a peer that says nothing by itself, by what its kernel acknowledged.
struct PeerLife {
  enum class State : std::uint8_t {
    alive,    ///< it has acknowledged all that it was sent
    waiting,  ///< it has yet to, and there is time
    gone,     ///< it hasn't for the whole timeout
  } state;
  Milliseconds look_again{};  ///< while waiting: when it will be known
};

/// `seen` is nothing where the connection can't be lost unnoticed (unix sockets).
inline PeerLife judge_peer(const std::optional<Stream::Liveness>& seen, Milliseconds timeout) noexcept {
  if (!seen || seen->unacknowledged == 0) return {PeerLife::State::alive};
  if (seen->since_last_ack >= timeout) return {PeerLife::State::gone};
  return {PeerLife::State::waiting, timeout - seen->since_last_ack};
}

}  // namespace confab::net
