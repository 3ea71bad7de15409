// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "confab/core/hub.hpp"

namespace confab::testing {

/// A wire that is easy to read: `name room user body`.
class PlainCodec final : public Codec {
 public:
  explicit PlainCodec(std::size_t slot = 0) : Codec(slot) {}

  FramePtr encode(const Event& event) const override {
    ++encoded;
    return Frame::make({event.name(), " ", event.room(), " ", event.user(), " ", event.body()},
                       event.stamp());
  }

  FramePtr encode(const Reply& reply) const override {
    ++encoded;
    return Frame::make({reply.name, " ", reply.members});
  }

  mutable int encoded = 0;  ///< events and replies
};

/// A broker that confirms subscriptions when it is told to.
class LateBroker final : public Broker {
 public:
  void start(BrokerEvents& events) override { events.on_link(true); }

  void subscribe(std::string_view room, SubscribeDone done) override {
    waiting.emplace_back(std::string(room), std::move(done));
  }

  void unsubscribe(std::string_view room) override { unsubscribed.emplace_back(room); }

  void publish(const Publication&, PublishDone done) override { done(Fault{errc::unavailable}); }

  void stop() override {}

  /// Answers everything asked so far.
  void answer(const result<void>& with = {}) {
    for (auto& [room, done] : std::exchange(waiting, {}))
      done(with);
  }

  std::vector<std::pair<std::string, SubscribeDone>> waiting;
  std::vector<std::string> unsubscribed;
};

/// A transport that collects what its session gets, unless it is told to be slow.
class FakeTransport final : public Transport {
 public:
  void wake() override {
    ++wakes;
    if (!slow) collect(SIZE_MAX);
  }

  /// Takes the oldest frames of the queue, as a wire does that has room for so many.
  void collect(std::size_t most) {
    if (session == nullptr) return;
    const std::size_t count = std::min(most, session->queue().size());
    for (std::size_t i = 0; i < count; ++i)
      got.emplace_back(session->queue()[i].bytes());
    session->consumed(count);
  }

  void close(CloseReason reason, OutboundQueue rest) override {
    closed = reason;
    for (std::size_t i = 0; i < rest.size(); ++i)
      left_over.emplace_back(rest[i].bytes());
    session = nullptr;
  }

  std::string_view name() const noexcept override { return "fake"; }

  /// What came since it was last asked.
  std::vector<std::string> take() { return std::exchange(got, {}); }

  Session* session = nullptr;
  bool slow = false;
  int wakes = 0;
  std::vector<std::string> got;
  std::vector<std::string> left_over;
  std::optional<CloseReason> closed;
};

}  // namespace confab::testing
