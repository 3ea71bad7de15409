// SPDX-License-Identifier: MIT
#include "cli/dialer.hpp"

#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>

namespace confab::cli {
namespace {

namespace asio = boost::asio;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

bool is_address(const std::string& host) {
  boost::system::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

std::string sentence_of(const boost::system::error_code& error) {
  return error == boost::beast::error::timeout ? "no answer in time" : error.message();
}

}  // namespace

Dialer::Dialer(ServerUrl url) : url_(std::move(url)), trust_(asio::ssl::context::tls_client) {
  trust_.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  trust_.set_verify_mode(asio::ssl::verify_peer);
  boost::system::error_code ignored;  // without them no server is trusted, which dialling says
  trust_.set_default_verify_paths(ignored);
}

Trouble Dialer::unreachable(const boost::system::error_code& error) const {
  return {Trouble::Kind::unreachable, url_.text() + " can't be reached: " + sentence_of(error)};
}

asio::awaitable<outcome<std::unique_ptr<Link>>> Dialer::dial() {
  auto link = std::make_unique<Link>(co_await asio::this_coro::executor);
  boost::system::error_code error;
  // Asking for names blocks; there is nothing else to do meanwhile.
  asio::ip::tcp::resolver resolver(link->get_executor());
  const auto addresses = resolver.resolve(url_.host, url_.port, error);
  if (error) co_return unreachable(error);
  link->tcp().expires_after(kStepLimit);
  const auto [failed, address] = co_await link->tcp().async_connect(addresses, kAwait);
  if (failed) co_return unreachable(failed);
  link->tcp().socket().set_option(asio::ip::tcp::no_delay(true), error);
  if (url_.scheme == ServerUrl::Scheme::https) {
    const auto shaken = co_await shake_hands(*link);
    if (!shaken) co_return shaken.error();
  }
  link->tcp().expires_never();
  co_return link;
}

asio::awaitable<outcome<void>> Dialer::shake_hands(Link& link) {
  Link::Tls& tls = link.secure(trust_);
  SSL* const session = tls.native_handle();
  if (is_address(url_.host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), url_.host.c_str());
  } else {
    SSL_set1_host(session, url_.host.c_str());
    SSL_set_tlsext_host_name(session, url_.host.c_str());  // a name, never an address (RFC 6066 section 3)
  }
  const auto [failed] = co_await tls.async_handshake(asio::ssl::stream_base::client, kAwait);
  if (!failed) co_return outcome<void>();
  const long verdict = SSL_get_verify_result(session);
  if (failed.category() != asio::error::get_ssl_category() || verdict == X509_V_OK)
    co_return unreachable(failed);
  co_return Trouble{Trouble::Kind::refused,
                    url_.text() + " isn't to be trusted: " + X509_verify_cert_error_string(verdict)};
}

}  // namespace confab::cli
