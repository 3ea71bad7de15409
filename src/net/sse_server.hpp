// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "confab/core/subscription.hpp"
#include "net/client_context.hpp"
#include "net/http_exchange.hpp"
#include "net/http_reply.hpp"
#include "net/sse_connection.hpp"
#include "net/sse_request.hpp"
#include "protocol/codecs.hpp"

namespace confab::net {

struct SseOptions {
  Milliseconds retry{3000};                               ///< before an EventSource connects again
  sse::Compression compression = sse::Compression::none;  ///< what is done for clients that accept it
  Milliseconds inactive_timeout{0};                       ///< for clients that send nothing; 0: never
};

/// Streams of events (protocol.md, section 3): the handler of GET /events and of the addresses that stand for
/// rooms. It owns their connections and is destroyed on the loop's thread, which ends what is left.
class SseServer {
 public:
  /// Everything given lives longer than the server.
  SseServer(ClientContext& context, const Codecs& codecs, Subscriber& subscriber, SseOptions options);
  ~SseServer();
  SseServer(const SseServer&) = delete;
  SseServer& operator=(const SseServer&) = delete;

  /// `route_rooms` are the rooms that the request's address stands for, whatever its query adds. Answers
  /// faults, HEAD and a full hub (503); else the exchange's stream is taken over.
  void on_request(const HttpExchangePtr& exchange, std::vector<std::string> route_rooms = {});

  /// Takes effect for what happens from now on; what concerns the head, for new streams.
  void set_options(const SseOptions& options) noexcept { options_ = options; }

  /// Streams, those that are about to end included.
  std::size_t size() const noexcept { return size_; }

 private:
  friend class SseConnection;

  void open(HttpExchange& exchange, SseRequest wanted);
  void greet(Session& session, const sse::SseCodec& codec, const HttpExchange& exchange,
             const SseRequest& wanted);
  void add(SseConnection& connection) noexcept;
  /// Destroys it.
  void remove(SseConnection& connection) noexcept;
  sse::Compression compression_for(const HttpRequest& request) const noexcept;

  ClientContext& context_;
  const Codecs& codecs_;
  Subscriber& subscriber_;
  SseOptions options_;
  HttpDate date_;
  SseConnection* first_ = nullptr;  // a list through the connections
  std::size_t size_ = 0;
};

}  // namespace confab::net
