// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include "confab/core/session.hpp"
#include "confab/core/transport.hpp"
#include "net/message_past.hpp"
#include "net/message_polls.hpp"

namespace confab::net {

/// One request for messages: enters the rooms as an observer, reads what they have, and waits for the first
/// that comes where that is nothing. MessagePolls holds it until its session ends.
class MessagePoll final : public Transport,
                          public std::enable_shared_from_this<MessagePoll>,
                          private ExchangeEvents,
                          private Timer {
 public:
  MessagePoll(MessagePolls& polls, HttpExchangePtr exchange);
  ~MessagePoll();

  /// Once. The session is an observer that has this for its transport.
  void start(Session& session, MessageQuery query);

  /// Ends the request without an answer.
  void abandon();

  void wake() override;
  void close(CloseReason reason, OutboundQueue rest) override;

  std::string_view name() const noexcept override { return "poll"; }

 private:
  /// Waits until the rooms are entered and read.
  struct Beginning;

  void read(const std::shared_ptr<Beginning>& beginning);
  void on_past(Milliseconds timeout, const result<MessagePast>& past);
  void answer(std::string_view messages, Stamp last, std::string_view resets = {});
  void fail(const Fault& fault);
  void finish();
  void keep_rooms();
  void on_abort(HttpExchange& exchange) override;
  void on_timer() override;

  MessagePolls& polls_;
  HttpExchangePtr exchange_;
  Session* session_ = nullptr;
  std::uint64_t number_ = 0;  // the session's
  Stamp floor_ = 0;           // only what is newer counts
  bool resumes_ = false;      // the client said where it was
  bool reading_ = true;       // the past isn't known yet
};

}  // namespace confab::net
