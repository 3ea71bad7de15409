// SPDX-License-Identifier: MIT
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "cli/link.hpp"
#include "cli/server_url.hpp"
#include "cli/trouble.hpp"

namespace confab::cli {

/// No step of a conversation with the server takes longer: connecting, the TLS handshake, an HTTP answer.
inline constexpr std::chrono::seconds kStepLimit{15};

/// Opens connections to one server. TLS trusts the system's authorities (OpenSSL's: SSL_CERT_FILE and
/// SSL_CERT_DIR change them), takes 1.2 and later, and checks the host's name.
class Dialer {
 public:
  explicit Dialer(ServerUrl url);

  const ServerUrl& url() const noexcept { return url_; }

  /// Tries each address of the host in turn. The trouble is `unreachable`, or `refused` where the server
  /// isn't the one it should be.
  boost::asio::awaitable<outcome<std::unique_ptr<Link>>> dial();

 private:
  Trouble unreachable(const boost::system::error_code& error) const;
  boost::asio::awaitable<outcome<void>> shake_hands(Link& link);

  ServerUrl url_;
  boost::asio::ssl::context trust_;
};

}  // namespace confab::cli
