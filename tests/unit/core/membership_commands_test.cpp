// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;

std::string join(std::string_view room, std::string_view rest = "") {
  return R"({"type":"join","room":")" + std::string(room) + '"' + std::string(rest) + '}';
}

json error_of(const std::vector<json>& heard) {
  EXPECT_EQ(types(heard), Names{"error"});
  return heard.empty() ? json::object() : heard.front();
}

TEST(Join, SaysJoinedWithAllItsFieldsBeforeTheAck) {
  CoreFixture core;
  core.publish("general", "one");
  const Published last = core.publish("general", "two");
  NativeClient ann(core);
  const auto heard = ann.say(join("general", R"(,"user":"ann","id":"j1")"));
  ASSERT_EQ(types(heard), (Names{"joined", "ack"}));
  const json& joined = heard[0];
  EXPECT_EQ(joined.at("room"), "general");
  EXPECT_EQ(joined.at("epoch"), last.epoch);
  EXPECT_EQ(joined.at("seq"), 2);
  EXPECT_EQ(joined.at("users"), 1);
  EXPECT_EQ(joined.at("sessions"), 1);
  ASSERT_EQ(joined.at("members").size(), 1U);
  EXPECT_EQ(joined["members"][0].at("user"), "ann");
  EXPECT_TRUE(parse_iso8601(joined["members"][0].at("joinedAt").get<std::string>()));
  EXPECT_EQ(joined.at("state"), json::object());
  EXPECT_EQ(joined.at("stateVersion"), 0);
  EXPECT_EQ(joined.at("recovered"), false);
  EXPECT_EQ(joined.at("messages"), json::array());
  EXPECT_EQ(joined.at("more"), false);
  EXPECT_FALSE(joined.contains("id"));
  EXPECT_EQ(heard[1], json::parse(R"({"type":"ack","id":"j1","room":"general"})"));
}

TEST(Join, SaysJoinedWithoutAnIdAndThenNoAck) {
  CoreFixture core;
  NativeClient ann(core);
  EXPECT_EQ(types(ann.say(join("general"))), Names{"joined"});
}

TEST(Join, TheNextLiveEventAfterJoinedIsItsSeqPlusOne) {
  CoreFixture core;
  core.publish("general", "before");
  NativeClient ann(core);
  const auto seq = ann.say(join("general"))[0].at("seq").get<int>();
  core.publish("general", "after");
  const auto heard = ann.hear();
  ASSERT_EQ(types(heard), Names{"chat"});
  EXPECT_EQ(heard[0].at("seq"), seq + 1);
}

TEST(Join, TellsTheOthersAndNotTheJoiner) {
  CoreFixture core;
  NativeClient ann(core);
  NativeClient bob(core);
  ann.say(join("general", R"(,"user":"ann")"));
  EXPECT_EQ(types(bob.say(join("general", R"(,"user":"bob")"))), Names{"joined"});
  const auto heard = ann.take();
  ASSERT_EQ(types(heard), Names{"user_joined"});
  EXPECT_EQ(heard[0].at("room"), "general");
  EXPECT_EQ(heard[0].at("user"), "bob");
  EXPECT_TRUE(parse_iso8601(heard[0].at("timestamp").get<std::string>()));
  EXPECT_FALSE(heard[0].contains("seq"));
}

TEST(Join, AgainIsAFreshJoinedAndNoUserJoined) {
  CoreFixture core;
  NativeClient ann(core);
  NativeClient bob(core);
  ann.say(join("general", R"(,"user":"ann")"));
  bob.say(join("general", R"(,"user":"bob")"));
  ann.take();
  core.publish("general", "x");
  core.settle();
  ann.take();
  bob.take();
  const auto heard = bob.say(join("general", R"(,"id":"2")"));
  ASSERT_EQ(types(heard), (Names{"joined", "ack"}));
  EXPECT_EQ(heard[0].at("seq"), 1);
  EXPECT_EQ(heard[0].at("users"), 2);
  EXPECT_EQ(heard[0].at("sessions"), 2);
  EXPECT_EQ(heard[0].at("more"), false);
  EXPECT_TRUE(ann.take().empty());
  core.publish("general", "y");
  EXPECT_EQ(types(bob.hear()), Names{"chat"});
}

TEST(Join, AgainInTheSameTurnAsEventsTellsTheSeqUpToWhichTheyWereHandedOver) {
  CoreFixture core;
  NativeClient ann(core);
  ann.say(join("general"));
  core.publish("general", "1");
  ann.mutter(join("general"));
  core.publish("general", "2");
  const auto heard = ann.hear();
  ASSERT_EQ(types(heard), (Names{"chat", "joined", "chat"}));
  EXPECT_EQ(heard[1].at("seq"), 1);
  EXPECT_EQ(heard[2].at("seq"), 2);
}

