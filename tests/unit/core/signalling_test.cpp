// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;

constexpr const char* kTypes[] = {"call_request", "call_accept", "call_reject",  "call_end",
                                  "offer",        "answer",      "ice-candidate"};

class Signalling : public ::testing::Test {
 protected:
  explicit Signalling(std::vector<RoomRule> rules = {}, Limits limits = {})
      : core_(std::move(rules), limits), ann_(core_), bob_(core_), cid_(core_) {
    enter(ann_, "ann");
    enter(bob_, "bob");
    enter(cid_, "cid");
    for (NativeClient* client : {&ann_, &bob_, &cid_})
      client->hear();
  }

  static std::string id_of(NativeClient& client) { return client.session()->client_id(); }

  void enter(NativeClient& client, const std::string& user, const std::string& room = "calls") {
    client.say(json{{"type", "join"}, {"room", room}, {"user", user}}.dump());
  }

  /// The error that a message is answered with.
  json refused(NativeClient& client, const json& message) {
    const auto heard = client.say(message.dump());
    EXPECT_EQ(types(heard), Names{"error"}) << message;
    for (NativeClient* other : {&ann_, &bob_, &cid_})
      EXPECT_TRUE(other->hear().empty()) << message;
    return heard.empty() ? json::object() : heard.front();
  }

  std::string code(NativeClient& client, const json& message) {
    return refused(client, message).value("code", "none");
  }

  CoreFixture core_;
  NativeClient ann_;
  NativeClient bob_;
  NativeClient cid_;
};

TEST_F(Signalling, EachTypeGoesToTheOthersOfTheOnlyRoomWithItsSender) {
  for (const char* type : kTypes) {
    const json message{{"type", type}, {"payload", {1, "two"}}};
    EXPECT_TRUE(ann_.say(message.dump()).empty()) << type;
    json expected = message;
    expected["from"] = "ann";
    expected["fromClient"] = id_of(ann_);
    EXPECT_EQ(bob_.hear(), std::vector<json>{expected}) << type;
    EXPECT_EQ(cid_.hear(), std::vector<json>{expected}) << type;
  }
}

TEST_F(Signalling, IsAcknowledgedWithItsIdAndKeepsItForThePeer) {
  const auto heard = ann_.say(R"({"type":"offer","id":"call-1","offer":{}})");
  EXPECT_EQ(heard, (std::vector<json>{{{"type", "ack"}, {"id", "call-1"}}}));
  EXPECT_EQ(bob_.hear().at(0).at("id"), "call-1");
}

TEST_F(Signalling, EverythingElseIsPassedOnByteForByteAndInOrder) {
  ann_.say_raw(
      R"({ "z" : 1.50,"type":"offer","offer":{"sdp":"v=0\r\n","n" : 2.0e3},"room":"calls","k\u0065y":"\u00e9","timestamp":7 })");
  const auto raw = bob_.transport().take();
  ASSERT_EQ(raw.size(), 1U);
  EXPECT_EQ(
      raw[0],
      R"({"type":"offer","z":1.50,"offer":{"sdp":"v=0\r\n","n":2.0e3},"room":"calls","k\u0065y":"\u00e9","timestamp":7,"from":"ann","fromClient":")" +
          id_of(ann_) + "\"}");
}

TEST_F(Signalling, NobodySpeaksInAnothersName) {
  ann_.say(
      R"({"type":"offer","from":"cid","fr\u006fm":"bob","fromClient":"x","user":"eve","seq":9,"epoch":"e","stamp":1,"deleted":true,"ephemeral":true})");
  EXPECT_EQ(bob_.hear(),
            (std::vector<json>{{{"type", "offer"}, {"from", "ann"}, {"fromClient", id_of(ann_)}}}));
}

TEST_F(Signalling, GoesToTheNamedRoomOfSeveral) {
  enter(ann_, "ann", "second");
  enter(cid_, "cid", "second");
  for (NativeClient* client : {&ann_, &bob_, &cid_})
    client->hear();
  EXPECT_EQ(code(ann_, {{"type", "offer"}}), "bad_room");
  ann_.say(R"({"type":"offer","room":"second"})");
  EXPECT_TRUE(bob_.hear().empty());
  EXPECT_EQ(types(cid_.hear()), Names{"offer"});
}

