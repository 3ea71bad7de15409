// SPDX-License-Identifier: MIT
#pragma once
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <memory>
#include <optional>
#include <string>

#include "net/http_reply.hpp"
#include "net/http_request.hpp"
#include "net/stream.hpp"

namespace confab::net {

class HttpConnection;
class HttpExchange;
using HttpExchangePtr = boost::intrusive_ptr<HttpExchange>;

/// Who holds a request and wants to know that its client has gone.
class ExchangeEvents {
 public:
  /// Once: the client closed its side or the connection broke, and no answer was given yet. A client that
  /// only closed its sending side can still be answered from inside this call; after it the connection is
  /// closed.
  virtual void on_abort(HttpExchange& exchange) = 0;

 protected:
  ~ExchangeEvents() = default;
};

/// Where a request came from and its answer goes: a connection, or a request that carries others. It outlives
/// the exchange, or has it abandoned.
class ExchangeSource {
 public:
  struct TakenOver {
    StreamPtr stream;          ///< bound to nobody, with no promise about pending waits
    std::string leftover;      ///< bytes that came behind the request
    bool half_closed = false;  ///< the client has closed its sending side already
  };

  /// The one answer to it.
  virtual void answer(HttpExchange& exchange, const HttpReply& reply) = 0;

  /// As HttpExchange::take_over(); nothing where there is no stream to be had, and the answer is still due.
  virtual std::optional<TakenOver> take_over() = 0;

  virtual std::string remote_address() const = 0;
  virtual bool is_loopback_tcp() const noexcept = 0;

 protected:
  ~ExchangeSource() = default;
};

/// One request waiting for its one answer. The handler may keep it and answer in a later turn; whoever holds
/// it holds a pointer, and where the last pointer goes without an answer the client gets 500 `internal`. It
/// outlives its connection: every call on one whose client is gone does nothing.
class HttpExchange final : public boost::intrusive_ref_counter<HttpExchange, boost::thread_unsafe_counter> {
 public:
  HttpExchange(ExchangeSource& source, std::unique_ptr<HttpRequest> request);
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  /// Not after release_request().
  const HttpRequest& request() const noexcept { return *request_; }

  HttpRequest& request() noexcept { return *request_; }

  /// Lets go of the request's memory, for those who hold many. The answer is unaffected.
  void release_request() noexcept { request_.reset(); }

  /// Whether an answer can still be given: none was, and the client is there.
  bool open() const noexcept { return source_ != nullptr; }

  void reply(const HttpReply& reply);
  void fail(const Fault& fault);

  /// Asks for on_abort, from inside the handler (one listener, null forgets it). The listener forgets itself
  /// before it goes. Without one, a client that only closed its sending side is answered, whenever the answer
  /// comes.
  void watch(ExchangeEvents* events) noexcept { events_ = events; }

  /// Fields that every answer to this request carries, each ended by CRLF (CORS); take-overs write them
  /// themselves.
  void set_common_lines(std::string lines) { common_lines_ = std::move(lines); }

  const std::string& common_lines() const noexcept { return common_lines_; }

  using TakenOver = ExchangeSource::TakenOver;

  /// The client is gone, or what stood for it.
  void abandon();

  /// Takes the stream away from HTTP, for an upgrade or a stream of events: the request must be a GET.
  /// Nothing of earlier answers is left to be sent. The exchange is done and the HTTP connection is gone
  /// afterwards. Nothing where the client is gone.
  std::optional<TakenOver> take_over();

  /// Facts of the client that stay known after release_request(); "" and false once it is gone.
  std::string remote_address() const;
  bool is_loopback_tcp() const noexcept;

 private:
  friend class HttpConnection;

  std::unique_ptr<HttpRequest> request_;
  std::string common_lines_;
  ExchangeSource* source_;  // null once answered, taken over, or the client gone
  ExchangeEvents* events_ = nullptr;
  ReplyContext::Body body_;
  ReplyContext::Version version_;
  AfterReply after_;
};

/// Whom complete requests go to: the router.
class HttpHandler {
 public:
  virtual void on_request(HttpExchangePtr exchange) = 0;

 protected:
  ~HttpHandler() = default;
};

}  // namespace confab::net
