// SPDX-License-Identifier: MIT
#include "net/message_polls.hpp"

#include "net/message_poll.hpp"
#include "net/overload.hpp"

namespace confab::net {

MessagePolls::MessagePolls(ClientContext& context, const Codec& codec, const Permissions& permissions,
                           MessagePollOptions options)
    : context_(context), codec_(codec), permissions_(permissions), options_(std::move(options)) {}

MessagePolls::~MessagePolls() {
  for (const auto& [number, poll] : held_)
    poll->abandon();
}

void MessagePolls::on_request(const HttpExchangePtr& exchange) {
  auto query = MessageQuery::read(exchange->request(), options_);
  if (!query) return exchange->fail(query.error());
  if (!query->user.empty())
    if (const auto admitted = context_.hub.admits(query->user); !admitted)
      return exchange->fail(admitted.error());
  const Identity who{query->user, query->user.empty()};
  for (const auto& room : query->rooms)
    if (const auto allowed = permissions_.may_follow(who, room); !allowed)
      return exchange->fail(allowed.error());

  const auto poll = std::make_shared<MessagePoll>(*this, exchange);
  Session* session = context_.hub.open(*poll, codec_, SessionRole::observer);
  if (session == nullptr) return exchange->reply(overloaded());
  held_.emplace(session->number(), poll);
  poll->start(*session, std::move(*query));
}

}  // namespace confab::net
