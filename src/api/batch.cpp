// SPDX-License-Identifier: MIT
#include "api/batch.hpp"

#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <string>
#include <utility>
#include <vector>

#include "confab/base/json.hpp"
#include "net/url.hpp"

namespace confab::api {
namespace {

constexpr std::size_t kMostCalls = 100;

/// Bytes of answers behind which nothing more is run.
constexpr std::size_t kMostAnswers = std::size_t{8} << 20;

struct Call {
  std::string method;
  std::string path;
  std::string body;
};

bool may_be_carried(net::Method method) noexcept {
  return method == net::Method::get || method == net::Method::post || method == net::Method::put ||
         method == net::Method::delete_;
}

result<Call> read_call(const json::Object& fields) {
  Call call;
  const json::Value* method = fields.find("method");
  if (method == nullptr || !method->string(call.method) || !may_be_carried(net::parse_method(call.method)))
    return Fault{errc::bad_message, "method", "This is GET, POST, PUT or DELETE."};
  const json::Value* path = fields.find("path");
  if (path == nullptr || !path->string(call.path) || !call.path.starts_with('/'))
    return Fault{errc::bad_message, "path", "This is a path, as in /api/rooms."};
  for (const char byte : call.path)
    if (byte <= ' ' || byte == 0x7f || byte == '#')
      return Fault{errc::bad_message, "path", "What doesn't belong into a path is percent-encoded."};
  const json::Value* body = fields.find("body");
  if (body != nullptr && !body->is(json::Kind::null)) call.body = body->raw;
  return call;
}

/// A call as a request of its own, with what the carrying one shows of who sent it.
result<net::HttpRequest> make_request(const net::HttpRequest& carrier, const Call& call) {
  std::string head = call.method + ' ' + call.path + " HTTP/1.1\r\n";
  carrier.for_each_header([&](std::string_view name, std::string_view value) {
    for (const std::string_view own : {"Content-Length", "Transfer-Encoding", "Connection", "Expect"})
      if (net::equal_ignoring_case(name, own)) return;
    head.append(name).append(": ").append(value).append("\r\n");
  });
  head += "\r\n";
  auto request = net::HttpRequest::parse(std::move(head), SIZE_MAX);
  if (!request) return request;
  request->set_peer(carrier.peer());
  request->mutable_body() = call.body;
  return request;
}

/// The calls of one request while they are run. It holds itself until the last is answered.
class Batch final : public boost::intrusive_ref_counter<Batch, boost::thread_unsafe_counter>,
                    private net::ExchangeSource {
 public:
  Batch(net::Router& router, net::HttpExchangePtr carrier, std::vector<result<Call>> calls)
      : router_(router), carrier_(std::move(carrier)), calls_(std::move(calls)) {}

  void run() {
    const boost::intrusive_ptr<Batch> self(this);
    // Not by recursion: most calls are answered before they return.
    running_ = true;
    while (answered_ == next_ && next_ < calls_.size())
      start(calls_[next_++]);
    running_ = false;
    if (answered_ == calls_.size()) finish();
  }

 private:
  void start(const result<Call>& call) {
    if (results_.size() > kMostAnswers)
      return note(net::HttpReply::from({errc::too_large, nullptr, "The answers before are too long."}));
    if (!call) return note(net::HttpReply::from(call.error()));
    auto request = make_request(carrier_->request(), *call);
    if (!request) return note(net::HttpReply::from(request.error()));
    waiting_ = this;
    router_.on_carried(net::HttpExchangePtr(
        new net::HttpExchange(*this, std::make_unique<net::HttpRequest>(std::move(*request)))));
  }

  void note(const net::HttpReply& reply) {
    results_ += results_.empty() ? "{\"status\":" : ",{\"status\":";
    json::append_integer(results_, reply.status);
    results_ += ",\"body\":";
    results_ += reply.body.empty() ? "null" : reply.body;
    results_ += '}';
    ++answered_;
  }

  void finish() { carrier_->reply(net::HttpReply::json("{\"results\":[" + results_ + "]}")); }

  void answer(net::HttpExchange&, const net::HttpReply& reply) override {
    const auto self = std::exchange(waiting_, nullptr);
    note(reply);
    if (!running_) run();
  }

  std::optional<TakenOver> take_over() override { return std::nullopt; }

  std::string remote_address() const override { return carrier_->request().peer().address; }

  bool is_loopback_tcp() const noexcept override { return carrier_->request().peer().loopback_tcp; }

  net::Router& router_;
  net::HttpExchangePtr carrier_;
  std::vector<result<Call>> calls_;
  boost::intrusive_ptr<Batch> waiting_;  // itself, while a call is being answered
  std::string results_;
  std::size_t next_ = 0;
  std::size_t answered_ = 0;
  bool running_ = false;
};

result<std::vector<result<Call>>> read_calls(const std::string& body) {
  json::Parser parser;
  const auto fields = parser.object(body);
  if (!fields) return fields.error();
  const json::Value* list = (*fields)->find("commands");
  if (list == nullptr || !list->is(json::Kind::array))
    return Fault{errc::bad_message, "commands", "This is a list of calls."};
  std::vector<result<Call>> calls;
  json::Elements elements(*list);
  json::Object call;
  for (json::Value element; elements.next(element);) {
    if (calls.size() == kMostCalls)
      return Fault{errc::bad_message, "commands", "At most 100 calls in one request."};
    if (element.is(json::Kind::object)) {
      call.assign(element);
      calls.push_back(read_call(call));
    } else {
      calls.emplace_back(Fault{errc::bad_message, "commands", "A call is an object."});
    }
  }
  return calls;
}

void on_request(net::Router& router, const net::HttpExchangePtr& exchange) {
  auto calls = read_calls(exchange->request().body());
  if (!calls) return exchange->fail(calls.error());
  boost::intrusive_ptr<Batch>(new Batch(router, exchange, std::move(*calls)))->run();
}

}  // namespace

void add_batch(net::Router& router) {
  router.add(net::Method::post, "/api/batch", net::Access::backend,
             [&router](const net::HttpExchangePtr& exchange) { on_request(router, exchange); });
}

}  // namespace confab::api