TEST(Join, OfAnUnknownRoomHasAnEpochAndSeqZero) {
  CoreFixture core;
  NativeClient ann(core);
  const auto heard = ann.say(join("new"));
  EXPECT_FALSE(heard[0].at("epoch").get<std::string>().empty());
  EXPECT_EQ(heard[0].at("seq"), 0);
  EXPECT_EQ(heard[0].at("epoch"), core.publish("new", "x").epoch);
}

TEST(Join, SinceBringsWhatWasMissed) {
  CoreFixture core;
  std::string epoch;
  for (int i = 1; i <= 5; ++i)
    epoch = core.publish("general", std::to_string(i)).epoch;
  NativeClient ann(core);
  const auto heard = ann.say(join("general", R"(,"since":{"epoch":")" + epoch + R"(","seq":3})"));
  ASSERT_EQ(types(heard), Names{"joined"});
  EXPECT_EQ(heard[0].at("recovered"), true);
  EXPECT_EQ(heard[0].at("more"), false);
  ASSERT_EQ(heard[0].at("messages").size(), 2U);
  EXPECT_EQ(heard[0]["messages"][0].at("type"), "chat");
  EXPECT_EQ(heard[0]["messages"][0].at("seq"), 4);
  EXPECT_EQ(heard[0]["messages"][0].at("text"), "4");
  EXPECT_EQ(heard[0]["messages"][1].at("seq"), 5);
}

TEST(Join, SinceTheTopIsRecoveredAndBringsNothing) {
  CoreFixture core;
  const auto last = core.publish("general", "1");
  NativeClient ann(core);
  const auto heard = ann.say(join("general", R"(,"since":{"epoch":")" + last.epoch + R"(","seq":1})"));
  EXPECT_EQ(heard[0].at("recovered"), true);
  EXPECT_EQ(heard[0].at("messages").size(), 0U);
}

TEST(Join, SinceWinsOverHistoryWhereItIsKnown) {
  CoreFixture core;
  std::string epoch;
  for (int i = 1; i <= 5; ++i)
    epoch = core.publish("general", std::to_string(i)).epoch;
  NativeClient ann(core);
  const auto heard = ann.say(join("general", R"(,"history":1,"since":{"epoch":")" + epoch + R"(","seq":2})"));
  EXPECT_EQ(heard[0].at("recovered"), true);
  EXPECT_EQ(heard[0].at("messages").size(), 3U);
}

TEST(Join, OfAnotherEpochBringsAllThatIsKeptAndSaysItIsNotRecovered) {
  CoreFixture core;
  for (int i = 1; i <= 5; ++i)
    core.publish("general", std::to_string(i));
  NativeClient ann(core);
  const auto heard = ann.say(join("general", R"(,"since":{"epoch":"other","seq":2})"));
  EXPECT_EQ(heard[0].at("recovered"), false);
  ASSERT_EQ(heard[0].at("messages").size(), 5U);
  EXPECT_EQ(heard[0]["messages"][0].at("seq"), 1);
  EXPECT_EQ(heard[0].at("more"), false);
}

TEST(Join, OfAnotherEpochWithHistoryBringsTheNewestOfIt) {
  CoreFixture core;
  for (int i = 1; i <= 5; ++i)
    core.publish("general", std::to_string(i));
  NativeClient ann(core);
  const auto heard = ann.say(join("general", R"(,"history":2,"since":{"epoch":"other","seq":2})"));
  EXPECT_EQ(heard[0].at("recovered"), false);
  ASSERT_EQ(heard[0].at("messages").size(), 2U);
  EXPECT_EQ(heard[0]["messages"][0].at("seq"), 4);
}

TEST(Join, SinceAboveTheTopIsNotRecovered) {
  CoreFixture core;
  const auto last = core.publish("general", "1");
  NativeClient ann(core);
  const auto heard = ann.say(join("general", R"(,"since":{"epoch":")" + last.epoch + R"(","seq":2})"));
  EXPECT_EQ(heard[0].at("recovered"), false);
  EXPECT_EQ(heard[0].at("messages").size(), 1U);
  EXPECT_EQ(heard[0].at("seq"), 1);
}

