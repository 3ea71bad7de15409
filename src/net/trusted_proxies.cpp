// SPDX-License-Identifier: MIT
#include "net/trusted_proxies.hpp"

#include <algorithm>

#include "net/url.hpp"

namespace confab::net {

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const auto& text : networks)
    if (const auto network = config::parse_network(text)) networks_.push_back(*network);
}

bool TrustedProxies::trusts(std::string_view address) const {
  return address == "unix" || std::any_of(networks_.begin(), networks_.end(), [&](const auto& network) {
           return config::covers(network, address);
         });
}

std::string TrustedProxies::client_of(std::string_view peer, const HttpRequest& request) const {
  std::string client(peer);
  if (!trusts(client)) return client;
  // A field that comes several times stands for one list, in its order (RFC 9110 section 5.3).
  std::vector<std::string_view> passed;
  request.for_each_header([&](std::string_view name, std::string_view value) {
    if (!equal_ignoring_case(name, "X-Forwarded-For")) return;
    for_each_token(value, [&](std::string_view token) { passed.push_back(token); });
  });
  for (auto said = passed.rbegin(); said != passed.rend() && trusts(client); ++said) {
    if (!config::is_address(*said)) break;
    client = *said;
  }
  return client;
}

}  // namespace confab::net
