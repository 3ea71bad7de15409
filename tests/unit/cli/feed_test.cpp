// SPDX-License-Identifier: MIT
#include "cli/feed.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace confab::cli {
namespace {

using Next = Feed::Next;
using Lines = std::vector<std::string>;
using std::chrono::milliseconds;

class Recorder final : public Printer {
 public:
  bool line(std::string_view text) override {
    lines.emplace_back(text);
    return lines.size() < most;
  }

  void notice(std::string_view sentence) override { notices.emplace_back(sentence); }

  Lines lines;
  Lines notices;
  std::size_t most = SIZE_MAX;  ///< the reader goes when it has these
};

class CliFeed : public testing::Test {
 protected:
  CliFeed() { options_.rooms = {"r"}; }

  FeedOptions& options() { return options_; }

  Feed& feed() {
    if (!feed_) feed_ = std::make_unique<Feed>(options_, printer_);
    return *feed_;
  }

  void take(std::string_view message) { EXPECT_EQ(feed().on_message(message), Next::go_on) << message; }

  void chat(int seq, std::string_view room = "r") { take(chat_of(seq, room)); }

  static std::string chat_of(int seq, std::string_view room = "r") {
    return R"({"type":"chat","room":")" + std::string(room) + R"(","user":"ann","text":"t)" +
           std::to_string(seq) + R"(","seq":)" + std::to_string(seq) + "}";
  }

  static std::string joined(std::string_view epoch, int seq, std::string_view rest = R"("messages":[])") {
    return R"({"type":"joined","room":"r","epoch":")" + std::string(epoch) + R"(","seq":)" +
           std::to_string(seq) + "," + std::string(rest) + "}";
  }

  const Lines& lines() const { return printer_.lines; }

  const Lines& notices() const { return printer_.notices; }

  Recorder& printer() { return printer_; }

 private:
  FeedOptions options_;
  Recorder printer_;
  std::unique_ptr<Feed> feed_;
};

