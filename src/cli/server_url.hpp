// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/trouble.hpp"

namespace confab::cli {

/// Where the server is: `http://HOST[:PORT][/PREFIX]` or https. A prefix is for a server behind a proxy that
/// has it below a path.
struct ServerUrl {
  enum class Scheme : std::uint8_t { http, https };

  Scheme scheme = Scheme::http;
  std::string host;    ///< an IPv6 address without its brackets
  std::string port;    ///< decimal; the scheme's own where none was given
  std::string prefix;  ///< empty, or `/a/b` without a slash at its end

  /// A usage trouble where it is none: another scheme, user information, a query, a fragment.
  static outcome<ServerUrl> parse(std::string_view text);

  /// As it stands in a Host field: without the scheme's own port (RFC 9110 section 7.2).
  std::string authority() const;

  /// For sentences: `http://127.0.0.1:3000`.
  std::string text() const;
};

/// All but letters, digits and `-._~` as %XX: for one segment of a path or one value of a query.
std::string percent_encode(std::string_view text);

}  // namespace confab::cli
