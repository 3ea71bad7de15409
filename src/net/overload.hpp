// SPDX-License-Identifier: MIT
#pragma once
#include "net/http_reply.hpp"

namespace confab::net {

/// The answer to who comes when as many sessions are here as may be: 503 with Retry-After.
inline HttpReply overloaded() {
  HttpReply reply = HttpReply::from({errc::unavailable, nullptr, "Server overloaded"});
  reply.header("Retry-After", "5");
  return reply;
}

}  // namespace confab::net
