// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "confab/base/result.hpp"
#include "net/http_request.hpp"
#include "net/router.hpp"

namespace confab::net {

/// A key of the backend's API and what it may be used for (config `api.keys`).
struct ApiKey {
  std::string name;
  std::string key;
  bool read = false;
  bool publish = false;
  bool admin = false;
};

/// Decides who may use the backend's API (protocol.md section 7): whoever shows a key with the route's scope.
/// With no key configured, only a program on this machine: a loopback TCP peer, no sign of a proxy, a local
/// Host, a local Origin or none.
class ApiGuard {
 public:
  explicit ApiGuard(std::vector<ApiKey> keys) : keys_(std::move(keys)) {}

  /// unauthorized where no good key is shown, forbidden where the key lacks the scope. Open and client routes
  /// are not the guard's business: it lets them in.
  result<void> authorize(const HttpRequest& request, Access access) const;

  /// The name of the key that the request shows; "" where it shows none that is good.
  std::string key_name(const HttpRequest& request) const;

  void set_keys(std::vector<ApiKey> keys) { keys_ = std::move(keys); }

 private:
  const ApiKey* find(const HttpRequest& request) const;

  std::vector<ApiKey> keys_;
};

/// Whether a Host field ("localhost:3000", "127.0.0.1", "[::1]:3000") or the host of an Origin is this
/// machine.
bool is_loopback_host(std::string_view host_and_port) noexcept;

}  // namespace confab::net
