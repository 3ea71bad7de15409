// SPDX-License-Identifier: MIT
#include "net/http_exchange.hpp"

#include "net/http_connection.hpp"

namespace confab::net {

HttpExchange::HttpExchange(HttpConnection& connection, std::unique_ptr<HttpRequest> request)
    : request_(std::move(request)),
      connection_(&connection),
      body_(request_->method() == Method::head ? ReplyContext::Body::omitted : ReplyContext::Body::sent),
      version_(request_->http11() ? ReplyContext::Version::http11 : ReplyContext::Version::http10),
      after_(request_->keep_alive() ? AfterReply::keep_alive : AfterReply::close) {}

HttpExchange::~HttpExchange() {
  if (connection_ != nullptr) fail({errc::internal, nullptr, nullptr});
}

void HttpExchange::reply(const HttpReply& reply) {
  if (connection_ != nullptr) connection_->answer(*this, reply);
}

void HttpExchange::fail(const Fault& fault) {
  if (connection_ != nullptr) connection_->answer(*this, HttpReply::from(fault));
}

std::optional<HttpExchange::TakenOver> HttpExchange::take_over() {
  if (connection_ == nullptr) return std::nullopt;
  return connection_->take_over(*this);
}

std::string HttpExchange::remote_address() const {
  return connection_ == nullptr ? std::string() : connection_->stream().remote_address();
}

bool HttpExchange::is_loopback_tcp() const noexcept {
  return connection_ != nullptr && connection_->stream().is_loopback_tcp();
}

}  // namespace confab::net