TEST_F(Signalling, TheSendersOtherSessionsAreOthersToo) {
  NativeClient phone(core_);
  enter(phone, "ann");
  phone.hear();
  ann_.say(R"({"type":"offer"})");
  EXPECT_EQ(types(phone.hear()), Names{"offer"});
}

TEST_F(Signalling, OfNobodyElseInTheRoomItIsDoneAllTheSame) {
  NativeClient dan(core_);
  enter(dan, "dan", "empty");
  EXPECT_EQ(types(dan.say(R"({"type":"offer","id":"1"})")), Names{"ack"});
}

TEST_F(Signalling, IsForMembersOfTheRoom) {
  NativeClient dan(core_);
  EXPECT_EQ(code(dan, {{"type", "offer"}, {"room", "calls"}}), "not_joined");
  EXPECT_EQ(code(dan, {{"type", "offer"}, {"room", "nowhere"}}), "not_joined");
  EXPECT_EQ(code(dan, {{"type", "offer"}}), "bad_room");
  EXPECT_EQ(code(dan, {{"type", "offer"}, {"room", ""}}), "bad_room");
  EXPECT_EQ(code(dan, {{"type", "offer"}, {"room", 7}}), "bad_room");
}

TEST_F(Signalling, DoesNotGoToTheRoomsOfTheServer) {
  EXPECT_EQ(code(ann_, {{"type", "offer"}, {"room", "$all"}}), "forbidden");
  EXPECT_EQ(code(ann_, {{"type", "offer"}, {"room", "@ann"}}), "forbidden");
  EXPECT_EQ(code(ann_, {{"type", "offer"}, {"room", "@bob"}}), "forbidden");
}

TEST_F(Signalling, GoesToOneSessionByItsClientId) {
  NativeClient phone(core_);
  enter(phone, "bob", "elsewhere");
  phone.hear();
  ann_.say(json{{"type", "offer"}, {"target", id_of(phone)}}.dump());
  EXPECT_EQ(
      phone.hear(),
      (std::vector<json>{
          {{"type", "offer"}, {"target", id_of(phone)}, {"from", "ann"}, {"fromClient", id_of(ann_)}}}));
  EXPECT_TRUE(bob_.hear().empty());
  EXPECT_TRUE(cid_.hear().empty());
}

TEST_F(Signalling, GoesToAllSessionsOfAUserWhereverTheyAre) {
  NativeClient phone(core_);
  phone.say(R"({"type":"ping","user":"bob"})");
  phone.hear();
  ann_.say(R"({"type":"offer","target":"bob","room":"calls"})");
  EXPECT_EQ(types(bob_.hear()), Names{"offer"});
  EXPECT_EQ(types(phone.hear()), Names{"offer"});
  EXPECT_TRUE(cid_.hear().empty());
}

TEST_F(Signalling, ReachesOnesOtherSessionsByOnesOwnName) {
  EXPECT_EQ(code(ann_, {{"type", "offer"}, {"target", "ann"}}), "not_found");
  NativeClient phone(core_);
  enter(phone, "ann");
  phone.hear();
  EXPECT_TRUE(ann_.say(R"({"type":"offer","target":"ann"})").empty());
  EXPECT_EQ(types(phone.hear()), Names{"offer"});
}

TEST_F(Signalling, ATargetThatIsNotHereIsNotFound) {
  NativeClient gone(core_);
  const std::string left = id_of(gone);
  gone.session()->close(CloseReason::normal);
  EXPECT_EQ(code(ann_, {{"type", "offer"}, {"target", left}, {"id", "1"}}), "not_found") << "closing";
  core_.settle();
  for (const json& target :
       {json(left), json("dan"), json(""), json("test.0000000000000000"), json("test."),
        json("other.0000000000000000"), json("guest-nobody00"), json("@bob"), json("$all"),
        json(std::string(200, 'x')), json(" " + id_of(bob_)), json(id_of(bob_) + "0")}) {
    const json error = refused(ann_, {{"type", "offer"}, {"target", target}});
    EXPECT_EQ(error.value("code", ""), "not_found") << target;
    EXPECT_EQ(error.value("field", ""), "target");
  }
}

TEST_F(Signalling, ATargetIsAString) {
  for (const json& target : {json(7), json::array({"bob"}), json::object(), json(true)}) {
    const json error = refused(ann_, {{"type", "offer"}, {"target", target}});
    EXPECT_EQ(error.value("code", ""), "bad_message") << target;
    EXPECT_EQ(error.value("field", ""), "target");
  }
  ann_.say(R"({"type":"offer","target":null})");
  EXPECT_EQ(types(bob_.hear()), Names{"offer"}) << "null is none";
}