TEST_F(CliFeed, JoinsEachRoomOnceConnected) {
  options().rooms = {"a", "b\"c"};
  EXPECT_EQ(feed().on_message(R"({"type":"connected","clientId":"x"})"), Next::greet);
  EXPECT_EQ(feed().greeting(), (Lines{R"({"type":"join","id":"join-0","room":"a"})",
                                      R"({"type":"join","id":"join-1","room":"b\"c"})"}));
}

TEST_F(CliFeed, AsksForThePastThatWasAskedFor) {
  options().rooms = {"a", "b"};
  options().history = 10;
  options().since = {{"b", {"e", 7}}};
  EXPECT_EQ(
      feed().greeting(),
      (Lines{R"({"type":"join","id":"join-0","room":"a","history":10})",
             R"({"type":"join","id":"join-1","room":"b","since":{"epoch":"e","seq":7},"history":10})"}));
}

TEST_F(CliFeed, TakesAPositionWithoutARoomForEveryRoomThatHasNoneOfItsOwn) {
  options().rooms = {"a", "b"};
  options().since = {{"", {"e", 7}}, {"b", {"f", 8}}};
  EXPECT_EQ(feed().greeting(),
            (Lines{R"({"type":"join","id":"join-0","room":"a","since":{"epoch":"e","seq":7}})",
                   R"({"type":"join","id":"join-1","room":"b","since":{"epoch":"f","seq":8}})"}));
}

TEST_F(CliFeed, PrintsThePastAndThenWhatComes) {
  take(joined("e", 2, R"("messages":[)" + chat_of(1) + "," + chat_of(2) + "]"));
  chat(3);
  EXPECT_EQ(lines(), (Lines{"r ann: t1", "r ann: t2", "r ann: t3"}));
  EXPECT_TRUE(notices().empty());
}

TEST_F(CliFeed, PrintsPagesOfThePastAsTheyCome) {
  take(joined("e", 4, R"("more":true,"messages":[)" + chat_of(1) + "]"));
  take(R"({"type":"messages","room":"r","messages":[)" + chat_of(2) + "," + chat_of(3) + R"(],"more":true})");
  take(R"({"type":"messages","room":"r","messages":[)" + chat_of(4) + R"(],"more":false})");
  chat(5);
  EXPECT_EQ(lines().size(), 5U);
}

TEST_F(CliFeed, PrintsJsonAsItCame) {
  options().form = Form::json;
  take(joined("e", 0));
  take(R"({"type":"price","room":"r","data":{"p":"1.0"},"seq":1})");
  EXPECT_EQ(lines(), (Lines{R"({"type":"price","room":"r","data":{"p":"1.0"},"seq":1})"}));
}

TEST_F(CliFeed, GoesOnWhereItWasAfterALostConnection) {
  take(joined("e", 2));
  chat(3);
  EXPECT_EQ(feed().on_message(R"({"type":"connected"})"), Next::greet);
  EXPECT_EQ(feed().greeting(),
            (Lines{R"({"type":"join","id":"join-0","room":"r","since":{"epoch":"e","seq":3}})"}));
  take(joined("e", 5, R"("recovered":true,"messages":[)" + chat_of(4) + "," + chat_of(5) + "]"));
  EXPECT_EQ(lines(), (Lines{"r ann: t3", "r ann: t4", "r ann: t5"}));
  EXPECT_TRUE(notices().empty());
}

TEST_F(CliFeed, GoesOnInThePageInWhichTheConnectionWasLost) {
  take(joined("e", 9, R"("more":true,"messages":[)" + chat_of(5) + "," + chat_of(6) + "]"));
  EXPECT_EQ(feed().greeting(),
            (Lines{R"({"type":"join","id":"join-0","room":"r","since":{"epoch":"e","seq":6}})"}));
}

TEST_F(CliFeed, PrintsNothingTwice) {
  take(joined("e", 2));
  chat(3);
  take(joined("e", 3, R"("recovered":true,"messages":[)" + chat_of(3) + "]"));
  chat(3);
  EXPECT_EQ(lines(), (Lines{"r ann: t3"}));
}

TEST_F(CliFeed, SaysWhatCannotBeRecovered) {
  take(joined("e", 2));
  take(joined("f", 1, R"("recovered":false,"messages":[)" + chat_of(1) + "]"));
  chat(2);
  EXPECT_EQ(lines(), (Lines{"r ann: t1", "r ann: t2"}));
  EXPECT_EQ(notices(), (Lines{"r: not everything after e:2 is there any more; going on with what is left"}));
}

TEST_F(CliFeed, SaysThatARoomWasReset) {
  options().rooms = {"r", "s"};
  take(joined("e", 2));
  take(
      R"({"type":"reset","rooms":[{"room":"r","epoch":"f","seq":0,"reason":"epoch"},)"
      R"({"room":"s","epoch":"g","seq":9,"reason":"gap"},{"room":"other","epoch":"h","seq":1,"reason":"gap"},5]})");
  chat(1);
  EXPECT_EQ(lines(), (Lines{"r ann: t1"}));
  EXPECT_EQ(notices(), (Lines{"r: its history began again; going on after f:0",
                              "s: some events are lost; going on after g:9"}));
  EXPECT_EQ(feed().greeting()[1],
            R"({"type":"join","id":"join-1","room":"s","since":{"epoch":"g","seq":9}})");
}

TEST_F(CliFeed, PrintsOnlyTheRoomsThatWereAskedFor) {
  take(joined("e", 0));
  take(R"({"type":"notification","room":"$all","data":{"message":"hi"},"seq":1})");
  take(R"({"type":"joined","room":"other","epoch":"x","seq":0,"messages":[]})");
  take(R"({"type":"messages","room":"other","messages":[{"type":"chat","room":"other","text":"x"}]})");
  take(R"({"type":"chat","text":"of no room"})");
  EXPECT_TRUE(lines().empty());
}

TEST_F(CliFeed, PrintsEphemeralEventsEachTime) {
  take(joined("e", 0));
  take(R"({"type":"moved","room":"r","data":1})");
  take(R"({"type":"moved","room":"r","data":1})");
  EXPECT_EQ(lines(), (Lines{"r moved 1", "r moved 1"}));
}

TEST_F(CliFeed, PrintsWhatHappensBesideOnlyWhereEverythingWasAskedFor) {
  const Lines beside{R"({"type":"user_joined","room":"r","user":"bob"})",
                     R"({"type":"user_left","room":"r","user":"bob"})",
                     R"({"type":"user_typing","room":"r","user":"bob"})",
                     R"({"type":"user_read","room":"r","user":"bob"})",
                     R"({"type":"occupancy","room":"r"})",
                     R"({"type":"delta","room":"r","key":"k"})"};
  for (const auto& message : beside)
    take(message);
  EXPECT_TRUE(lines().empty());
}

TEST_F(CliFeed, PrintsEverythingWhereEverythingWasAskedFor) {
  options().what = FeedOptions::What::everything;
  take(joined("e", 0));
  take(R"({"type":"user_joined","room":"r","user":"bob"})");
  take(R"({"type":"delta","room":"r","key":"k","value":1,"version":1})");
  chat(1);
  take(R"({"type":"ack","id":"join-0","room":"r"})");
  take(R"({"type":"pong","timestamp":1})");
  take(R"({"type":"token_expiring","expires":"T"})");
  EXPECT_EQ(lines(),
            (Lines{"r bob user_joined", R"(r delta {"key":"k","value":1,"version":1})", "r ann: t1"}));
}

TEST_F(CliFeed, PrintsTheStateAfterEachChange) {
  options().what = FeedOptions::What::state;
  take(joined("e", 1, R"("stateVersion":1,"state":{"a":1},"messages":[)" + chat_of(1) + "]"));
  chat(2);
  take(R"({"type":"delta","room":"r","key":"b","value":2,"version":2,"timestamp":1})");
  take(R"({"type":"delta","room":"r","key":"b","value":2,"version":2,"timestamp":1})");
  EXPECT_EQ(lines(), (Lines{R"({"room":"r","stateVersion":1,"state":{"a":1}})",
                            R"({"room":"r","stateVersion":2,"state":{"a":1,"b":2}})"}));
}

TEST_F(CliFeed, PrintsTheStateAgainAfterALostConnectionOnlyWhereItIsAnother) {
  options().what = FeedOptions::What::state;
  take(joined("e", 0, R"("stateVersion":1,"state":{"a":1},"messages":[])"));
  take(joined("e", 0, R"("stateVersion":1,"state":{"a":1},"messages":[],"recovered":true)"));
  take(joined("e", 0, R"("stateVersion":2,"state":{"a":2},"messages":[],"recovered":true)"));
  EXPECT_EQ(lines(), (Lines{R"({"room":"r","stateVersion":1,"state":{"a":1}})",
                            R"({"room":"r","stateVersion":2,"state":{"a":2}})"}));
}

TEST_F(CliFeed, KeepsTheStatesOfRoomsApart) {
  options().what = FeedOptions::What::state;
  options().rooms = {"r", "s"};
  take(joined("e", 0, R"("stateVersion":1,"state":{"a":1})"));
  take(R"({"type":"joined","room":"s","epoch":"e","seq":0,"stateVersion":0,"state":{}})");
  take(joined("e", 0, R"("stateVersion":1,"state":{"a":1},"recovered":true)"));
  EXPECT_EQ(lines(), (Lines{R"({"room":"r","stateVersion":1,"state":{"a":1}})",
                            R"({"room":"s","stateVersion":0,"state":{}})"}));
}

TEST_F(CliFeed, EndsAfterTheCountOfLines) {
  options().count = 2;
  take(joined("e", 0));
  chat(1);
  EXPECT_EQ(feed().on_message(chat_of(2)), Next::done);
  EXPECT_EQ(lines().size(), 2U);
}

TEST_F(CliFeed, EndsInTheMiddleOfThePast) {
  options().count = 1;
  EXPECT_EQ(feed().on_message(joined("e", 2, R"("messages":[)" + chat_of(1) + "," + chat_of(2) + "]")),
            Next::done);
  EXPECT_EQ(lines(), (Lines{"r ann: t1"}));
}

TEST_F(CliFeed, EndsWhereNobodyReads) {
  printer().most = 1;
  take(joined("e", 0));
  EXPECT_EQ(feed().on_message(chat_of(1)), Next::done);
}

TEST_F(CliFeed, FailsWhereARoomIsRefused) {
  options().rooms = {"a", "b"};
  EXPECT_EQ(feed().on_message(R"({"type":"error","id":"join-1","code":"forbidden","message":"Not here."})"),
            Next::fail);
  EXPECT_EQ(feed().trouble().sentence, "b: Not here. (forbidden)");
  EXPECT_EQ(feed().trouble().exit_code(), ExitCode::failed);
}

TEST_F(CliFeed, ComesBackLaterWhereARoomIsRefusedForNow) {
  for (const char* code : {"rate_limited", "unavailable", "internal"}) {
    EXPECT_EQ(feed().on_message(R"({"type":"error","id":"join-0","code":")" + std::string(code) +
                                R"(","message":"Later.","retryAfter":700})"),
              Next::retry);
    EXPECT_EQ(feed().take_wait(), milliseconds(700));
  }
  EXPECT_EQ(notices().front(), "r: Later. (rate_limited)");
}

