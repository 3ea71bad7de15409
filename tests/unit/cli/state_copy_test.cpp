// SPDX-License-Identifier: MIT
#include "cli/state_copy.hpp"

#include <gtest/gtest.h>

namespace confab::cli {
namespace {

class CliStateCopy : public testing::Test {
 protected:
  const json::Object& object(std::string_view text) { return **parser_.object(text); }

  void restart(std::string_view joined) { state_.restart(object(joined)); }

  bool apply(std::string_view delta) { return state_.apply(object(delta)); }

  std::string line() const { return state_.line("doc"); }

 private:
  json::Parser parser_;
  StateCopy state_;
};

TEST_F(CliStateCopy, IsEmptyAtFirst) {
  EXPECT_EQ(line(), R"({"room":"doc","stateVersion":0,"state":{}})");
}

TEST_F(CliStateCopy, BecomesWhatJoinedHas) {
  restart(R"({"type":"joined","stateVersion":4,"state":{"b":{"x":[1]},"a":"\u00e9"}})");
  EXPECT_EQ(line(), R"({"room":"doc","stateVersion":4,"state":{"a":"\u00e9","b":{"x":[1]}}})");
}

TEST_F(CliStateCopy, ForgetsWhatItHadWhenItBeginsAgain) {
  restart(R"({"stateVersion":9,"state":{"a":1}})");
  restart(R"({"stateVersion":2,"state":{"b":2}})");
  EXPECT_EQ(line(), R"({"room":"doc","stateVersion":2,"state":{"b":2}})");
  restart(R"({"type":"joined"})");
  EXPECT_EQ(line(), R"({"room":"doc","stateVersion":0,"state":{}})");
  restart(R"({"state":[],"stateVersion":"x"})");
  EXPECT_EQ(line(), R"({"room":"doc","stateVersion":0,"state":{}})");
}

TEST_F(CliStateCopy, FollowsEachDelta) {
  restart(R"({"stateVersion":1,"state":{"a":1}})");
  EXPECT_TRUE(apply(R"({"type":"delta","room":"doc","key":"b","value":[2],"version":2})"));
  EXPECT_TRUE(apply(R"({"type":"delta","room":"doc","key":"a","value":3,"version":3})"));
  EXPECT_EQ(line(), R"({"room":"doc","stateVersion":3,"state":{"a":3,"b":[2]}})");
}

TEST_F(CliStateCopy, DropsWhatIsRemoved) {
  restart(R"({"stateVersion":1,"state":{"a":1,"b":2}})");
  EXPECT_TRUE(apply(R"({"key":"a","value":null,"version":2})"));
  EXPECT_EQ(line(), R"({"room":"doc","stateVersion":2,"state":{"b":2}})");
  EXPECT_TRUE(apply(R"({"key":"never there","value":null,"version":3})"));
  EXPECT_EQ(line(), R"({"room":"doc","stateVersion":3,"state":{"b":2}})");
}

TEST_F(CliStateCopy, IgnoresDeltasThatAreOldOrNone) {
  restart(R"({"stateVersion":5,"state":{"a":1}})");
  EXPECT_FALSE(apply(R"({"key":"a","value":0,"version":5})"));
  EXPECT_FALSE(apply(R"({"key":"a","value":0,"version":4})"));
  EXPECT_FALSE(apply(R"({"key":"a","value":0})"));
  EXPECT_FALSE(apply(R"({"key":7,"value":0,"version":6})"));
  EXPECT_FALSE(apply(R"({"key":"a","version":6})"));
  EXPECT_FALSE(apply(R"({"value":1,"version":6})"));
  EXPECT_EQ(line(), R"({"room":"doc","stateVersion":5,"state":{"a":1}})");
}

TEST_F(CliStateCopy, QuotesNamesOfKeys) {
  EXPECT_TRUE(apply(R"({"key":"a\"b","value":1,"version":1})"));
  EXPECT_EQ(line(), R"({"room":"doc","stateVersion":1,"state":{"a\"b":1}})");
}

}  // namespace
}  // namespace confab::cli
