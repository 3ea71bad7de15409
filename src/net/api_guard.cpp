// SPDX-License-Identifier: MIT
#include "net/api_guard.hpp"

#include <arpa/inet.h>

#include "confab/base/digest.hpp"
#include "net/url.hpp"

namespace confab::net {
namespace {

constexpr const char* kNoKeys =
    "No API key is configured (api.keys), so only programs on this machine may call this, without a proxy "
    "between.";

bool has_scope(const ApiKey& key, Access access) noexcept {
  switch (access) {
    case Access::backend:
      return key.read || key.publish || key.admin;
    case Access::backend_read:
      return key.read;
    case Access::backend_publish:
      return key.publish;
    case Access::backend_admin:
      return key.admin;
    case Access::open:
    case Access::client:
      return true;
  }
  return false;
}

bool passed_a_proxy(const HttpRequest& request) {
  bool passed = false;
  request.for_each_header([&](std::string_view name, std::string_view) {
    passed |= equal_ignoring_case(name, "Forwarded") || equal_ignoring_case(name, "X-Real-IP") ||
              equal_ignoring_case(name, "Via") || equal_ignoring_case(name.substr(0, 12), "X-Forwarded-");
  });
  return passed;
}

bool is_loopback_origin(std::string_view origin) noexcept {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (equal_ignoring_case(origin.substr(0, scheme.size()), scheme)) {
      return is_loopback_host(origin.substr(scheme.size()));
    }
  }
  return false;
}

bool is_local_program(const HttpRequest& request) {
  const auto origin = request.header("Origin");
  const auto host = request.header("Host");
  return request.peer().loopback_tcp && !passed_a_proxy(request) && host && is_loopback_host(*host) &&
         (!origin || (request.header_count("Origin") == 1 && is_loopback_origin(*origin)));
}

/// What the request shows in place of a key, in up to two fields.
struct Shown {
  std::string_view bearer;
  std::string_view field;
};

Shown shown_keys(const HttpRequest& request) {
  constexpr std::string_view kBearer = "Bearer ";
  Shown shown;
  const std::string_view authorization = request.header("Authorization").value_or("");
  if (equal_ignoring_case(authorization.substr(0, kBearer.size()), kBearer)) {
    shown.bearer = trimmed(authorization.substr(kBearer.size()));
  }
  shown.field = request.header("X-API-Key").value_or("");
  return shown;
}

}  // namespace

bool is_loopback_host(std::string_view host_and_port) noexcept {
  std::string_view host = host_and_port;
  std::string_view port;
  if (host.starts_with('[')) {
    const auto bracket = host.find(']');
    if (bracket == std::string_view::npos) return false;
    port = host.substr(bracket + 1);
    host = host.substr(1, bracket - 1);
    if (!port.empty() && port.front() != ':') return false;
  } else if (const auto colon = host.find(':'); colon != std::string_view::npos) {
    port = host.substr(colon);
    host = host.substr(0, colon);
    if (host.empty()) return false;
  }
  if (!port.empty() && port.substr(1).find_first_not_of("0123456789") != std::string_view::npos) return false;
  if (equal_ignoring_case(host, "localhost")) return !host_and_port.starts_with('[');
  char text[INET6_ADDRSTRLEN] = {};
  if (host.size() >= sizeof(text)) return false;
  host.copy(text, host.size());
  if (host_and_port.starts_with('[')) {
    in6_addr address{};
    if (::inet_pton(AF_INET6, text, &address) != 1) return false;
    return IN6_IS_ADDR_LOOPBACK(&address) || (IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == 127);
  }
  in_addr address{};
  return ::inet_pton(AF_INET, text, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

const ApiKey* ApiGuard::find(const HttpRequest& request) const {
  const Shown shown = shown_keys(request);
  const ApiKey* found = nullptr;
  // All of them, whichever fits: the time says nothing about the list.
  for (const ApiKey& key : keys_) {
    const bool bearer = constant_time_equal(shown.bearer, key.key);
    const bool field = constant_time_equal(shown.field, key.key);
    if ((bearer || field) && !key.key.empty()) found = &key;
  }
  return found;
}

std::string ApiGuard::key_name(const HttpRequest& request) const {
  const ApiKey* key = find(request);
  return key == nullptr ? std::string() : key->name;
}

result<void> ApiGuard::authorize(const HttpRequest& request, Access access) const {
  if (access == Access::open || access == Access::client) return {};
  if (keys_.empty()) {
    if (is_local_program(request)) return {};
    return Fault{errc::unauthorized, nullptr, kNoKeys};
  }
  const ApiKey* found = find(request);
  if (found == nullptr) {
    return Fault{errc::unauthorized, nullptr,
                 "This takes one of the keys of api.keys, as Bearer or in X-API-Key."};
  }
  if (!has_scope(*found, access)) {
    return Fault{errc::forbidden, nullptr, "The API key does not have the scope that this takes."};
  }
  return {};
}

}  // namespace confab::net
