// SPDX-License-Identifier: MIT
#include "confab/core/ice_servers.hpp"

#include "confab/base/digest.hpp"
#include "confab/base/json.hpp"
#include "confab/base/text_of_bytes.hpp"

namespace confab {
namespace {

void append_server(std::string& out, const std::vector<std::string>& urls, std::string_view username,
                   std::string_view credential) {
  if (out.back() != '[') out += ',';
  out += "{\"urls\":[";
  for (const auto& url : urls) {
    if (out.back() != '[') out += ',';
    json::append_quoted(out, url);
  }
  out += ']';
  if (!username.empty()) {
    out += ",\"username\":";
    json::append_quoted(out, username);
    out += ",\"credential\":";
    json::append_quoted(out, credential);
  }
  out += '}';
}

}  // namespace

result<void> IceServers::may_call(const Identity& who) const {
  switch (settings_.allow) {
    case CallRule::anyone:
      return {};
    case CallRule::user:
      if (!who.guest) return {};
      return Fault{errc::forbidden, nullptr, "Only who has a name may call."};
    case CallRule::nobody:
      break;
  }
  return Fault{errc::forbidden, nullptr, "There are no calls on this server."};
}

std::string IceServers::members(std::string_view user, WallMicros now) const {
  std::string out = "\"iceServers\":[";
  for (const IceServer& server : settings_.ice_servers)
    append_server(out, server.urls, server.username, server.credential);
  if (!settings_.turn_secret.empty() && !settings_.turn_urls.empty()) {
    const std::string username = turn_username(user, now / 1'000'000 + settings_.turn_ttl.count());
    append_server(out, settings_.turn_urls, username,
                  base64_encode(hmac_sha1(settings_.turn_secret, username)));
  }
  out += "],\"ttl\":";
  json::append_integer(out, settings_.turn_ttl.count());
  return out;
}

std::string IceServers::turn_username(std::string_view user, std::int64_t expiry) {
  constexpr std::string_view kEncoded = " \"'\\%";
  std::string name = std::to_string(expiry) + ':';
  for (const char c : user) {
    if (kEncoded.find(c) == std::string_view::npos) {
      name += c;
    } else {
      name += '%';
      name += hex_encode({&c, 1});
    }
  }
  return name;
}

}  // namespace confab
