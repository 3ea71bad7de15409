// SPDX-License-Identifier: MIT
#include "net/http_exchange.hpp"

#include <utility>

namespace confab::net {

HttpExchange::HttpExchange(ExchangeSource& source, std::unique_ptr<HttpRequest> request)
    : request_(std::move(request)),
      source_(&source),
      body_(request_->method() == Method::head ? ReplyContext::Body::omitted : ReplyContext::Body::sent),
      version_(request_->http11() ? ReplyContext::Version::http11 : ReplyContext::Version::http10),
      after_(request_->keep_alive() ? AfterReply::keep_alive : AfterReply::close) {}

HttpExchange::~HttpExchange() {
  if (source_ != nullptr) fail({errc::internal, nullptr, nullptr});
}

void HttpExchange::reply(const HttpReply& reply) {
  if (ExchangeSource* source = std::exchange(source_, nullptr)) source->answer(*this, reply);
}

void HttpExchange::fail(const Fault& fault) {
  if (source_ != nullptr) reply(HttpReply::from(fault));
}

void HttpExchange::abandon() {
  source_ = nullptr;
  if (ExchangeEvents* events = std::exchange(events_, nullptr)) events->on_abort(*this);
}

std::optional<HttpExchange::TakenOver> HttpExchange::take_over() {
  if (source_ == nullptr) return std::nullopt;
  auto taken = source_->take_over();
  if (taken) source_ = nullptr;
  return taken;
}

std::string HttpExchange::remote_address() const {
  return source_ == nullptr ? std::string() : source_->remote_address();
}

bool HttpExchange::is_loopback_tcp() const noexcept {
  return source_ != nullptr && source_->is_loopback_tcp();
}

}  // namespace confab::net
