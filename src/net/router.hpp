// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/result.hpp"
#include "net/cors.hpp"
#include "net/http_exchange.hpp"

namespace confab::net {

/// Who may call a route: anybody (`open`, health checks and pages), clients, or the backend with any key
/// (`backend`) or one of a scope.
enum class Access : std::uint8_t { open, client, backend, backend_read, backend_publish, backend_admin };

/// Finds the handler of a request. It also answers what needs none: unknown paths (404), other methods (405
/// with Allow), OPTIONS (204, and as a CORS preflight with its fields), what can't be decoded (400), and whom
/// `authorize` or the Origin refuses (401, 403). HEAD goes to GET's handler. Routes are added before the loop
/// runs.
class Router final : public HttpHandler {
 public:
  using Handler = std::function<void(HttpExchangePtr)>;
  using Authorize = std::function<result<void>(const HttpRequest&, Access)>;

  /// `cors` outlives the router. `authorize` is asked for every route but the open ones; empty: all are let
  /// in.
  Router(const Cors& cors, Authorize authorize);
  ~Router();

  /// Adds a route. In a pattern such as "/api/rooms/{room}/messages" a {variable} is one whole segment, not
  /// empty; literal segments win over variables, segment by segment from the left, and a trailing slash
  /// counts. A route that is there already (whatever its variables are called) and any other mistake throw
  /// std::logic_error.
  void add(Method method, std::string_view pattern, Access access, Handler handler);

  /// What every path that matches no route goes to, for GET and HEAD (static pages); it answers 404 itself.
  void set_fallback(Handler handler) { fallback_ = std::move(handler); }

  void on_request(HttpExchangePtr exchange) override;

  /// A request that another carries: only what takes a key's scope is there for it.
  void on_carried(const HttpExchangePtr& exchange);

 private:
  struct Node;
  struct Target;

  static const Node* find(const Node& node, const std::vector<std::string>& segments, std::size_t depth);
  void dispatch(const HttpExchangePtr& exchange, const Node& node);
  void run(const HttpExchangePtr& exchange, const Target& target);
  void answer_options(HttpExchange& exchange, const Node& node);

  const Cors& cors_;
  Authorize authorize_;
  std::unique_ptr<Node> root_;
  Handler fallback_;
};

}  // namespace confab::net