TEST_F(CliFeed, OnlySaysErrorsThatAreNoRoomsOwn) {
  take(R"({"type":"error","code":"bad_message","message":"What?"})");
  take(R"({"type":"error","id":"other","code":"bad_message","message":"What?"})");
  EXPECT_EQ(notices(), (Lines{"What? (bad_message)", "What? (bad_message)"}));
}

TEST_F(CliFeed, SurvivesTheErrorOfAJoinThatItNeverSent) {
  EXPECT_EQ(feed().on_message(R"({"type":"error","id":"join-7","code":"forbidden","message":"No."})"),
            Next::fail);
  EXPECT_EQ(feed().trouble().sentence, "No. (forbidden)");
}

TEST_F(CliFeed, LeavesARoomFromWhichItWasRemoved) {
  options().rooms = {"r", "s"};
  take(R"({"type":"kicked","room":"r","user":"me","reason":"spam"})");
  EXPECT_EQ(notices(), (Lines{"r: kicked by the server, spam"}));
  EXPECT_EQ(feed().greeting(), (Lines{R"({"type":"join","id":"join-1","room":"s"})"}));
  EXPECT_EQ(feed().on_message(R"({"type":"banned","room":"s"})"), Next::fail);
  EXPECT_EQ(feed().trouble().sentence, "s: banned by the server");
}

