// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace confab::ws {

/// One element of Sec-WebSocket-Extensions (RFC 6455 section 9.1).
struct ExtensionOffer {
  struct Parameter {
    std::string name;
    std::optional<std::string> value;  ///< a token; unquoted where it was quoted
  };

  std::string name;
  std::vector<Parameter> parameters;
};

/// The header's values, joined by commas, in the client's order of preference. Nothing where they are not of
/// the grammar: RFC 6455 section 9.1 wants the handshake to fail then (400).
std::optional<std::vector<ExtensionOffer>> parse_extensions(std::string_view header);

/// What was agreed on with one client. Neither side takes its context over, always.
struct DeflateParams {
  /// Where the client's offer named one: the largest window that it can inflate, 9 to 15 bits.
  std::optional<std::uint8_t> server_max_window_bits;

  /// With which of the loop's Deflaters messages to this client are made.
  int window_bits() const noexcept { return server_max_window_bits.value_or(15); }

  bool operator==(const DeflateParams&) const = default;
};

/// Takes the first of the client's permessage-deflate offers that can be kept (RFC 7692 sections 5 and 7.1).
/// Nothing where there is none, or the header is not of the grammar: then the connection goes on without
/// compression.
std::optional<DeflateParams> negotiate(std::string_view sec_websocket_extensions);

/// The value of the answer's Sec-WebSocket-Extensions.
std::string response_header(const DeflateParams& params);

}  // namespace confab::ws
