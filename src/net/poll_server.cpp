// SPDX-License-Identifier: MIT
#include "net/poll_server.hpp"

#include "net/greeting.hpp"
#include "net/overload.hpp"
#include "net/poll_client.hpp"
#include "net/url.hpp"

namespace confab::net {

PollServer::PollServer(ClientContext& context, const Codec& codec, const PollOptions& options)
    : context_(context), codec_(codec), options_(options) {}

PollServer::~PollServer() {
  for (auto& [number, client] : clients_) {
    client->session().detach();
    client->session().close(CloseReason::going_away);
  }
}

void PollServer::remove(std::uint64_t session) noexcept {
  clients_.erase(session);
}

void PollServer::on_request(const HttpExchangePtr& exchange) {
  const HttpRequest& request = exchange->request();
  const auto sid = request.query("sid");
  if (!sid) return open(exchange);
  std::uint64_t acknowledged = 0;
  if (const auto ack = request.query("ack")) {
    const auto number = parse_decimal(*ack);
    if (!number) return exchange->fail({errc::bad_message, "ack", "This is the number of the last answer."});
    acknowledged = *number;
  }
  const Session* session = context_.key.find(context_.hub, *sid);
  const auto found = session == nullptr ? clients_.end() : clients_.find(session->number());
  if (found == clients_.end() || session->closing())
    return exchange->fail({errc::not_found, "sid", "There is no such session, or it is over."});
  found->second->poll(exchange, acknowledged);
}

void PollServer::open(const HttpExchangePtr& exchange) {
  const std::string user(exchange->request().query("user").value_or(""));
  if (exchange->request().query("user"))
    if (const auto admitted = context_.hub.admits(user); !admitted) return exchange->fail(admitted.error());
  const Cursor cursor = context_.history.now();
  auto client = std::make_unique<PollClient>(*this);
  Session* session = context_.hub.open(*client, codec_);
  if (session == nullptr) return exchange->reply(overloaded());
  client->bind(*session);
  if (!user.empty()) context_.hub.name(*session, user);
  const std::string members =
      connected_members(*session, context_.key.sid(*session), cursor, context_.loop.wall());
  Reply connected;
  connected.name = "connected";
  connected.members = members;
  session->send(connected);
  clients_.emplace(session->number(), std::move(client)).first->second->poll(exchange, 0);
}

}  // namespace confab::net
