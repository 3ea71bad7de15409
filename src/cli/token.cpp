// SPDX-License-Identifier: MIT
#include <chrono>

#include "cli/commands.hpp"
#include "cli/duration.hpp"
#include "cli/jwt.hpp"

namespace confab::cli {

outcome<void> run(const TokenCommand& command, const ServerAccess&, Output& output) {
  const auto lifetime = parse_duration(command.expires);
  if (!lifetime) return Trouble{Trouble::Kind::usage, "--expires takes a time such as 30s, 10m, 1h or 7d."};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  Claims claims;
  claims.user = command.user;
  claims.issued = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  claims.expires = claims.issued + lifetime->count();
  claims.join = command.join;
  claims.publish = command.publish;
  claims.roles = command.roles;
  output.line(make_token(claims, command.secret));
  return output.verdict();
}

}  // namespace confab::cli