TEST(Join, SinceWhatHasBeenTrimmedIsNotRecovered) {
  RoomRule rule;
  rule.history.size = 3;
  CoreFixture core({rule});
  std::string epoch;
  for (int i = 1; i <= 5; ++i)
    epoch = core.publish("general", std::to_string(i)).epoch;
  const auto since = [&](int seq) {
    return join("general", R"(,"since":{"epoch":")" + epoch + R"(","seq":)" + std::to_string(seq) + '}');
  };
  NativeClient ann(core);
  auto heard = ann.say(since(1));
  EXPECT_EQ(heard[0].at("recovered"), false);
  EXPECT_EQ(heard[0].at("messages").size(), 3U);
  heard = ann.say(since(2));
  EXPECT_EQ(heard[0].at("recovered"), true);
  EXPECT_EQ(heard[0].at("messages").size(), 3U);
}

TEST(Join, HistoryBringsTheNewestOldestFirst) {
  CoreFixture core;
  for (int i = 1; i <= 5; ++i)
    core.publish("general", std::to_string(i));
  NativeClient ann(core);
  auto heard = ann.say(join("general", R"(,"history":2)"));
  ASSERT_EQ(heard[0].at("messages").size(), 2U);
  EXPECT_EQ(heard[0]["messages"][0].at("seq"), 4);
  EXPECT_EQ(heard[0]["messages"][1].at("seq"), 5);
  EXPECT_EQ(heard[0].at("more"), false);
  EXPECT_EQ(heard[0].at("recovered"), false);
  NativeClient bob(core);
  EXPECT_EQ(bob.say(join("general", R"(,"history":0)"))[0].at("messages").size(), 0U);
  NativeClient cid(core);
  EXPECT_EQ(cid.say(join("general", R"(,"history":1000)"))[0].at("messages").size(), 5U);
}

