// SPDX-License-Identifier: MIT
#include "net/signaling.hpp"

#include <string>

#include "confab/base/json.hpp"

namespace confab::net {
namespace {

constexpr std::string_view kRoom = "default";

std::string join_of(const HttpRequest& request) {
  const std::string_view room = request.query("room").value_or("");
  std::string message = R"({"type":"join","room":)";
  json::append_quoted(message, room.empty() ? kRoom : room);
  message += '}';
  return message;
}

}  // namespace

void add_signaling(Router& router, WebSocketServer& server, native::Receiver& receiver) {
  router.add(
      Method::get, "/signaling", Access::client, [&server, &receiver](const HttpExchangePtr& exchange) {
        // A command like any other, so that what the client says next waits until it is in the room.
        server.on_request(exchange, [&receiver, join = join_of(exchange->request())](Session& session) {
          receiver.on_text(session, join);
        });
      });
}

}  // namespace confab::net
