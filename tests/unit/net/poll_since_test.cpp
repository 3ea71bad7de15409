// SPDX-License-Identifier: MIT
#include "net/poll_since.hpp"

#include <gtest/gtest.h>

namespace confab::net {
namespace {

std::string parsed(std::string_view text) {
  const auto since = PollSince::parse(text);
  return since ? since->generation + "@" + std::to_string(since->stamp) : "none";
}

TEST(PollSince, TakesMillisecondsWithDecimalsOrWithout) {
  EXPECT_EQ(parsed("0"), "@0");
  EXPECT_EQ(parsed("1795514400123"), "@1795514400123000");
  EXPECT_EQ(parsed("1795514400123.4"), "@1795514400123400");
  EXPECT_EQ(parsed("1795514400123.456"), "@1795514400123456");
  EXPECT_EQ(parsed("1795514400123.4569"), "@1795514400123456");
  EXPECT_EQ(parsed("999999999999999"), "@999999999999999000");
}

TEST(PollSince, TakesATimeAndACursor) {
  EXPECT_EQ(parsed("1970-01-01T00:00:01.5Z"), "@1500000");
  EXPECT_EQ(parsed("m0a1.1795514400123456"), "m0a1@1795514400123456");
}

TEST(PollSince, RefusesTheRest) {
  for (const auto* text :
       {"", "-5", "+5", "1.", ".5", "1e3", "1.2.3", "1000000000000000", "yesterday", "m0a1.", "m0a1.-1"})
    EXPECT_EQ(parsed(text), "none") << text;
}

TEST(PollSince, IsAnsweredAsItIsTaken) {
  for (const Stamp stamp : {Stamp{0}, Stamp{7}, Stamp{1'000'050}, Stamp{1'795'514'400'123'456}}) {
    std::string text;
    append_milliseconds(text, stamp);
    EXPECT_EQ(parsed(text), "@" + std::to_string(stamp));
  }
}

}  // namespace
}  // namespace confab::net
