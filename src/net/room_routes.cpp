// SPDX-License-Identifier: MIT
#include "net/room_routes.hpp"

namespace confab::net {

RoomTemplate::RoomTemplate(std::string_view text) {
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = text.find('}', open == std::string_view::npos ? text.size() : open);
    if (close == std::string_view::npos) {
      pieces_.push_back({std::string(text), Piece::Kind::literal});
      return;
    }
    if (open > 0) pieces_.push_back({std::string(text.substr(0, open)), Piece::Kind::literal});
    pieces_.push_back({std::string(text.substr(open + 1, close - open - 1)), Piece::Kind::variable});
    text.remove_prefix(close + 1);
  }
}

std::string RoomTemplate::fill(const HttpRequest& request) const {
  std::string room;
  for (const Piece& piece : pieces_)
    room += piece.kind == Piece::Kind::literal ? std::string_view(piece.text) : request.variable(piece.text);
  return room;
}

void add_room_routes(Router& router, SseServer& server, std::span<const config::SseRoute> routes) {
  for (const config::SseRoute& route : routes) {
    router.add(Method::get, route.path, Access::client,
               [&server, room = RoomTemplate(route.room)](const HttpExchangePtr& exchange) {
                 server.on_request(exchange, {room.fill(exchange->request())});
               });
  }
}

}  // namespace confab::net
