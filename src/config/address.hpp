// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace confab::config {

/// Where to listen: `host:port`, `[v6]:port`, `unix:/path` or `fd://N` (a socket that was handed over, such
/// as by systemd). A host is a name or an address and isn't resolved here; port 0 is any free one.
struct ListenAddress {
  enum class Kind : std::uint8_t { tcp, unix_path, descriptor };

  Kind kind = Kind::tcp;
  std::string host;        ///< without brackets; an IPv6 address in its shortest form
  std::uint16_t port = 0;  ///< host byte order
  std::string path;        ///< absolute, fits sockaddr_un
  int descriptor = -1;

  bool operator==(const ListenAddress&) const = default;
};

std::optional<ListenAddress> parse_listen_address(std::string_view text);

/// A range of addresses, `10.0.0.0/8` or `fd00::/8`; a bare address is a range of one.
struct Network {
  enum class Family : std::uint8_t { v4, v6 };

  Family family = Family::v4;
  std::array<std::uint8_t, 16> address{};  ///< network byte order; of v4 the first four
  unsigned prefix = 0;                     ///< bits

  bool operator==(const Network&) const = default;
};

/// Nothing where bits are set beyond the prefix: 10.0.0.5/8 is either one host or a network, and trust is no
/// place to guess.
std::optional<Network> parse_network(std::string_view text);

/// Whether the text is an IPv4 or IPv6 address, without brackets, port or zone.
bool is_address(std::string_view text);

/// Whether the address is in the network; false where the text is none.
bool covers(const Network& network, std::string_view address);

/// A port without sign, space or leading zero; nothing where it isn't one.
std::optional<std::uint16_t> parse_port(std::string_view text) noexcept;

/// Whether the text is a host's name (RFC 1123 labels, an underscore let pass) or an IPv4 address.
bool is_host(std::string_view text) noexcept;

/// The shortest form of an IPv6 address (RFC 5952); nothing where it isn't one. Takes no zone.
std::optional<std::string> canonical_ipv6(std::string_view text);

}  // namespace confab::config
