// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace confab::cli {

/// What a token says of its bearer (protocol.md section 8). Times are seconds since 1970.
struct Claims {
  std::string user;
  std::int64_t issued = 0;
  std::int64_t expires = 0;
  std::vector<std::string> join;     ///< patterns of rooms; none: the rooms' rules decide
  std::vector<std::string> publish;  ///< likewise
  std::vector<std::string> roles;
};

/// The claims as JSON, `confab` only where there is something in it.
std::string claims_json(const Claims& claims);

/// base64url without padding of HMAC-SHA256 (RFC 7518 section 3.2).
std::string hs256(std::string_view secret, std::string_view text);

/// A JWT in its compact form (RFC 7519), signed with HS256.
std::string make_token(const Claims& claims, std::string_view secret);

}  // namespace confab::cli
