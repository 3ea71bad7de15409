// SPDX-License-Identifier: MIT
#include "net/websocket_query.hpp"

#include "confab/base/names.hpp"
#include "net/url.hpp"

namespace confab::net {
namespace {

constexpr std::uint64_t kShortestBatch = 10;
constexpr std::uint64_t kLongestBatch = 1000;

}  // namespace

result<WebSocketQuery> WebSocketQuery::read(const HttpRequest& request) {
  WebSocketQuery query;
  if (const auto named = request.query("user")) {
    if (!legal_user_name(*named)) return Fault{errc::bad_message, "user", "This is no legal name of a user."};
    query.user.emplace(*named);
  }
  if (const auto envelope = request.query("envelope")) {
    if (*envelope != "gzip") return Fault{errc::bad_message, "envelope", "This is gzip, or left out."};
    query.envelope = true;
  }
  if (const auto batch = request.query("batch")) {
    const auto width = parse_decimal(*batch);
    if (!width || *width < kShortestBatch || *width > kLongestBatch)
      return Fault{errc::bad_message, "batch", "This is a number of milliseconds from 10 to 1000."};
    query.batch = Milliseconds(*width);
  }
  return query;
}

}  // namespace confab::net
