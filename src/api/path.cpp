// SPDX-License-Identifier: MIT
#include "api/path.hpp"

#include "confab/base/names.hpp"
#include "confab/core/field_reader.hpp"
#include "confab/core/span_of_time.hpp"

namespace confab::api {
namespace {

constexpr std::size_t kMostReason = 256;

std::string reason_of(FieldReader& in) {
  std::string reason = in.optional_text("reason").value_or("");
  if (reason.size() > kMostReason) in.wrong("reason", "A reason has at most 256 bytes.");
  return reason;
}

}  // namespace

result<std::string> room_of(const net::HttpRequest& request, ServerRooms servers) {
  std::string room(request.variable("room"));
  if (!legal_room_name(room)) return Fault{errc::bad_room, "room"};
  const bool known =
      room == "$all" || (room.front() == '@' && legal_user_name(std::string_view(room).substr(1)));
  if (is_server_room(room) && !known)
    return Fault{errc::bad_room, "room", "The server's rooms are $all and those of users, as in @ann."};
  if (servers == ServerRooms::refused && is_server_room(room))
    return Fault{errc::forbidden, "room", "Rooms of this name are the server's."};
  return room;
}

result<std::string> user_of(const net::HttpRequest& request) {
  std::string user(request.variable("user"));
  if (!legal_user_name(user) && !legal_guest_name(user))
    return Fault{errc::bad_message, "user", "This is no legal name of a user."};
  return user;
}

result<UserOfRoom> UserOfRoom::read(const net::HttpRequest& request, ServerRooms servers) {
  auto room = room_of(request, servers);
  if (!room) return room.error();
  auto user = user_of(request);
  if (!user) return user.error();
  return UserOfRoom{std::move(*room), std::move(*user)};
}

result<TermBody> TermBody::read(const Context& context, const net::HttpRequest& request, const char* name) {
  TermBody body;
  if (request.body().empty()) return body;
  const auto fields = context.parser.object(request.body());
  if (!fields) return fields.error();
  FieldReader in(**fields);
  body.time = optional_time(in, **fields, name);
  body.reason = reason_of(in);
  if (in.fault()) return *in.fault();
  return body;
}

result<std::string> read_reason(const Context& context, const net::HttpRequest& request) {
  if (request.body().empty()) return std::string();
  const auto fields = context.parser.object(request.body());
  if (!fields) return fields.error();
  FieldReader in(**fields);
  std::string reason = reason_of(in);
  if (in.fault()) return *in.fault();
  return reason;
}

}  // namespace confab::api
