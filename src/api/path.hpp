// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>

#include "api/context.hpp"
#include "confab/base/result.hpp"
#include "net/http_request.hpp"

namespace confab::api {

/// Whether a path may name the server's own rooms.
enum class ServerRooms : std::uint8_t { refused, allowed };

/// The room of a path `/api/rooms/{room}…`; `bad_room`, or `forbidden` where it is one of the server's.
result<std::string> room_of(const net::HttpRequest& request, ServerRooms servers);

/// The user of a path with `{user}`: a legal name, or a guest's. `bad_message` names `user`.
result<std::string> user_of(const net::HttpRequest& request);

/// `/api/rooms/{room}/…/{user}`
struct UserOfRoom {
  std::string room;
  std::string user;

  static result<UserOfRoom> read(const net::HttpRequest& request, ServerRooms servers);
};

/// How long something is to hold, and why: `{"for"?,"reason"?}`. `for` is a time such as "10m" or a number of
/// seconds, up to ten years. A request without a body says neither.
struct TermBody {
  std::optional<Milliseconds> time;
  std::string reason;

  /// The member with the time is called `name`.
  static result<TermBody> read(const Context& context, const net::HttpRequest& request, const char* name);
};

/// `{"reason"?}`; a request without a body gives none.
result<std::string> read_reason(const Context& context, const net::HttpRequest& request);

}  // namespace confab::api
