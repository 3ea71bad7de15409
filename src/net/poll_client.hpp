// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

#include "confab/core/session.hpp"
#include "confab/core/transport.hpp"
#include "net/http_exchange.hpp"
#include "net/poll_server.hpp"

namespace confab::net {

/// One long-poll client: at most one held request, and which frames of the session's queue the last answer
/// carried. They stay queued until the next poll says that they came.
class PollClient final : public Transport, private ExchangeEvents, private Timer {
 public:
  explicit PollClient(PollServer& server) noexcept : server_(server) {}

  ~PollClient();

  /// Once, before anything else.
  void bind(const Session& session) noexcept { session_ = session.number(); }

  /// A request to collect what is there; held until there is something. `acknowledged` is the number of the
  /// answer that the client has last had, 0 where it names none. A request that is held already ends with an
  /// empty list.
  void poll(const HttpExchangePtr& exchange, std::uint64_t acknowledged);

  void wake() override;
  void close(CloseReason reason, OutboundQueue rest) override;

  std::string address() const override { return held_ ? held_->remote_address() : std::string(); }

  std::string_view name() const noexcept override { return "longpoll"; }

 private:
  void on_abort(HttpExchange& exchange) override;
  void on_timer() override;

  /// Until close().
  Session& session() const { return *server_.context_.hub.find(session_); }

  void answer(const OutboundQueue& queue, std::size_t count);
  void answer_empty();
  void let_go() noexcept;

  friend class PollServer;

  PollServer& server_;
  std::uint64_t session_ = 0;  // its number
  HttpExchangePtr held_;
  std::uint32_t number_ = 0;  // of the last answer that carried something
  std::uint32_t given_ = 0;   // frames at the head of the queue that it carried
};

}  // namespace confab::net
