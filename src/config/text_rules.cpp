// SPDX-License-Identifier: MIT
#include "config/text_rules.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "confab/base/names.hpp"
#include "config/address.hpp"

namespace confab::config {
namespace {

bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) noexcept {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}

bool is_visible(char c) noexcept {
  return c > 0x20 && c < 0x7F;
}

bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

bool is_node_tag(std::string_view text) {
  const auto legal = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  return text.size() <= 16 && std::all_of(text.begin(), text.end(), legal);
}

bool is_path(std::string_view text) {
  return text.size() <= 4095 && !has_control(text);
}

bool is_origin_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']'))
    return canonical_ipv6(host.substr(1, host.size() - 2)).has_value();
  if (host.starts_with("*.")) host.remove_prefix(2);
  return is_host(host);
}

bool is_scheme(std::string_view text) noexcept {
  const auto legal = [](char c) { return is_lower(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; };
  return !text.empty() && is_lower(text[0]) && std::all_of(text.begin(), text.end(), legal);
}

bool is_origin_pattern(std::string_view text) {
  if (text == "*") return true;
  const auto slashes = text.find("://");
  if (slashes == std::string_view::npos || !is_scheme(text.substr(0, slashes))) return false;
  std::string_view host = text.substr(slashes + 3);
  const auto colon = host.rfind(':');
  const auto bracket = host.rfind(']');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    if (parse_port(host.substr(colon + 1)).value_or(0) == 0) return false;
    host = host.substr(0, colon);
  }
  return is_origin_host(host);
}

bool is_key_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && !has_control(text);
}

bool is_api_key(std::string_view text) {
  return text.size() >= 16 && text.size() <= 256 && std::all_of(text.begin(), text.end(), is_visible);
}

bool is_room_pattern(std::string_view text) {
  return !text.empty() && text.size() <= 128 && !has_control(text);
}

bool is_event_pattern(std::string_view text) {
  return !text.empty() && text.size() <= 64 && !has_control(text);
}

bool is_room_name(std::string_view text) {
  return legal_room_name(text) && !is_server_room(text);
}

bool is_route_path(std::string_view text) {
  if (text.size() < 2 || text.size() > 256 || text[0] != '/') return false;
  std::set<std::string_view> variables;
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view segment = text.substr(0, text.find('/'));
    if (segment.empty() || segment == "." || segment == "..") return false;
    if (segment.front() == '{') {
      if (segment.size() < 3 || segment.back() != '}') return false;
      const std::string_view name = segment.substr(1, segment.size() - 2);
      if (!is_variable(name) || !variables.insert(name).second) return false;
    } else {
      const auto legal = [](char c) {
        return is_letter(c) || is_digit(c) ||
               std::string_view("-._~!$&'()+,;=:@").find(c) != std::string_view::npos;
      };
      if (!std::all_of(segment.begin(), segment.end(), legal)) return false;
    }
    text.remove_prefix(segment.size());
  }
  return true;
}

bool is_route_room(std::string_view text) {
  // A name begins as its text does: a variable's value that begins with a sign of the server's is refused to
  // the client.
  return is_room_name(text) && for_each_variable(text, [](std::string_view) { return true; });
}

/// `scheme:host[:port]`, of TURN with `?transport=udp` or tcp. The scheme may not be followed by slashes.
bool is_ice_url(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view scheme = text.substr(0, colon);
  const bool turn = scheme == "turn" || scheme == "turns";
  if (!turn && scheme != "stun" && scheme != "stuns") return false;
  std::string_view host = text.substr(colon + 1);
  if (const auto query = host.find('?'); query != std::string_view::npos) {
    const std::string_view transport = host.substr(query + 1);
    if (!turn || (transport != "transport=udp" && transport != "transport=tcp")) return false;
    host = host.substr(0, query);
  }
  const auto port = host.rfind(':');
  const auto bracket = host.rfind(']');
  if (port != std::string_view::npos && (bracket == std::string_view::npos || port > bracket)) {
    if (parse_port(host.substr(port + 1)).value_or(0) == 0) return false;
    host = host.substr(0, port);
  }
  if (host.starts_with('[') && host.ends_with(']'))
    return canonical_ipv6(host.substr(1, host.size() - 2)).has_value();
  return is_host(host);
}

bool is_turn_url(std::string_view text) {
  return is_ice_url(text) && text.starts_with("turn");
}

bool is_ice_credential(std::string_view text) {
  return text.size() <= 512 && !has_control(text);
}

bool is_turn_secret(std::string_view text) {
  return text.size() <= 256 && std::all_of(text.begin(), text.end(), is_visible);
}

bool same_address(std::string_view left, std::string_view right) {
  return parse_listen_address(left) == parse_listen_address(right);
}

bool same_network(std::string_view left, std::string_view right) {
  return parse_network(left) == parse_network(right);
}

}  // namespace

bool is_variable(std::string_view name) noexcept {
  const auto legal = [](char c) { return is_lower(c) || is_digit(c) || c == '_'; };
  return !name.empty() && !is_digit(name[0]) && std::all_of(name.begin(), name.end(), legal);
}

const TextRule kListenAddress{"host:port, [v6]:port, unix:/path or fd://N",
                              [](std::string_view text) { return parse_listen_address(text).has_value(); },
                              same_address};
const TextRule kNodeTag{"up to 16 of a-z, 0-9 and -", is_node_tag};
const TextRule kPath{"a path, or \"\"", is_path};
const TextRule kNetwork{"an address, or a network such as 10.0.0.0/8 without bits beyond its prefix",
                        [](std::string_view text) { return parse_network(text).has_value(); }, same_network};
const TextRule kOriginPattern{"\"*\", scheme://host[:port] without a path, or scheme://*.domain",
                              is_origin_pattern};
const TextRule kKeyName{"text of 1 to 64 bytes", is_key_name};
const TextRule kApiKey{"16 to 256 visible ASCII characters", is_api_key};
const TextRule kRoomPattern{"a room's name of 1 to 128 bytes, in which * stands for any run of characters",
                            is_room_pattern};
const TextRule kEventPattern{"an event's name of 1 to 64 bytes, in which * stands for any run of characters",
                             is_event_pattern};
const TextRule kRoomName{"a room's name: 1 to 128 bytes, not beginning with @ or $", is_room_name};
const TextRule kRoutePath{
    "a path such as /api/stocks/{symbol}/updates, of which whole segments may be {variables}", is_route_path};
const TextRule kRouteRoom{"a room's name, in which {variables} of the path may stand", is_route_room};
const TextRule kIceUrl{
    "stun:host[:port], stuns:…, turn:host[:port][?transport=udp], or turns:… (also transport=tcp)",
    is_ice_url};
const TextRule kTurnUrl{"turn:host[:port][?transport=udp] or turns:… (also transport=tcp)", is_turn_url};
const TextRule kIceCredential{"text of up to 512 bytes", is_ice_credential};
const TextRule kTurnSecret{"up to 256 visible ASCII characters", is_turn_secret};

}  // namespace confab::config
