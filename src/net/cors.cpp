// SPDX-License-Identifier: MIT
#include "net/cors.hpp"

#include <stdexcept>

#include "net/url.hpp"

namespace confab::net {
namespace {

constexpr std::string_view kDefaultHeaders = "Authorization, Content-Type, Last-Event-ID, X-API-Key";
// What a page may ask for: the above, and what clients of EventSource and fetch libraries add by themselves.
constexpr std::string_view kKnownHeaders[] = {"Authorization",   "Content-Type", "Last-Event-ID",
                                              "X-API-Key",       "Accept",       "Cache-Control",
                                              "X-Requested-With"};

struct OriginParts {
  std::string_view scheme;
  std::string_view host;
  std::string_view port;
};

/// scheme://host[:port], nothing behind it (RFC 6454 section 6.2). A default port is left out.
bool split_origin(std::string_view origin, OriginParts& parts) noexcept {
  const auto colon = origin.find("://");
  if (colon == std::string_view::npos || colon == 0) return false;
  parts.scheme = origin.substr(0, colon);
  std::string_view rest = origin.substr(colon + 3);
  if (rest.find_first_of("/?#@ \t") != std::string_view::npos) return false;
  const auto bracket = rest.rfind(']');
  const auto port = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  parts.host = rest.substr(0, port);
  parts.port = port == std::string_view::npos ? std::string_view() : rest.substr(port + 1);
  if (parts.host.empty()) return false;
  if (port != std::string_view::npos &&
      (parts.port.empty() || parts.port.find_first_not_of("0123456789") != std::string_view::npos)) {
    return false;
  }
  if ((equal_ignoring_case(parts.scheme, "http") && parts.port == "80") ||
      (equal_ignoring_case(parts.scheme, "https") && parts.port == "443")) {
    parts.port = {};
  }
  return true;
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

Cors::Cors(const std::vector<std::string>& patterns) {
  for (const std::string& text : patterns) {
    if (text == "*") {
      any_ = true;
      continue;
    }
    OriginParts parts;
    if (!split_origin(text, parts)) throw std::invalid_argument("\"" + text + "\" is not an origin");
    Pattern pattern{std::string(parts.scheme), std::string(parts.host), std::string(parts.port), false};
    if (pattern.host.starts_with("*.")) {
      pattern.below = true;
      pattern.host.erase(0, 1);
    }
    if (pattern.host.find('*') != std::string::npos) {
      throw std::invalid_argument("\"" + text +
                                  "\": a * stands for \"all\", or for the first labels of a host");
    }
    patterns_.push_back(std::move(pattern));
  }
}

bool Cors::allows(std::string_view origin) const {
  if (any_) return true;
  OriginParts parts;
  if (!split_origin(origin, parts)) return false;
  for (const Pattern& pattern : patterns_) {
    if (!equal_ignoring_case(parts.scheme, pattern.scheme) || parts.port != pattern.port) continue;
    if (!pattern.below) {
      if (equal_ignoring_case(parts.host, pattern.host)) return true;
    } else if (parts.host.size() > pattern.host.size() && parts.host.front() != '.' &&
               equal_ignoring_case(parts.host.substr(parts.host.size() - pattern.host.size()),
                                   pattern.host)) {
      return true;
    }
  }
  return false;
}

bool Cors::allows(const HttpRequest& request) const {
  const auto origin = request.header("Origin");
  return !origin || (request.header_count("Origin") == 1 && allows(*origin));
}

std::string Cors::answer_lines(const HttpRequest& request) const {
  std::string lines;
  const auto origin = request.header("Origin");
  if (any_) {
    if (origin) append_line(lines, "Access-Control-Allow-Origin", "*");
    return lines;
  }
  // Also where there is no Origin: a cache may not give that answer to a page (Fetch standard, "CORS and
  // caches").
  append_line(lines, "Vary", "Origin");
  if (origin && allows(request)) {
    append_line(lines, "Access-Control-Allow-Origin", *origin);
    append_line(lines, "Access-Control-Allow-Credentials", "true");
  }
  return lines;
}

bool Cors::is_preflight(const HttpRequest& request) noexcept {
  return request.method() == Method::options && request.header("Origin") &&
         request.header("Access-Control-Request-Method");
}

void Cors::answer_preflight(HttpReply& reply, const HttpRequest& request, std::string_view methods) const {
  if (!is_preflight(request) || !allows(request)) return;
  std::string headers;
  for_each_token(request.header("Access-Control-Request-Headers").value_or(""), [&](std::string_view wanted) {
    for (const std::string_view known : kKnownHeaders) {
      if (!equal_ignoring_case(wanted, known)) continue;
      if (headers.find(known) != std::string::npos) return;
      if (!headers.empty()) headers += ", ";
      headers += known;
    }
  });
  reply.header("Access-Control-Allow-Methods", methods);
  reply.header("Access-Control-Allow-Headers", headers.empty() ? kDefaultHeaders : std::string_view(headers));
  reply.header("Access-Control-Max-Age", "600");
}

}  // namespace confab::net