TEST(Join, ListsAtMostAHundredMembers) {
  CoreFixture core;
  std::vector<std::unique_ptr<NativeClient>> clients;
  std::vector<json> heard;
  for (int i = 0; i < 101; ++i) {
    clients.push_back(std::make_unique<NativeClient>(core));
    heard = clients.back()->say(join("general", R"(,"user":"u)" + std::to_string(i) + '"'));
    if (i == 99) {
      EXPECT_EQ(heard[0].at("members").size(), 100U);
    }
  }
  EXPECT_EQ(heard[0].at("members").size(), 100U);
  EXPECT_EQ(heard[0].at("users"), 101);
}

TEST(Join, GuestsCountInSessionsOnly) {
  CoreFixture core;
  NativeClient guest(core);
  const auto heard = guest.say(join("general"));
  EXPECT_EQ(heard[0].at("users"), 0);
  EXPECT_EQ(heard[0].at("sessions"), 1);
  EXPECT_EQ(heard[0].at("members").size(), 0U);
}

TEST(Join, RefusesBadFieldsByName) {
  CoreFixture core;
  NativeClient ann(core);
  const auto refused = [&](const std::string& text, std::string_view code, std::string_view field) {
    const json error = error_of(ann.say(text));
    EXPECT_EQ(error.value("code", ""), code) << text;
    EXPECT_EQ(error.value("field", ""), field) << text;
    EXPECT_EQ(error.value("id", ""), "x") << text;
    EXPECT_FALSE(error.value("message", "").empty());
  };
  refused(R"({"type":"join","id":"x"})", "bad_room", "room");
  refused(R"({"type":"join","id":"x","room":null})", "bad_room", "room");
  refused(R"({"type":"join","id":"x","room":7})", "bad_room", "room");
  refused(R"({"type":"join","id":"x","room":""})", "bad_room", "room");
  refused(R"({"type":"join","id":"x","room":"."})", "bad_room", "room");
  refused(R"({"type":"join","id":"x","room":".."})", "bad_room", "room");
  refused(R"({"type":"join","id":"x","room":"a\nb"})", "bad_room", "room");
  refused(join(std::string(129, 'r'), R"(,"id":"x")"), "bad_room", "room");
  refused(join("a", R"(,"id":"x","history":-1)"), "bad_message", "history");
  refused(join("a", R"(,"id":"x","history":"1")"), "bad_message", "history");
  refused(join("a", R"(,"id":"x","history":1.5)"), "bad_message", "history");
  refused(join("a", R"(,"id":"x","since":"a:1")"), "bad_message", "since");
  refused(join("a", R"(,"id":"x","since":{"seq":1})"), "bad_message", "since");
  refused(join("a", R"(,"id":"x","since":{"epoch":"e"})"), "bad_message", "since");
  refused(join("a", R"(,"id":"x","since":{"epoch":"e","seq":-1})"), "bad_message", "since");
  refused(join("a", R"(,"id":"x","since":{"epoch":1,"seq":1})"), "bad_message", "since");
  refused(join("a", R"(,"id":"x","stateVersion":"1")"), "bad_message", "stateVersion");
  refused(join("a", R"(,"id":"x","user":7)"), "bad_message", "user");
  EXPECT_EQ(core.hub.find_room("a"), nullptr);
  EXPECT_EQ(types(ann.say(join(std::string(128, 'r')))), Names{"joined"});
}

TEST(Join, NullFieldsCountAsNotGiven) {
  CoreFixture core;
  NativeClient ann(core);
  EXPECT_EQ(types(ann.say(join("a", R"(,"since":null,"history":null,"user":null)"))), Names{"joined"});
  EXPECT_TRUE(ann.session()->guest());
}

TEST(Join, NamesAGuestOnceAndForGood) {
  CoreFixture core;
  NativeClient ann(core);
  ann.say(join("a", R"(,"user":"ann")"));
  EXPECT_EQ(ann.session()->user(), "ann");
  const json error = error_of(ann.say(join("b", R"(,"user":"bob","id":"1")")));
  EXPECT_EQ(error.at("code"), "forbidden");
  EXPECT_EQ(error.at("field"), "user");
  EXPECT_EQ(core.hub.find_room("b"), nullptr);
  EXPECT_EQ(types(ann.say(join("b", R"(,"user":"ann")"))), Names{"joined"});
}

TEST(Join, RefusesIllegalNames) {
  CoreFixture core;
  NativeClient ann(core);
  for (const std::string name : {"", "@x", "$x", "guest-12345678", "a\\u0000b", "a\\nb"}) {
    const json error = error_of(ann.say(join("a", R"(,"user":")" + name + '"')));
    EXPECT_EQ(error.value("code", ""), "bad_message") << name;
    EXPECT_EQ(error.value("field", ""), "user") << name;
  }
  const auto named = [&](std::size_t size) {
    return join("a", R"(,"user":")" + std::string(size, 'n') + '"');
  };
  EXPECT_EQ(error_of(ann.say(named(121))).value("field", ""), "user");
  EXPECT_TRUE(ann.session()->guest());
  EXPECT_EQ(types(ann.say(named(120))), Names{"joined"});
}

TEST(Join, OfTheServersRoomsIsForOnesOwnAndAllOnly) {
  CoreFixture core;
  core.publish("$all", "news");
  core.publish("@ann", "private");
  NativeClient ann(core);
  auto heard = ann.say(join("@ann", R"(,"user":"ann","history":5,"id":"1")"));
  ASSERT_EQ(types(heard), (Names{"joined", "ack"}));
  EXPECT_EQ(heard[0].at("messages").size(), 1U);
  for (const char* absent : {"members", "users", "sessions", "state", "stateVersion"})
    EXPECT_FALSE(heard[0].contains(absent)) << absent;
  heard = ann.say(join("$all", R"(,"history":5)"));
  ASSERT_EQ(types(heard), Names{"joined"});
  EXPECT_EQ(heard[0].at("messages")[0].at("text"), "news");
  for (const char* other : {"@bob", "$some", "@", "$"})
    EXPECT_EQ(error_of(ann.say(join(other))).value("code", ""), "forbidden") << other;
  core.publish("$all", "live");
  core.publish("@ann", "live");
  EXPECT_EQ(types(ann.hear()), (Names{"chat", "chat"}));
}

TEST(Join, AGuestHasNoPersonalRoom) {
  CoreFixture core;
  NativeClient guest(core);
  const json error = error_of(guest.say(join("@" + guest.session()->user())));
  EXPECT_EQ(error.value("code", ""), "forbidden");
}

TEST(Join, KeepsToTheRule) {
  RoomRule users;
  users.match = "users-*";
  users.join = JoinRule::user;
  RoomRule closed;
  closed.match = "closed";
  closed.join = JoinRule::nobody;
  CoreFixture core({users, closed});
  NativeClient ann(core);
  EXPECT_EQ(error_of(ann.say(join("users-1"))).value("code", ""), "forbidden");
  EXPECT_EQ(types(ann.say(join("users-1", R"(,"user":"ann")"))), Names{"joined"});
  EXPECT_EQ(error_of(ann.say(join("closed"))).value("code", ""), "forbidden");
}

TEST(Join, RefusesAFullRoomAndTooManyRooms) {
  RoomRule full;
  full.match = "small";
  full.max_members = 1;
  Limits limits;
  limits.rooms_per_session = 2;
  CoreFixture core({full}, limits);
  NativeClient ann(core);
  NativeClient bob(core);
  ann.say(join("small"));
  EXPECT_EQ(error_of(bob.say(join("small"))).value("code", ""), "forbidden");
  EXPECT_EQ(types(ann.say(join("small"))), Names{"joined"}) << "who is in it may join again";
  bob.say(join("a", R"(,"user":"bob")"));
  bob.say(join("b"));
  EXPECT_EQ(error_of(bob.say(join("c"))).value("code", ""), "too_many_rooms");
  EXPECT_EQ(types(bob.say(join("b"))), Names{"joined"});
  bob.say(R"({"type":"leave","room":"a"})");
  EXPECT_EQ(types(bob.say(join("c"))), Names{"joined"});
}

TEST(Leave, IsToldToTheOthersAndAcknowledged) {
  CoreFixture core;
  NativeClient ann(core);
  NativeClient bob(core);
  ann.say(join("general", R"(,"user":"ann")"));
  bob.say(join("general", R"(,"user":"bob")"));
  ann.take();
  const auto heard = bob.say(R"({"type":"leave","room":"general","id":"l"})");
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0], json::parse(R"({"type":"ack","id":"l","room":"general"})"));
  const auto told = ann.take();
  ASSERT_EQ(types(told), Names{"user_left"});
  EXPECT_EQ(told[0].at("user"), "bob");
  core.publish("general", "x");
  EXPECT_TRUE(bob.hear().empty());
  EXPECT_EQ(ann.take().size(), 1U);
}

TEST(Leave, OfARoomThatItIsNotInIsRefused) {
  CoreFixture core;
  NativeClient ann(core);
  EXPECT_EQ(error_of(ann.say(R"({"type":"leave","room":"general"})")).value("code", ""), "not_joined");
  EXPECT_EQ(error_of(ann.say(R"({"type":"leave"})")).value("code", ""), "bad_room");
  EXPECT_EQ(error_of(ann.say(R"({"type":"leave","room":5})")).value("field", ""), "room");
}

TEST(Leave, OfTheServersRoomsIsForbidden) {
  CoreFixture core;
  NativeClient ann(core);
  ann.say(join("a", R"(,"user":"ann")"));
  for (const char* room : {"$all", "@ann", "@bob"})
    EXPECT_EQ(error_of(ann.say(R"({"type":"leave","room":")" + std::string(room) + "\"}")).value("code", ""),
              "forbidden");
  core.publish("$all", "x");
  core.publish("@ann", "y");
  EXPECT_EQ(ann.hear().size(), 2U);
}

