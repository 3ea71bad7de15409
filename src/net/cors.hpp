// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "net/http_reply.hpp"
#include "net/http_request.hpp"

namespace confab::net {

/// Which web pages may talk to the server: the list `origins` of the configuration. Patterns are "*" (all),
/// an exact origin ("https://a.example:8443"), or one with a leading label left open
/// ("https://*.example.com": any depth below it, not example.com itself). Compared without case; a default
/// port equals none.
class Cors {
 public:
  explicit Cors(const std::vector<std::string>& patterns);

  /// Whether a request with this Origin is welcome. One without (no browser sent it) always is.
  bool allows(const HttpRequest& request) const;
  bool allows(std::string_view origin) const;

  /// The fields of an ordinary answer, each ended by CRLF; "" where the request has no Origin and needs none.
  std::string answer_lines(const HttpRequest& request) const;

  /// Adds the fields of the answer to a preflight (Fetch standard, "CORS-preflight request"). `methods` is
  /// the list of the route, such as "GET, HEAD, POST".
  void answer_preflight(HttpReply& reply, const HttpRequest& request, std::string_view methods) const;

  static bool is_preflight(const HttpRequest& request) noexcept;

 private:
  struct Pattern {
    std::string scheme;  // "https"
    std::string host;    // "a.example" or, with `below`, ".example.com"
    std::string port;
    bool below = false;
  };

  std::vector<Pattern> patterns_;
  bool any_ = false;
};

}  // namespace confab::net
