// SPDX-License-Identifier: MIT
#include "net/http_head.hpp"

#include "net/url.hpp"

namespace confab::net {

HeadScanner::Status HeadScanner::scan(std::string_view bytes) noexcept {
  if (at_ == 0 && !bytes.empty() && !is_token_byte(bytes[0])) return Status::malformed;
  if (breaks_ == 2) return Status::complete;
  while (at_ < bytes.size()) {
    const char c = bytes[at_];
    if (c == '\n') return Status::malformed;
    if (c != '\r') {
      // RFC 9112 section 5.2: a server refuses folded fields; others join them, and then two of us read two
      // requests.
      if (breaks_ == 1 && (c == ' ' || c == '\t')) return Status::malformed;
      breaks_ = 0;
      ++at_;
      continue;
    }
    if (at_ + 1 == bytes.size()) return Status::incomplete;
    if (bytes[at_ + 1] != '\n') return Status::malformed;
    at_ += 2;
    if (++breaks_ == 2) return Status::complete;
  }
  return Status::incomplete;
}

}  // namespace confab::net
