// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string_view>

#include "confab/core/event.hpp"

namespace confab {

/// Something said to one session alone: `ack`, `error`, `joined`, `messages`, `pong`, `connected`, `reset`.
struct Reply {
  std::string_view name;
  /// The JSON string (quotes included) by which the client knows which message this answers; empty: none.
  std::string_view correlation;
  /// Compact JSON members without braces.
  std::string_view members;
  /// What a wire that numbers its events tells the client to come back with; empty: nothing.
  std::string_view cursor;
  /// Events that travel inside, as `"messages":[…]` in the native shape, where `with_messages` is set.
  std::span<const EventPtr> messages;
  bool with_messages = false;
};

}  // namespace confab
