// SPDX-License-Identifier: MIT
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "broker/memory_broker.hpp"
#include "confab/core/dispatcher.hpp"
#include "confab/core/subscription.hpp"
#include "protocol/codecs.hpp"
#include "protocol/native/receiver.hpp"
#include "support/fake_client.hpp"
#include "support/fake_loop.hpp"

namespace confab::testing {

/// The core put together as the program does it, over a loop and transports that a test moves by hand. The
/// broker may be replaced by one that answers late.
struct CoreFixture {
  explicit CoreFixture(std::vector<RoomRule> configured = {}, Limits bounds = {})
      : rules(std::move(configured)), limits(bounds) {
    memory.start(hub);
  }

  RoomRules rules;
  Limits limits;
  FakeLoop loop;
  MemoryBroker memory{loop, rules, limits};
  Hub hub{loop, memory, rules, limits, "test"};
  Permissions permissions{rules};
  Publisher publisher{hub, memory};
  Typing typing{loop, hub, publisher, limits};
  Arrivals arrivals{hub, memory};
  Services services{loop, hub, memory, limits, permissions, publisher, typing, arrivals};
  Dispatcher dispatcher{services};
  Subscriber subscriber{permissions, arrivals};
  native::Receiver receiver{dispatcher};
  Codecs codecs{0};

  /// Turns until nothing is left to be done.
  void settle() {
    for (int turns = 0; turns < 100 && !loop.idle(); ++turns)
      loop.end_turn();
    EXPECT_TRUE(loop.idle());
  }
};

/// A client of the native protocol, whose transport takes what there is at the end of each turn (unless it is
/// slow).
class NativeClient {
 public:
  explicit NativeClient(CoreFixture& core) : core_(core) {
    transport_.session = core.hub.open(transport_, core.codecs.poll());
  }

  /// What it says, and what it hears until all is quiet.
  std::vector<nlohmann::json> say(std::string_view text) {
    core_.receiver.on_text(*transport_.session, text);
    core_.settle();
    return take();
  }

  /// Says it and goes on in the same turn.
  void mutter(std::string_view text) { core_.receiver.on_text(*transport_.session, text); }

  std::vector<nlohmann::json> take() {
    std::vector<nlohmann::json> messages;
    for (const auto& text : transport_.take())
      messages.push_back(nlohmann::json::parse(text));
    return messages;
  }

  FakeTransport& transport() { return transport_; }

  Session* session() { return transport_.session; }

 private:
  CoreFixture& core_;
  FakeTransport transport_;
};

}  // namespace confab::testing
