// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/clock.hpp"
#include "confab/base/result.hpp"
#include "confab/core/permissions.hpp"

namespace confab {

/// Who may call and be told the servers: anybody, whoever has a name, or nobody.
enum class CallRule : std::uint8_t { anyone, user, nobody };

/// A server as a browser's RTCPeerConnection takes it (W3C WebRTC, RTCIceServer).
struct IceServer {
  std::vector<std::string> urls;
  std::string username;    ///< empty: it takes none
  std::string credential;  ///< likewise
};

/// What is configured of WebRTC (config.md, `webrtc`).
struct WebRtc {
  CallRule allow = CallRule::anyone;
  std::vector<IceServer> ice_servers;
  std::vector<std::string> turn_urls;  ///< of the TURN server that shares the secret
  std::string turn_secret;             ///< empty: there is none
  std::chrono::seconds turn_ttl{3600};
};

/// The STUN and TURN servers that clients are told, with credentials of their own for the TURN server, which
/// end by themselves: a REST API for access to TURN services (draft-uberti-behave-turn-rest-00; coturn's
/// `use-auth-secret`). It is asked by the command `ice_servers` and by GET /api/ice-servers.
class IceServers {
 public:
  explicit IceServers(WebRtc settings = {}) : settings_(std::move(settings)) {}

  void set(WebRtc settings) { settings_ = std::move(settings); }

  /// To signal, and to be told the servers: `forbidden`.
  result<void> may_call(const Identity& who) const;

  /// `"iceServers":[…],"ttl":N` for this user; the ttl in seconds. `now` is the wall clock.
  std::string members(std::string_view user, WallMicros now) const;

  /// The name under which the TURN server knows a user until `expiry` (seconds since 1970): `expiry:user`.
  /// Spaces, quotes and backslashes are percent-encoded: coturn 4.6 takes a name with them for an attack on
  /// its database, and refuses it.
  static std::string turn_username(std::string_view user, std::int64_t expiry);

 private:
  WebRtc settings_;
};

}  // namespace confab
