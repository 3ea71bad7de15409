// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "confab/core/hub.hpp"

namespace confab::net {

/// The secret addresses of sessions (`sid`): the public clientId, a dot, and 128 bits that only this process
/// can make of it, an HMAC under a key that was drawn at random at its start. So nothing is stored for it,
/// and a guess is as good as any. Never logged.
class SessionKey {
 public:
  SessionKey();

  std::string sid(const Session& session) const;

  /// The session that the sid opens; null where it is none of this process's, or the session is gone.
  /// Compared in constant time.
  Session* find(const Hub& hub, std::string_view sid) const;

 private:
  std::string secret_of(std::string_view client_id) const;

  std::array<std::byte, 32> key_;
};

}  // namespace confab::net
