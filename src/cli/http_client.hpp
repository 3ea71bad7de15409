// SPDX-License-Identifier: MIT
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/verb.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "cli/dialer.hpp"

namespace confab::cli {

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

/// The HTTP API as commands ask it: one request after the other over one connection that is kept. Calls
/// return when the answer is there.
class HttpClient {
 public:
  /// An empty key isn't sent.
  HttpClient(ServerUrl url, std::string key);

  /// Paths and queries are encoded already and begin with a slash; the URL's prefix is put before them. Any
  /// status is an answer. A request that a kept connection lost is sent once more over a new one, so a POST
  /// must be one that may be repeated. Troubles: as the Dialer's.
  outcome<HttpAnswer> get(std::string_view target);
  outcome<HttpAnswer> post(std::string_view target, std::string_view body);

 private:
  using Verb = boost::beast::http::verb;

  outcome<HttpAnswer> ask(Verb verb, std::string_view target, std::string_view body);
  boost::asio::awaitable<outcome<HttpAnswer>> converse(Verb verb, std::string_view target,
                                                       std::string_view body);
  boost::asio::awaitable<outcome<HttpAnswer>> exchange(Verb verb, std::string_view target,
                                                       std::string_view body);

  boost::asio::io_context io_{1};
  Dialer dialer_;
  const std::string key_;
  std::unique_ptr<Link> link_;  ///< null: none is open
  boost::beast::flat_buffer buffer_;
};

/// The answer's error as a sentence. Precondition: the status isn't 2xx.
Trouble refusal(const HttpAnswer& answer);

}  // namespace confab::cli
