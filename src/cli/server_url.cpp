// SPDX-License-Identifier: MIT
#include "cli/server_url.hpp"

#include <algorithm>
#include <charconv>

namespace confab::cli {
namespace {

Trouble no_url(std::string_view text, std::string_view why) {
  std::string sentence = "\"";
  sentence.append(text) += "\" is no address of a server: ";
  return {Trouble::Kind::usage, sentence.append(why)};
}

bool legal_port(std::string_view text) noexcept {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 1 && number <= 65535;
}

bool plain(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// Takes the scheme off the front of `rest`.
bool take_scheme(std::string_view& rest, ServerUrl& url) {
  const auto at = rest.find("://");
  if (at == std::string_view::npos) return false;
  const std::string_view scheme = rest.substr(0, at);
  rest.remove_prefix(at + 3);
  url.scheme = scheme == "https" ? ServerUrl::Scheme::https : ServerUrl::Scheme::http;
  return scheme == "http" || scheme == "https";
}

/// Splits `HOST:PORT` or `[ADDRESS]:PORT`; false where it is neither.
bool split_authority(std::string_view authority, ServerUrl& url) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return false;
    url.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) return false;
  } else {
    const auto colon = std::min(authority.find(':'), authority.size());
    url.host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  if (port.empty()) {
    url.port = url.scheme == ServerUrl::Scheme::https ? "443" : "80";
  } else {
    url.port = port.substr(1);
  }
  return !url.host.empty() && legal_port(url.port);
}

}  // namespace

outcome<ServerUrl> ServerUrl::parse(std::string_view text) {
  ServerUrl url;
  std::string_view rest = text;
  if (!plain(text)) return no_url(text, "it has spaces or characters beyond ASCII.");
  if (!take_scheme(rest, url)) return no_url(text, "it begins with http:// or https://.");
  if (rest.find_first_of("?#@") != std::string_view::npos)
    return no_url(text, "it takes no user, query or fragment.");
  const auto slash = std::min(rest.find('/'), rest.size());
  if (!split_authority(rest.substr(0, slash), url)) return no_url(text, "the host or the port is wrong.");
  url.prefix = rest.substr(slash);
  while (url.prefix.ends_with('/'))
    url.prefix.pop_back();
  return url;
}

std::string ServerUrl::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : '[' + host + ']';
  if (port != (scheme == Scheme::https ? "443" : "80")) (out += ':') += port;
  return out;
}

std::string ServerUrl::text() const {
  return (scheme == Scheme::https ? "https://" : "http://") + authority() + prefix;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view("-._~").find(c) != std::string_view::npos;
    if (kept) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    ((out += '%') += kDigits[byte >> 4]) += kDigits[byte & 15];
  }
  return out;
}

}  // namespace confab::cli
