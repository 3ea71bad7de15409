// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>

#include "confab/base/clock.hpp"
#include "net/http_request.hpp"

namespace confab::net {

/// What the address of a WebSocket asks for besides (protocol.md, section 2).
struct WebSocketQuery {
  std::optional<std::string> user;  ///< a legal name
  bool envelope = false;            ///< long messages come inside envelopes, where JSON is spoken
  Milliseconds batch{0};            ///< for how long a room's events wait for more; 0: they don't

  /// bad_message with the parameter's name.
  static result<WebSocketQuery> read(const HttpRequest& request);
};

}  // namespace confab::net