TEST(Naming, TheFirstMessageOfAnyTypeNamesAGuestAndLaterNamesAreStripped) {
  CoreFixture core;
  NativeClient ann(core);
  EXPECT_EQ(types(ann.say(R"({"type":"ping","user":"ann"})")), Names{"pong"});
  EXPECT_EQ(ann.session()->user(), "ann");
  ann.say(join("general"));
  const auto heard = ann.say(R"({"type":"chat","text":"hi","user":"bob"})");
  ASSERT_EQ(types(heard), Names{"chat"});
  EXPECT_EQ(heard[0].at("user"), "ann");
  EXPECT_EQ(types(ann.say(R"({"type":"ping","user":7})")), Names{"pong"});
}

TEST(Naming, AGuestInARoomThatGetsANameIsAnnounced) {
  CoreFixture core;
  NativeClient bob(core);
  NativeClient ann(core);
  bob.say(join("general", R"(,"user":"bob")"));
  ann.say(join("general"));
  EXPECT_TRUE(bob.take().empty());
  ann.say(R"({"type":"chat","text":"hi","user":"ann"})");
  const auto heard = bob.take();
  ASSERT_EQ(types(heard), (Names{"user_joined", "chat"}));
  EXPECT_EQ(heard[1].at("user"), "ann");
}

TEST(Naming, AnIllegalFirstNameIsRefusedAndNothingIsDone) {
  CoreFixture core;
  NativeClient ann(core);
  ann.say(join("general"));
  const json error = error_of(ann.say(R"({"type":"chat","text":"hi","user":"@x","id":"1"})"));
  EXPECT_EQ(error.value("code", ""), "bad_message");
  EXPECT_EQ(error.value("field", ""), "user");
  EXPECT_EQ(error.value("id", ""), "1");
}

}  // namespace
}  // namespace confab::testing
