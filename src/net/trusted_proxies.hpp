// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "config/address.hpp"
#include "net/http_request.hpp"

namespace confab::net {

/// Whose word counts about where a request came from (config.md, `trusted_proxies`).
class TrustedProxies {
 public:
  /// Each is legal for config::parse_network.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  /// The address of the client behind `peer`: X-Forwarded-For read from right to left, as long as who said it
  /// is trusted. A peer over a unix socket is. What is no address ends the walk: nobody vouches for what
  /// stands before it.
  std::string client_of(std::string_view peer, const HttpRequest& request) const;

 private:
  bool trusts(std::string_view address) const;

  std::vector<config::Network> networks_;
};

}  // namespace confab::net
