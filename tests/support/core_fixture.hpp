// SPDX-License-Identifier: MIT
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "broker/memory_broker.hpp"
#include "broker/memory_rooms.hpp"
#include "confab/core/dispatcher.hpp"
#include "confab/core/moderation.hpp"
#include "confab/core/subscription.hpp"
#include "protocol/codecs.hpp"
#include "protocol/native/receiver.hpp"
#include "support/delayed_broker.hpp"
#include "support/fake_client.hpp"
#include "support/fake_loop.hpp"

namespace confab::testing {

class SilentJournal final : public Journal {
 public:
  void on_refused(const Session&, const Fault&, std::string_view) override {}
};

/// The core put together as the program does it, over a loop, transports and a broker that a test moves by
/// hand.
struct CoreFixture {
  explicit CoreFixture(std::vector<RoomRule> configured = {}, Limits bounds = {})
      : rules(std::move(configured)), limits(bounds) {
    hub.obey(sanctions);
    memory.start(hub);
  }

  /// Who waits for an answer would be told when what it needs is gone.
  ~CoreFixture() { broker.forget(); }

  RoomRules rules;
  Limits limits;
  FakeLoop loop;
  MemoryBroker memory{loop, rules, limits};
  DelayedBroker broker{memory};
  Sanctions sanctions{loop};
  Hub hub{loop, broker, rules, limits, "test"};
  Permissions permissions{rules, sanctions};
  Publisher publisher{hub, broker};
  Typing typing{loop, hub, publisher, limits};
  MemoryRooms rooms{loop, broker, hub, rules, limits};
  Arrivals arrivals{hub, broker, rooms};
  SilentJournal journal;
  Calls calls{hub};
  IceServers ice_servers;
  Services services{loop,   hub,      broker, rules, limits,  permissions, publisher,
                    typing, arrivals, rooms,  rooms, journal, calls,       ice_servers};
  Dispatcher dispatcher{services};
  Subscriber subscriber{permissions, arrivals};
  Moderation moderation{hub, broker, publisher, sanctions};
  native::Receiver receiver{dispatcher, limits};
  Codecs codecs{0};

  /// Turns until nothing is left to be done.
  void settle() {
    for (int turns = 0; turns < 100 && !loop.idle(); ++turns)
      loop.end_turn();
    EXPECT_TRUE(loop.idle());
  }

  /// A stored event of the server's own, or a user's.
  Published publish(std::string_view room, std::string_view text, std::string_view user = "") {
    std::string body = "\"text\":";
    json::append_quoted(body, text);
    Publication publication;
    publication.room = room;
    publication.name = "chat";
    publication.user = user;
    publication.body = body;
    Published stored;
    memory.publish(publication, [&](const result<Published>& published) { stored = published.value(); });
    return stored;
  }
};

/// Those of one type, in their order.
inline std::vector<nlohmann::json> only(const std::vector<nlohmann::json>& messages, std::string_view type) {
  std::vector<nlohmann::json> chosen;
  for (const auto& message : messages)
    if (message.at("type") == type) chosen.push_back(message);
  return chosen;
}

/// Their types, in their order.
inline std::vector<std::string> types(const std::vector<nlohmann::json>& messages) {
  std::vector<std::string> names;
  for (const auto& message : messages)
    names.push_back(message.at("type"));
  return names;
}

/// A client of the native protocol, whose transport takes what there is at the end of each turn (unless it is
/// slow).
class NativeClient {
 public:
  explicit NativeClient(CoreFixture& core) : core_(core) {
    transport_.session = core.hub.open(transport_, core.codecs.poll());
    number_ = transport_.session->number();
  }

  /// What it says, and what it hears until all is quiet.
  std::vector<nlohmann::json> say(std::string_view text) {
    core_.receiver.on_text(*transport_.session, text);
    core_.settle();
    return take();
  }

  /// Says it and goes on in the same turn.
  void mutter(std::string_view text) { core_.receiver.on_text(*transport_.session, text); }

  /// Says it, and hears the bytes.
  std::vector<std::string> say_raw(std::string_view text) {
    mutter(text);
    core_.settle();
    return transport_.take();
  }

  std::vector<nlohmann::json> take() {
    std::vector<nlohmann::json> messages;
    for (const auto& text : transport_.take())
      messages.push_back(nlohmann::json::parse(text));
    return messages;
  }

  /// What it hears when all is quiet.
  std::vector<nlohmann::json> hear() {
    core_.settle();
    return take();
  }

  FakeTransport& transport() { return transport_; }

  Session* session() { return transport_.session; }

  /// Whether its session is over, which a detached transport isn't told.
  bool ended() const { return core_.hub.find(number_) == nullptr; }

 private:
  CoreFixture& core_;
  FakeTransport transport_;
  std::uint64_t number_ = 0;
};

/// One event of a stream, as an EventSource takes it apart.
struct StreamEvent {
  std::string id;
  std::string event;
  nlohmann::json data;
};

/// A client of one stream of server-sent events.
class StreamClient {
 public:
  explicit StreamClient(CoreFixture& core, std::string_view user = "") : core_(core) {
    transport_.session = core.hub.open(transport_, core.codecs.sse(sse::Shape::bare, sse::Compression::none));
    number_ = transport_.session->number();
    if (!user.empty()) {
      EXPECT_TRUE(core.hub.name(*transport_.session, user));
    }
  }

  void subscribe(Subscription subscription) {
    core_.subscriber.subscribe(*transport_.session, std::move(subscription));
  }

  std::vector<StreamEvent> take() {
    std::vector<StreamEvent> events;
    for (const auto& text : transport_.take())
      events.push_back(parse(text));
    return events;
  }

  std::vector<StreamEvent> hear() {
    core_.settle();
    return take();
  }

  FakeTransport& transport() { return transport_; }

  Session* session() { return transport_.session; }

  /// Whether its session is over, which a detached transport isn't told.
  bool ended() const { return core_.hub.find(number_) == nullptr; }

 private:
  static StreamEvent parse(std::string_view text) {
    StreamEvent parsed;
    while (!text.empty() && text.front() != '\n') {
      const auto end = text.find('\n');
      const auto line = text.substr(0, end);
      const auto colon = line.find(": ");
      const auto field = line.substr(0, colon);
      const auto value = line.substr(colon + 2);
      if (field == "id") parsed.id = value;
      if (field == "event") parsed.event = value;
      if (field == "data") parsed.data = nlohmann::json::parse(value);
      text.remove_prefix(end + 1);
    }
    return parsed;
  }

  CoreFixture& core_;
  FakeTransport transport_;
  std::uint64_t number_ = 0;
};

}  // namespace confab::testing
