// SPDX-License-Identifier: MIT
#pragma once
#include "confab/base/json.hpp"
#include "net/client_context.hpp"
#include "net/http_exchange.hpp"

namespace confab::net {

/// POST /api/sessions/{sid}: what clients say whose transport only brings (SSE, long polling). The body is
/// one native message or an array of them; the answer is the array of their acks and errors, in their order.
class SessionPosts {
 public:
  /// Messages in one request.
  static constexpr std::size_t kMostMessages = 100;

  /// The context outlives it. A message over `message_limit` bytes is refused as WebSocket would refuse it,
  /// but without ending the session.
  SessionPosts(ClientContext& context, std::size_t message_limit) noexcept
      : context_(context), message_limit_(message_limit) {}

  void on_request(const HttpExchangePtr& exchange);

  void set_message_limit(std::size_t bytes) noexcept { message_limit_ = bytes; }

 private:
  ClientContext& context_;
  std::size_t message_limit_;
  json::Parser parser_;
};

}  // namespace confab::net
