// SPDX-License-Identifier: MIT
#include "cli/http_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>

#include "cli/identity.hpp"
#include "confab/base/json.hpp"

namespace confab::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// Of an answer: far above a page of history.
constexpr std::uint64_t kLargestBody = 64 * 1024 * 1024;

}  // namespace

HttpClient::HttpClient(ServerUrl url, std::string key) : dialer_(std::move(url)), key_(std::move(key)) {}

outcome<HttpAnswer> HttpClient::get(std::string_view target) {
  return ask(Verb::get, target, {});
}

outcome<HttpAnswer> HttpClient::post(std::string_view target, std::string_view body) {
  return ask(Verb::post, target, body);
}

outcome<HttpAnswer> HttpClient::ask(Verb verb, std::string_view target, std::string_view body) {
  std::optional<outcome<HttpAnswer>> answer;
  asio::co_spawn(io_, converse(verb, target, body),
                 [&answer](const std::exception_ptr& error, outcome<HttpAnswer> given) {
                   if (error) std::rethrow_exception(error);
                   answer = std::move(given);
                 });
  io_.restart();
  io_.run();
  return std::move(*answer);
}

asio::awaitable<outcome<HttpAnswer>> HttpClient::converse(Verb verb, std::string_view target,
                                                          std::string_view body) {
  if (link_ != nullptr) {
    // The server may have closed it while nothing was asked.
    auto answer = co_await exchange(verb, target, body);
    if (answer) co_return answer;
  }
  auto link = co_await dialer_.dial();
  if (!link) co_return link.error();
  link_ = std::move(*link);
  co_return co_await exchange(verb, target, body);
}

asio::awaitable<outcome<HttpAnswer>> HttpClient::exchange(Verb verb, std::string_view target,
                                                          std::string_view body) {
  http::request<http::string_body> request(verb, dialer_.url().prefix + std::string(target), 11);
  request.set(http::field::host, dialer_.url().authority());
  request.set(http::field::user_agent, kUserAgent);
  request.set(http::field::accept, "application/json");
  if (!key_.empty()) request.set("X-API-Key", key_);
  if (verb == Verb::post) {
    request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
  }
  http::response_parser<http::string_body> parser;
  parser.body_limit(kLargestBody);
  buffer_.clear();
  link_->tcp().expires_after(kStepLimit);
  auto [error, bytes] = co_await http::async_write(*link_, request, kAwait);
  if (!error) std::tie(error, bytes) = co_await http::async_read(*link_, buffer_, parser, kAwait);
  if (error) {
    link_.reset();
    const std::string why = error == boost::beast::error::timeout ? "no answer in time" : error.message();
    co_return Trouble{Trouble::Kind::unreachable, dialer_.url().text() + " didn't answer: " + why};
  }
  link_->tcp().expires_never();
  if (!parser.get().keep_alive()) link_.reset();
  co_return HttpAnswer{parser.get().result_int(), std::move(parser.get().body())};
}

Trouble refusal(const HttpAnswer& answer) {
  json::Parser parser;
  json::Object error;
  std::string message;
  std::string detail;
  if (const auto body = parser.object(answer.body)) {
    const json::Value* value = (*body)->find("error");
    if (value != nullptr && value->is(json::Kind::object)) error.assign(*value);
  }
  if (const json::Value* text = error.find("message"); text == nullptr || !text->string(message))
    return {Trouble::Kind::refused,
            "The server answered with HTTP status " + std::to_string(answer.status) + "."};
  std::string part;
  if (const json::Value* code = error.find("code"); code != nullptr && code->string(part)) detail = part;
  if (const json::Value* field = error.find("field"); field != nullptr && field->string(part))
    (detail += ", field ") += part;
  return {Trouble::Kind::refused, "The server refused: " + message + " (" + detail + ")"};
}

}  // namespace confab::cli
