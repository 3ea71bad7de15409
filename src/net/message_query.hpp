// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "net/http_request.hpp"
#include "net/message_polls.hpp"
#include "net/poll_since.hpp"

namespace confab::net {

/// What one GET /api/messages asks for.
struct MessageQuery {
  std::vector<std::string> rooms;  ///< each once
  std::string user;                ///< as whom the rules are asked; empty: a guest
  std::optional<PollSince> since;
  std::optional<std::size_t> history;  ///< where there is no `since`
  Milliseconds timeout{};

  /// Faults: bad_message with its field, bad_room.
  static result<MessageQuery> read(const HttpRequest& request, const MessagePollOptions& options);
};

}  // namespace confab::net
