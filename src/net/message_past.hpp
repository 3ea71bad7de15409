// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "confab/core/history.hpp"
#include "net/message_query.hpp"

namespace confab::net {

/// What some rooms have stored since a moment, in the order of stamps.
struct MessagePast {
  std::string messages;   ///< native objects, comma between
  std::size_t count = 0;  ///< of them, at most kMostMessages
  Stamp last = 0;         ///< of the last one
  std::string resets;     ///< a JSON array of the rooms that aren't whole since then; "": all are
};

/// An answer has at most so many messages.
inline constexpr std::size_t kMostMessages = 300;

/// Reads it. `floor` is the moment, under the present `generation`. `done` is called once, perhaps before
/// this returns.
void read_past(History& history, const MessageQuery& query, const std::string& generation, Stamp floor,
               std::function<void(result<MessagePast>)> done);

}  // namespace confab::net