TEST_F(Signalling, AGuestAnswersToItsNameAmongThoseItSharesARoomWith) {
  NativeClient guest(core_);
  guest.say(R"({"type":"join","room":"calls"})");
  guest.say(R"({"type":"call_request","target":"ann"})");
  const std::string name = ann_.hear().back().at("from");
  EXPECT_TRUE(name.starts_with("guest-"));
  for (NativeClient* client : {&bob_, &cid_})
    client->hear();
  ann_.say(json{{"type", "answer"}, {"target", name}}.dump());
  EXPECT_EQ(types(guest.hear()), Names{"answer"});
  guest.say(R"({"type":"leave","room":"calls"})");
  for (NativeClient* client : {&ann_, &bob_, &cid_})
    client->hear();
  EXPECT_EQ(code(ann_, {{"type", "answer"}, {"target", name}}), "not_found");
}

TEST_F(Signalling, AFirstMessageNamesItsSender) {
  NativeClient dan(core_);
  dan.say(R"({"type":"join","room":"calls"})");
  dan.say(R"({"type":"offer","user":"dan"})");
  EXPECT_EQ(only(bob_.hear(), "offer").at(0).at("from"), "dan");
}

TEST_F(Signalling, KeepsTheOrderBetweenTwo) {
  for (int n = 0; n < 50; ++n)
    ann_.mutter(json{{"type", "ice-candidate"}, {"target", n % 2 ? "bob" : id_of(bob_)}, {"n", n}}.dump());
  const auto heard = bob_.hear();
  ASSERT_EQ(heard.size(), 50U);
  for (int n = 0; n < 50; ++n)
    EXPECT_EQ(heard[static_cast<std::size_t>(n)].at("n"), n);
}

TEST_F(Signalling, WaitsForTheJoinBeforeIt) {
  core_.broker.subscribing = DelayedBroker::Late::requests;
  NativeClient dan(core_);
  dan.mutter(R"({"type":"join","room":"fresh","user":"dan"})");
  dan.mutter(R"({"type":"offer","room":"fresh","id":"o"})");
  core_.settle();
  EXPECT_TRUE(only(dan.take(), "error").empty());
  core_.broker.release_all();
  const auto heard = dan.hear();
  EXPECT_EQ(types(heard).back(), "ack");
  EXPECT_TRUE(only(heard, "error").empty());
}

TEST_F(Signalling, IsNeverStored) {
  ann_.say(R"({"type":"offer"})");
  NativeClient late(core_);
  const auto heard = late.say(R"({"type":"join","room":"calls","history":10})");
  EXPECT_TRUE(only(heard, "joined").at(0).at("messages").empty());
  EXPECT_EQ(only(heard, "joined").at(0).at("seq"), 0);
}

TEST_F(Signalling, OfEachFormatOneFrameIsMadeForAll) {
  const PlainCodec codec(Codec::kSlots - 1);
  FakeTransport transports[2];
  for (FakeTransport& transport : transports) {
    transport.session = core_.hub.open(transport, codec);
    core_.hub.enter(*transport.session, "calls", Member::kEverything, [](const result<Room*>&) {});
  }
  core_.settle();
  codec.encoded = 0;
  ann_.say(R"({"type":"offer"})");
  EXPECT_EQ(codec.encoded, 1);
  for (FakeTransport& transport : transports)
    EXPECT_EQ(transport.take().back(),
              R"(offer "from":"ann","fromClient":")" + ann_.session()->client_id() + '"');
}

TEST_F(Signalling, IsNotSeenByHeldRequests) {
  FakeTransport held;
  held.session = core_.hub.open(held, core_.codecs.poll(), SessionRole::observer);
  core_.hub.enter(*held.session, "calls", Member::kEverything, [](const result<Room*>&) {});
  core_.settle();
  held.take();
  ann_.say(R"({"type":"offer"})");
  EXPECT_TRUE(held.take().empty());
  bob_.hear();
  cid_.hear();
  EXPECT_EQ(code(ann_, {{"type", "offer"}, {"target", held.session->client_id()}}), "not_found");
}

