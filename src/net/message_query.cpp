// SPDX-License-Identifier: MIT
#include "net/message_query.hpp"

#include <algorithm>

#include "confab/base/names.hpp"
#include "confab/core/subscription.hpp"
#include "net/url.hpp"

namespace confab::net {
namespace {

constexpr std::size_t kMostHistory = 100'000;

}  // namespace

result<MessageQuery> MessageQuery::read(const HttpRequest& request, const MessagePollOptions& options) {
  MessageQuery query;
  for (const std::string_view room : request.queries("room"))
    if (std::find(query.rooms.begin(), query.rooms.end(), room) == query.rooms.end())
      query.rooms.emplace_back(room);
  if (query.rooms.empty()) query.rooms.push_back(options.default_room);
  if (query.rooms.size() > Subscriber::kMostRooms)
    return Fault{errc::bad_room, "room", "A poll takes at most 32 rooms."};
  if (const auto user = request.query("user")) {
    if (!legal_user_name(*user)) return Fault{errc::bad_message, "user", "This is no legal name of a user."};
    query.user = *user;
  }
  if (const auto since = request.query("since"); since && !since->empty()) {
    query.since = PollSince::parse(*since);
    if (!query.since)
      return Fault{errc::bad_message, "since", "This is a cursor, a number of milliseconds or an ISO time."};
  }
  if (const auto history = request.query("history")) {
    const auto count = parse_decimal(*history);
    if (!count || *count > kMostHistory)
      return Fault{errc::bad_message, "history", "This is a number from 0 to 100000."};
    query.history = static_cast<std::size_t>(*count);
  }
  query.timeout = options.timeout;
  if (const auto timeout = request.query("timeout")) {
    const auto seconds = parse_decimal(*timeout);
    if (!seconds) return Fault{errc::bad_message, "timeout", "This is a number of seconds."};
    query.timeout = std::chrono::seconds(std::min<std::uint64_t>(*seconds, 86'400));
  }
  query.timeout = std::min(query.timeout, options.max_timeout);
  return query;
}

}  // namespace confab::net