TEST_F(CliFeed, ObeysAServerThatAsksForATime) {
  EXPECT_EQ(feed().take_wait(), std::nullopt);
  take(R"({"type":"reconnect","after":1500})");
  EXPECT_EQ(feed().take_wait(), milliseconds(1500));
  EXPECT_EQ(feed().take_wait(), std::nullopt) << "once";
  take(R"({"type":"reconnect"})");
  EXPECT_EQ(feed().take_wait(), milliseconds(0));
  take(R"({"type":"reconnect","after":600000})");
  EXPECT_EQ(feed().take_wait(), milliseconds(600'000));
  take(R"({"type":"reconnect","after":600001})");
  EXPECT_EQ(feed().take_wait(), milliseconds(600'000)) << "at most ten minutes";
  take(R"({"type":"reconnect","after":-5})");
  EXPECT_EQ(feed().take_wait(), milliseconds(0));
}

TEST_F(CliFeed, TellsOnceThatARoomWasJoined) {
  EXPECT_FALSE(feed().take_joined());
  take(joined("e", 0));
  EXPECT_TRUE(feed().take_joined());
  EXPECT_FALSE(feed().take_joined());
}

TEST_F(CliFeed, FailsWhereTheServerSpeaksAnotherLanguage) {
  for (const char* text : {"", "hello", "[1]", "{"}) {
    EXPECT_EQ(feed().on_message(text), Next::fail) << text;
    EXPECT_EQ(feed().trouble().sentence, "The server sent something that isn't JSON.");
  }
}

TEST_F(CliFeed, IgnoresMembersOfAnotherKind) {
  take(R"({"type":"joined","room":"r","epoch":5,"seq":"x","recovered":"y","messages":{}})");
  take(R"({"type":"messages","room":"r"})");
  take(R"({"type":"messages","room":"r","messages":[1,"x",null]})");
  take(R"({"type":"reset","rooms":7})");
  take(R"({"type":7,"room":8})");
  EXPECT_TRUE(lines().empty());
}

}  // namespace
}  // namespace confab::cli
