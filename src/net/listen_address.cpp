// SPDX-License-Identifier: MIT
#include "net/listen_address.hpp"

#include <sys/un.h>

#include <charconv>

namespace confab::net {
namespace {

Fault wrong(const char* detail) noexcept {
  return {errc::bad_message, "listen", detail};
}

template <class Number>
bool parse_number(std::string_view text, Number& number) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() && text.front() != '-';
}

}  // namespace

result<ListenAddress> ListenAddress::parse(std::string_view text) {
  ListenAddress address;
  if (text.starts_with("unix:")) {
    address.kind = Kind::unix_path;
    address.path = text.substr(5);
    if (address.path.empty()) return wrong("a unix socket has a path");
    if (address.path.size() >= sizeof(sockaddr_un::sun_path)) {
      return wrong("the path of a unix socket has at most 107 bytes");
    }
    return address;
  }
  if (text.starts_with("fd://")) {
    address.kind = Kind::descriptor;
    if (!parse_number(text.substr(5), address.descriptor)) return wrong("fd:// is followed by a number");
    return address;
  }
  std::string_view host;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto bracket = text.find("]:");
    if (bracket == std::string_view::npos) return wrong("an IPv6 address is written [address]:port");
    host = text.substr(1, bracket - 1);
    port = text.substr(bracket + 2);
  } else {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return wrong("an address is written host:port");
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (port.find(':') != std::string_view::npos) return wrong("an IPv6 address is written [address]:port");
  }
  if (!parse_number(port, address.port)) return wrong("a port is a number up to 65535");
  address.host = host;
  return address;
}

}  // namespace confab::net
