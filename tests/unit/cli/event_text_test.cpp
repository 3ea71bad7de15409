// SPDX-License-Identifier: MIT
#include "cli/event_text.hpp"

#include <gtest/gtest.h>

namespace confab::cli {
namespace {

std::string text_of(std::string_view event) {
  json::Parser parser;
  const auto parsed = parser.object(event);
  return parsed ? event_text(**parsed) : "not JSON";
}

TEST(CliEventText, SaysWhoSaidWhatWhereAndWhen) {
  EXPECT_EQ(text_of(R"({"type":"chat","room":"general","user":"ann","text":"hi","id":"1","seq":1,)"
                    R"("timestamp":"2026-11-24T10:00:00.123Z"})"),
            "2026-11-24T10:00:00.123Z general ann: hi");
}

TEST(CliEventText, LeavesOutTheUserWhereTheServerSpeaks) {
  EXPECT_EQ(text_of(R"({"type":"chat","room":"general","text":"hi","timestamp":"T"})"), "T general: hi");
}

TEST(CliEventText, ShowsTheDataOfACustomEventAsItCame) {
  EXPECT_EQ(
      text_of(R"({"type":"price_update","room":"stocks:AAPL","data":{"z":1.50,"a":[true,null]},"seq":7})"),
      R"(stocks:AAPL price_update {"z":1.50,"a":[true,null]})");
  EXPECT_EQ(text_of(R"({"type":"moved","room":"r","user":"ann","data":null})"), "r ann moved null");
}

TEST(CliEventText, ShowsTheOwnMembersOfAnEventWithoutData) {
  EXPECT_EQ(text_of(R"({"type":"user_typing","room":"r","user":"ann","isTyping":true})"),
            R"(r ann user_typing {"isTyping":true})");
  EXPECT_EQ(text_of(R"({"type":"user_joined","room":"r","user":"ann","timestamp":"T"})"),
            "T r ann user_joined");
  EXPECT_EQ(text_of(R"({"type":"message_deleted","room":"r","target":3,"by":"eve","seq":9})"),
            R"(r message_deleted {"target":3,"by":"eve"})");
}

TEST(CliEventText, SaysToWhomADirectMessageWent) {
  EXPECT_EQ(
      text_of(R"({"type":"direct","room":"@ann","user":"ann","to":"bob","text":"psst","timestamp":"T"})"),
      "T @ann ann -> bob: psst");
}

TEST(CliEventText, ShowsADeletedEventAsDeleted) {
  EXPECT_EQ(text_of(R"({"type":"chat","room":"r","user":"ann","seq":3,"deleted":true,"timestamp":"T"})"),
            "T r ann chat (deleted)");
  EXPECT_EQ(text_of(R"({"type":"chat","room":"r","user":"ann","text":"still there","deleted":false})"),
            "r ann: still there");
}

TEST(CliEventText, WritesATimeInMillisecondsLikeTheOthers) {
  EXPECT_EQ(
      text_of(
          R"({"type":"delta","room":"doc","user":"ann","key":"k","value":1,"version":2,"timestamp":1000})"),
      R"(1970-01-01T00:00:01.000Z doc ann delta {"key":"k","value":1,"version":2})");
  EXPECT_EQ(text_of(R"({"type":"delta","room":"doc","timestamp":253402300799999})"),
            "9999-12-31T23:59:59.999Z doc delta");
  EXPECT_EQ(text_of(R"({"type":"delta","room":"doc","timestamp":253402300800000})"), "doc delta");
  EXPECT_EQ(text_of(R"({"type":"delta","room":"doc","timestamp":-1})"), "doc delta");
}

TEST(CliEventText, LetsNoSenderWriteToTheTerminal) {
  EXPECT_EQ(text_of(R"({"type":"chat","room":"r","user":"ann","text":"a\nb\tc\u001b[2Jd\u009be\u007ff"})"),
            R"(r ann: a\nb\tc\u001b[2Jd\u009be\u007ff)");
  // In an event's data such characters may come as they are.
  EXPECT_EQ(text_of("{\"type\":\"x\",\"room\":\"r\",\"data\":\"a\xC2\x9Bz\x7F\"}"),
            R"(r x "a\u009bz\u007f")");
}

TEST(CliEventText, KeepsWhatIsNoControlCharacter) {
  EXPECT_EQ(printable("caf\xC3\xA9 \xC2\xA0 \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "caf\xC3\xA9 \xC2\xA0 \xE2\x82\xAC \xF0\x9F\x98\x80");
  EXPECT_EQ(printable(std::string_view("\0\x1F ", 3)), R"(\u0000\u001f )");
  EXPECT_EQ(printable("\xC2\x80\xC2\x9F\xC2\xA1"), "\\u0080\\u009f\xC2\xA1");
  EXPECT_EQ(printable("\xC2"), "\xC2");
  EXPECT_EQ(printable(""), "");
}

TEST(CliEventText, HandsOnTheServersJsonWhereJsonWasAskedFor) {
  json::Parser parser;
  const auto event = parser.object(R"({"type":"chat","room":"r","text":"\u00e9","n":1.0})");
  EXPECT_EQ(event_line(**event, Form::json), R"({"type":"chat","room":"r","text":"\u00e9","n":1.0})");
  EXPECT_EQ(event_line(**event, Form::text), "r: \xC3\xA9");
}

}  // namespace
}  // namespace confab::cli
