// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "confab/base/result.hpp"
#include "confab/core/subscription.hpp"
#include "net/http_request.hpp"
#include "protocol/sse/sse_codec.hpp"

namespace confab::net {

/// What a client asks of a stream of events, by its query and headers (protocol.md, section 3).
struct SseRequest {
  static constexpr std::size_t kMostHistory = 100'000;

  std::string user;  ///< empty: a guest
  Subscription subscription;
  sse::Shape shape = sse::Shape::bare;

  /// `route_rooms` are those that the address stands for; the query's come behind them. Whether the client
  /// may have them is asked of the Subscriber. A Last-Event-ID that can't be read becomes a cursor that
  /// nobody made. Faults: bad_message with its field.
  static result<SseRequest> read(const HttpRequest& request, std::vector<std::string> route_rooms);

  /// As whom the session will be opened; a view of this.
  Identity identity() const noexcept { return {user, user.empty()}; }
};

/// Whether the client takes a stream in gzip (RFC 9110 section 12.5.3).
bool accepts_gzip(const HttpRequest& request) noexcept;

}  // namespace confab::net
