// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "confab/core/codec.hpp"
#include "confab/core/permissions.hpp"
#include "net/client_context.hpp"
#include "net/http_exchange.hpp"

namespace confab::net {

class MessagePoll;

struct MessagePollOptions {
  Milliseconds timeout{25'000};      ///< how long a poll is held that says nothing of it
  Milliseconds max_timeout{30'000};  ///< and at most
  std::string default_room = "general";
};

/// GET /api/messages (protocol.md, section 4): what was stored in some rooms since a moment, at once or as
/// soon as there is something. Needs no session; while a request is held it is an observer of its rooms. It
/// owns the held requests and is destroyed on the loop's thread.
class MessagePolls {
 public:
  /// Everything given lives longer. `codec` makes bare JSON.
  MessagePolls(ClientContext& context, const Codec& codec, const Permissions& permissions,
               MessagePollOptions options);
  ~MessagePolls();
  MessagePolls(const MessagePolls&) = delete;
  MessagePolls& operator=(const MessagePolls&) = delete;

  void on_request(const HttpExchangePtr& exchange);

  /// Requests that are held.
  std::size_t size() const noexcept { return held_.size(); }

 private:
  friend class MessagePoll;

  ClientContext& context_;
  const Codec& codec_;
  const Permissions& permissions_;
  MessagePollOptions options_;
  std::unordered_map<std::uint64_t, std::shared_ptr<MessagePoll>> held_;  // by session
};

}  // namespace confab::net
