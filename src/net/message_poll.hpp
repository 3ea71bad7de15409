// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "confab/core/history.hpp"
#include "confab/core/session.hpp"
#include "confab/core/transport.hpp"
#include "net/message_polls.hpp"
#include "net/poll_since.hpp"

namespace confab::net {

/// What one GET /api/messages asks for.
struct MessageQuery {
  std::vector<std::string> rooms;
  std::string user;  ///< as whom the rules are asked; empty: a guest
  std::optional<PollSince> since;
  std::optional<std::size_t> history;
  Milliseconds timeout{};

  static result<MessageQuery> read(const HttpRequest& request, const MessagePollOptions& options);
};

/// One request for messages: enters the rooms as an observer, reads what they have, and waits for the first
/// that comes where that is nothing. Kept alive by whoever it waits for.
class MessagePoll final : public Transport,
                          public std::enable_shared_from_this<MessagePoll>,
                          private ExchangeEvents,
                          private Timer {
 public:
  /// An answer has at most so many messages.
  static constexpr std::size_t kMostMessages = 300;

  MessagePoll(MessagePolls& polls, HttpExchangePtr exchange, MessageQuery query);
  ~MessagePoll();

  /// Once. The session is an observer that has this for its transport.
  void start(Session& session);

  /// Ends the request without an answer.
  void abandon();

  void wake() override;
  void close(CloseReason reason, OutboundQueue rest) override;

  std::string_view name() const noexcept override { return "poll"; }

 private:
  struct Past {
    HistoryPage page;
    std::size_t taken = 0;
  };

  void on_entered();
  void on_page(std::size_t index, result<HistoryPage> page);
  void answer_past();
  void hold();
  void answer(const std::string& messages, Stamp last);
  void fail(const Fault& fault);
  void finish();
  void on_abort(HttpExchange& exchange) override;
  void on_timer() override;

  MessagePolls& polls_;
  HttpExchangePtr exchange_;
  Session* session_ = nullptr;
  std::uint64_t number_ = 0;  // the session's
  MessageQuery query_;
  std::string generation_;  // the server's present one
  Stamp floor_ = 0;         // only what is newer counts
  std::vector<Past> pasts_;
  std::size_t missing_ = 0;  // rooms of which something is still being waited for
  std::string resets_;
  bool reading_ = true;  // the past isn't known yet
};

}  // namespace confab::net
