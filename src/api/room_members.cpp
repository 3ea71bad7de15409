// SPDX-License-Identifier: MIT
#include "api/room_members.hpp"

#include <memory>
#include <vector>

#include "api/path.hpp"
#include "confab/core/field_reader.hpp"

namespace confab::api {
namespace {

std::string sessions_body(std::size_t sessions) {
  std::string body = "{\"sessions\":";
  json::append_integer(body, static_cast<std::int64_t>(sessions));
  body += '}';
  return body;
}

/// The answer, when the last of the user's sessions has arrived or been refused.
class Subscribing {
 public:
  explicit Subscribing(net::HttpExchangePtr exchange) : exchange_(std::move(exchange)) {}

  ~Subscribing() {
    // Refused by what holds for them all, such as a full room, it is an error; else those that may are in.
    if (entered_ == 0 && refused_) {
      exchange_->fail(*refused_);
    } else {
      exchange_->reply(net::HttpReply::json(sessions_body(entered_)));
    }
  }

  Subscribing(const Subscribing&) = delete;
  Subscribing& operator=(const Subscribing&) = delete;

  void count(const std::vector<Arrivals::Refusal>& refusals) {
    if (refusals.empty()) {
      ++entered_;
    } else {
      refused_ = refusals.front().fault;
    }
  }

 private:
  net::HttpExchangePtr exchange_;
  std::size_t entered_ = 0;
  std::optional<Fault> refused_;
};

void subscribe(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto path = UserOfRoom::read(exchange->request(), ServerRooms::refused);
  if (!path) return exchange->fail(path.error());
  const auto sessions = context.services.hub.sessions_of(path->user);
  if (sessions.empty()) return exchange->fail({errc::not_found, "user", "This user has no session here."});
  const auto done = std::make_shared<Subscribing>(exchange);
  for (const std::uint64_t number : sessions) {
    Session* session = context.services.hub.find(number);
    if (session == nullptr || session->closing()) continue;
    std::vector<Arrival> arrivals(1);
    arrivals.front().room = path->room;
    context.services.arrivals.arrive(
        *session, std::move(arrivals),
        [done](const std::vector<Arrivals::Refusal>& refusals) { done->count(refusals); });
  }
}

void remove(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto path = UserOfRoom::read(exchange->request(), ServerRooms::refused);
  if (!path) return exchange->fail(path.error());
  const auto reason = read_reason(context, exchange->request());
  if (!reason) return exchange->fail(reason.error());
  const std::size_t kicked = context.moderation.kick(path->room, path->user, *reason);
  if (kicked == 0) return exchange->fail({errc::not_found, "user", "This user is not in this room."});
  exchange->reply(net::HttpReply::json(sessions_body(kicked)));
}

}  // namespace

void add_room_members(net::Router& router, const Context& context) {
  constexpr std::string_view kPath = "/api/rooms/{room}/members/{user}";
  router.add(net::Method::put, kPath, net::Access::backend_admin,
             [&context](const net::HttpExchangePtr& exchange) { subscribe(context, exchange); });
  router.add(net::Method::delete_, kPath, net::Access::backend_admin,
             [&context](const net::HttpExchangePtr& exchange) { remove(context, exchange); });
}

}  // namespace confab::api
