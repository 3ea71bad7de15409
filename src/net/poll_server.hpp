// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>

#include "confab/core/codec.hpp"
#include "net/client_context.hpp"
#include "net/http_exchange.hpp"

namespace confab::net {

class PollClient;

struct PollOptions {
  Milliseconds timeout{25'000};      ///< how long a poll is held
  Milliseconds session_ttl{60'000};  ///< how long a session lives between two polls
};

/// The two-way transport for who has nothing but requests (protocol.md, section 4): GET /api/poll opens a
/// session, later ones collect what is queued for it. It owns its clients and is destroyed on the loop's
/// thread.
class PollServer {
 public:
  /// Everything given lives longer than the server. `codec` makes bare JSON.
  PollServer(ClientContext& context, const Codec& codec, const PollOptions& options);
  ~PollServer();
  PollServer(const PollServer&) = delete;
  PollServer& operator=(const PollServer&) = delete;

  void on_request(const HttpExchangePtr& exchange);

  /// Sessions, polled at this moment or not.
  std::size_t size() const noexcept { return clients_.size(); }

 private:
  friend class PollClient;

  void open(const HttpExchangePtr& exchange);
  /// Destroys the session's client.
  void remove(std::uint64_t session) noexcept;

  ClientContext& context_;
  const Codec& codec_;
  PollOptions options_;
  boost::unordered_flat_map<std::uint64_t, std::unique_ptr<PollClient>> clients_;  // by session
};

}  // namespace confab::net
