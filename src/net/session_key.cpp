// SPDX-License-Identifier: MIT
#include "net/session_key.hpp"

#include "confab/base/digest.hpp"
#include "confab/base/ids.hpp"

namespace confab::net {

SessionKey::SessionKey() {
  random_bytes(key_);
}

std::string SessionKey::secret_of(std::string_view client_id) const {
  return hex(hmac128(key_, client_id));
}

std::string SessionKey::sid(const Session& session) const {
  const std::string id = session.client_id();
  return id + "." + secret_of(id);
}

Session* SessionKey::find(const Hub& hub, std::string_view sid) const {
  const auto dot = sid.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  const std::string_view id = sid.substr(0, dot);
  if (!constant_time_equal(sid.substr(dot + 1), secret_of(id))) return nullptr;
  const auto number = parse_hex64(id.substr(id.rfind('.') + 1));
  return number ? hub.find(*number) : nullptr;
}

}  // namespace confab::net
