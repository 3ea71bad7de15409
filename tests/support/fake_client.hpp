// SPDX-License-Identifier: MIT
#pragma once
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

  FramePtr encode(const Reply& reply) const override { return Frame::make({reply.name, " ", reply.members}); }

  mutable int encoded = 0;
};

/// A transport that collects what its session gets, unless it is told to be slow.
class FakeTransport final : public Transport {
 public:
  void wake() override {
    ++wakes;
    if (slow || session == nullptr) return;
    for (std::size_t i = 0; i < session->queue().size(); ++i)
      got.emplace_back(session->queue()[i].bytes());
    session->consumed(session->queue().size());
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
