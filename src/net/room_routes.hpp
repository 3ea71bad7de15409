// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "net/router.hpp"
#include "net/sse_server.hpp"

namespace confab::net {

/// The room that an address stands for, such as `stocks:{symbol}` with the address's variables in braces.
class RoomTemplate {
 public:
  explicit RoomTemplate(std::string_view text);

  /// The room's name by the request's variables; it may be no legal one.
  std::string fill(const HttpRequest& request) const;

 private:
  struct Piece {
    std::string text;
    enum class Kind : std::uint8_t { literal, variable } kind;
  };

  std::vector<Piece> pieces_;
};

/// Makes each configured path a stream of its room. Throws std::logic_error where a path is taken. `server`
/// outlives the router.
void add_room_routes(Router& router, SseServer& server, std::span<const config::SseRoute> routes);

}  // namespace confab::net
