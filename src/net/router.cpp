// SPDX-License-Identifier: MIT
#include "net/router.hpp"

#include <map>
#include <stdexcept>

namespace confab::net {
namespace {

bool takes_scope(Access access) noexcept {
  return access == Access::backend_read || access == Access::backend_publish ||
         access == Access::backend_admin;
}

bool is_safe(Method method) noexcept {
  return method == Method::get || method == Method::head || method == Method::options;
}

}  // namespace

struct Router::Target {
  Method method;
  Access access;
  Handler handler;
  std::vector<std::pair<std::string, std::size_t>> variables;  // name, index of the segment
};

/// One segment of the patterns: what may follow it, and what it answers where a path ends in it.
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> variable;
  std::vector<std::unique_ptr<Target>> targets;

  const Target* target(Method method) const noexcept {
    for (const auto& each : targets) {
      if (each->method == method) return each.get();
    }
    return method == Method::head ? target(Method::get) : nullptr;
  }

  std::string allow() const {
    std::string list;
    for (const Method method :
         {Method::get, Method::head, Method::post, Method::put, Method::delete_, Method::patch}) {
      if (target(method) == nullptr) continue;
      list.append(to_string(method)).append(", ");
    }
    return list + "OPTIONS";
  }
};

Router::Router(const Cors& cors, Authorize authorize)
    : cors_(cors), authorize_(std::move(authorize)), root_(std::make_unique<Node>()) {}

Router::~Router() = default;

void Router::add(Method method, std::string_view pattern, Access access, Handler handler) {
  const auto mistake = [&](const char* what) {
    throw std::logic_error("route " + std::string(to_string(method)) + " " + std::string(pattern) + ": " +
                           what);
  };
  if (!pattern.starts_with('/')) mistake("does not begin with /");
  if (method == Method::other) mistake("has no method");
  auto target = std::make_unique<Target>(Target{method, access, std::move(handler), {}});
  Node* node = root_.get();
  std::size_t index = 0;
  for (std::string_view rest = pattern; !rest.empty(); ++index) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    std::unique_ptr<Node>* next = nullptr;
    if (segment.size() > 2 && segment.starts_with('{') && segment.ends_with('}')) {
      const std::string_view name = segment.substr(1, segment.size() - 2);
      for (const auto& each : target->variables) {
        if (each.first == name) mistake("names a variable twice");
      }
      target->variables.emplace_back(name, index);
      next = &node->variable;
    } else {
      if (segment.find_first_of("{}") != std::string_view::npos) mistake("a {variable} is a whole segment");
      next = &node->literals[std::string(segment)];
    }
    if (*next == nullptr) *next = std::make_unique<Node>();
    node = next->get();
  }
  for (const auto& each : node->targets) {
    if (each->method == method) mistake("is there already");
  }
  node->targets.push_back(std::move(target));
}

const Router::Node* Router::find(const Node& node, const std::vector<std::string>& segments,
                                 std::size_t depth) {
  if (depth == segments.size()) return node.targets.empty() ? nullptr : &node;
  if (const auto literal = node.literals.find(segments[depth]); literal != node.literals.end()) {
    if (const Node* found = find(*literal->second, segments, depth + 1)) return found;
  }
  if (node.variable == nullptr || segments[depth].empty()) return nullptr;
  return find(*node.variable, segments, depth + 1);
}

void Router::on_request(HttpExchangePtr exchange) {
  HttpRequest& request = exchange->request();
  exchange->set_common_lines(cors_.answer_lines(request));
  if (const auto decoded = request.decode(); !decoded) return exchange->fail(decoded.error());
  if (request.path() == "*") {
    return exchange->reply(HttpReply::empty(204).header("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS"));
  }
  if (const Node* node = find(*root_, request.segments(), 0)) return dispatch(exchange, *node);
  if (fallback_ && (request.method() == Method::get || request.method() == Method::head))
    return fallback_(exchange);
  exchange->fail({errc::not_found, nullptr, nullptr});
}

void Router::dispatch(const HttpExchangePtr& exchange, const Node& node) {
  HttpRequest& request = exchange->request();
  const Target* target = node.target(request.method());
  if (target == nullptr) {
    if (request.method() == Method::options) return answer_options(*exchange, node);
    HttpReply reply = HttpReply::from({errc::method_not_allowed, nullptr, nullptr});
    return exchange->reply(reply.header("Allow", node.allow()));
  }
  // A client's GET opens sessions and reads rooms; what is open to all does neither. The backend's routes
  // don't care: its keys aren't sent by a browser on its own.
  const bool guarded =
      target->access == Access::client || (target->access == Access::open && !is_safe(request.method()));
  if (guarded && !cors_.allows(request)) {
    return exchange->fail({errc::forbidden, nullptr, "Pages of this origin may not do this (origins)."});
  }
  run(exchange, *target);
}

void Router::run(const HttpExchangePtr& exchange, const Target& target) {
  HttpRequest& request = exchange->request();
  if (authorize_ && target.access != Access::open) {
    if (const auto admitted = authorize_(request, target.access); !admitted)
      return exchange->fail(admitted.error());
  }
  for (const auto& [name, index] : target.variables)
    request.bind_variable(name, index);
  target.handler(exchange);
}

void Router::on_carried(const HttpExchangePtr& exchange) {
  HttpRequest& request = exchange->request();
  if (const auto decoded = request.decode(); !decoded) return exchange->fail(decoded.error());
  const Node* node = find(*root_, request.segments(), 0);
  if (node == nullptr) return exchange->fail({errc::not_found, "path", nullptr});
  const Target* target = node->target(request.method());
  if (target == nullptr) return exchange->fail({errc::method_not_allowed, "method", nullptr});
  if (!takes_scope(target->access))
    return exchange->fail({errc::bad_message, "path", "Only calls of the backend's API can be carried."});
  run(exchange, *target);
}

void Router::answer_options(HttpExchange& exchange, const Node& node) {
  const std::string methods = node.allow();
  HttpReply reply = HttpReply::empty(204);
  reply.header("Allow", methods);
  cors_.answer_preflight(reply, exchange.request(), methods);
  exchange.reply(reply);
}

}  // namespace confab::net
