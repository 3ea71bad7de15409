// SPDX-License-Identifier: MIT
#include "config/address.hpp"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace confab::config {
namespace {

/// Decimal digits without a leading zero, at most `most`.
std::optional<unsigned> parse_number(std::string_view text, unsigned most) noexcept {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > most) return {};
  if (text.size() > 1 && text[0] == '0') return {};
  return value;
}

std::optional<ListenAddress> parse_tcp(std::string_view host, std::string_view port) {
  const auto number = parse_port(port);
  if (!number) return {};
  ListenAddress address;
  address.port = *number;
  if (host.starts_with('[') && host.ends_with(']')) {
    auto v6 = canonical_ipv6(host.substr(1, host.size() - 2));
    if (!v6) return {};
    address.host = std::move(*v6);
  } else if (is_host(host)) {
    address.host = host;
  } else {
    return {};
  }
  return address;
}

}  // namespace

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  const auto value = parse_number(text, std::numeric_limits<std::uint16_t>::max());
  if (!value) return {};
  return static_cast<std::uint16_t>(*value);
}

std::optional<std::string> canonical_ipv6(std::string_view text) {
  in6_addr binary{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), &binary) != 1) return {};
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(AF_INET6, &binary, out.data(), out.size());
  return std::string(out.data());
}

bool is_host(std::string_view text) noexcept {
  if (text.empty() || text.size() > 253) return false;
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  const auto numeric = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  // What has only digits and dots can't be a name, so it has to be a whole IPv4 address.
  if (std::all_of(text.begin(), text.end(), numeric)) {
    in_addr binary{};
    std::array<char, INET_ADDRSTRLEN> copy{};
    if (text.size() >= copy.size()) return false;
    std::copy(text.begin(), text.end(), copy.begin());
    return inet_pton(AF_INET, copy.data(), &binary) == 1;
  }
  while (true) {
    const std::string_view label = text.substr(0, text.find('.'));
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (!std::all_of(label.begin(), label.end(), legal)) return false;
    if (label.size() == text.size()) return true;
    text.remove_prefix(label.size() + 1);
  }
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  ListenAddress address;
  if (text.starts_with("unix:")) {
    const std::string_view path = text.substr(5);
    if (!path.starts_with('/') || path.ends_with('/') || path.size() >= sizeof(sockaddr_un::sun_path))
      return {};
    address.kind = ListenAddress::Kind::unix_path;
    address.path = path;
    return address;
  }
  if (text.starts_with("fd://")) {
    const auto number = parse_number(text.substr(5), std::numeric_limits<int>::max());
    if (!number) return {};
    address.kind = ListenAddress::Kind::descriptor;
    address.descriptor = static_cast<int>(*number);
    return address;
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  return parse_tcp(text.substr(0, colon), text.substr(colon + 1));
}

std::optional<Network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const std::string host(text.substr(0, slash));
  Network network;
  if (inet_pton(AF_INET6, host.c_str(), network.address.data()) == 1)
    network.family = Network::Family::v6;
  else if (inet_pton(AF_INET, host.c_str(), network.address.data()) != 1)
    return {};
  const unsigned bits = network.family == Network::Family::v6 ? 128 : 32;
  network.prefix = bits;
  if (slash != std::string_view::npos) {
    const auto prefix = parse_number(text.substr(slash + 1), bits);
    if (!prefix) return {};
    network.prefix = *prefix;
  }
  for (unsigned bit = network.prefix; bit < bits; ++bit)
    if (network.address[bit / 8] & (0x80U >> (bit % 8))) return {};
  return network;
}

bool is_address(std::string_view text) {
  return text.find('/') == std::string_view::npos && parse_network(text).has_value();
}

bool covers(const Network& network, std::string_view address) {
  const auto one = is_address(address) ? parse_network(address) : std::nullopt;
  if (!one || one->family != network.family) return false;
  for (unsigned bit = 0; bit < network.prefix; ++bit)
    if ((one->address[bit / 8] ^ network.address[bit / 8]) & (0x80U >> (bit % 8))) return false;
  return true;
}

}  // namespace confab::config