TEST_F(Signalling, AMemberThatFellBehindLosesNoneOfIt) {
  bob_.transport().slow = true;
  // Over a quarter of the bound ephemeral events would be dropped.
  const std::string big(20'000, 'x');
  for (int n = 0; n < 20; ++n) {
    ann_.say(json{{"type", "ice-candidate"}, {"target", "bob"}, {"n", n}, {"big", big}}.dump());
    core_.loop.advance(Milliseconds(1000));
  }
  bob_.transport().collect(SIZE_MAX);
  EXPECT_EQ(bob_.take().size(), 20U);
}

TEST_F(Signalling, OverASharedStreamItIsAnEventOfItsName) {
  StreamClient stream(core_, "dan");
  core_.settle();
  stream.take();
  ann_.say(R"({"type":"ice-candidate","target":"dan","candidate":{"x":1}})");
  const auto events = stream.hear();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].event, "ice-candidate");
  EXPECT_EQ(events[0].id, "");
  EXPECT_EQ(
      events[0].data,
      (json{{"target", "dan"}, {"candidate", {{"x", 1}}}, {"from", "ann"}, {"fromClient", id_of(ann_)}}));
}

class NarrowSignalling : public Signalling {
 protected:
  static Limits narrow() {
    Limits limits;
    limits.queued_memory = 1000;
    return limits;
  }

  NarrowSignalling() : Signalling({}, narrow()) {}
};

TEST_F(NarrowSignalling, IsRefusedWhileTheQueuesOfAllAreFull) {
  bob_.transport().slow = true;
  ann_.say(json{{"type", "offer"}, {"target", "bob"}, {"sdp", std::string(1000, 'x')}}.dump());
  EXPECT_EQ(code(ann_, {{"type", "offer"}, {"target", "cid"}}), "unavailable");
  bob_.transport().collect(SIZE_MAX);
  EXPECT_TRUE(ann_.say(R"({"type":"offer","target":"cid"})").empty());
}

class SignallingUnderRules : public Signalling {
 protected:
  static std::vector<RoomRule> rules() {
    RoomRule news;
    news.match = "news";
    news.publish = PublishRule::server;
    RoomRule rest;
    rest.match = "*";
    return {news, rest};
  }

  SignallingUnderRules() : Signalling(rules()) {}
};

TEST_F(SignallingUnderRules, GoesToAWholeRoomOnlyWhereClientsMayWrite) {
  enter(ann_, "ann", "news");
  enter(bob_, "bob", "news");
  for (NativeClient* client : {&ann_, &bob_, &cid_})
    client->hear();
  EXPECT_EQ(code(ann_, {{"type", "offer"}, {"room", "news"}}), "forbidden");
  ann_.say(R"({"type":"offer","room":"news","target":"bob"})");
  EXPECT_EQ(types(bob_.hear()), Names{"offer"});
}

TEST_F(Signalling, IsForWhomTheConfigurationAllows) {
  NativeClient guest(core_);
  guest.say(R"({"type":"join","room":"calls"})");
  for (NativeClient* client : {&ann_, &bob_, &cid_})
    client->hear();
  core_.ice_servers.set({.allow = CallRule::user});
  for (const char* type : kTypes)
    EXPECT_EQ(code(guest, {{"type", type}, {"room", "calls"}}), "forbidden") << type;
  EXPECT_EQ(code(guest, {{"type", "ice_servers"}}), "forbidden");
  ann_.say(R"({"type":"offer"})");
  EXPECT_EQ(types(guest.hear()), Names{"offer"}) << "who may not call may be called";
  bob_.hear();
  cid_.hear();
  core_.ice_servers.set({.allow = CallRule::nobody});
  for (const char* type : kTypes)
    EXPECT_EQ(code(ann_, {{"type", type}}), "forbidden") << type;
  EXPECT_EQ(code(ann_, {{"type", "ice_servers"}}), "forbidden");
}

TEST_F(Signalling, TellsTheIceServersWithOrWithoutAnId) {
  WebRtc settings;
  settings.ice_servers.push_back({{"stun:stun.example.org"}, "", ""});
  core_.ice_servers.set(settings);
  json expected{
      {"type", "ice_servers"}, {"iceServers", {{{"urls", {"stun:stun.example.org"}}}}}, {"ttl", 3600}};
  EXPECT_EQ(ann_.say(R"({"type":"ice_servers"})"), std::vector<json>{expected});
  expected["id"] = "i";
  EXPECT_EQ(ann_.say(R"({"type":"ice_servers","id":"i"})"), std::vector<json>{expected});
}

}  // namespace
}  // namespace confab::testing
