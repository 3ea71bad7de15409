// SPDX-License-Identifier: MIT
#pragma once
#include <span>

#include "confab/base/clock.hpp"
#include "confab/base/loop.hpp"
#include "confab/core/history.hpp"
#include "confab/core/hub.hpp"
#include "net/session_key.hpp"
#include "protocol/native/receiver.hpp"

namespace confab::net {

/// What all transports of clients work with. Made in the composition root, and outlives them.
struct ClientContext {
  Loop& loop;
  Hub& hub;
  History& history;
  native::Receiver& receiver;
  const SessionKey& key;
  std::span<char> read_buffer;  ///< the loop's one; used only within a call

  struct Heartbeat {
    Milliseconds interval;  ///< how often a silent peer is asked for a sign of life
    Milliseconds timeout;   ///< how long the answer may take
  } heartbeat;
};

}  // namespace confab::net
