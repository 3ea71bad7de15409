// SPDX-License-Identifier: MIT
#include "cli/duration.hpp"

#include <gtest/gtest.h>

namespace confab::cli {
namespace {

using std::chrono::seconds;

TEST(CliDuration, ReadsEachUnit) {
  EXPECT_EQ(parse_duration("1s"), seconds(1));
  EXPECT_EQ(parse_duration("90s"), seconds(90));
  EXPECT_EQ(parse_duration("10m"), seconds(600));
  EXPECT_EQ(parse_duration("1h"), seconds(3600));
  EXPECT_EQ(parse_duration("7d"), seconds(604'800));
}

TEST(CliDuration, EndsAtTenYears) {
  EXPECT_EQ(parse_duration("3650d"), seconds(315'360'000));
  EXPECT_EQ(parse_duration("315360000s"), seconds(315'360'000));
  EXPECT_EQ(parse_duration("3651d"), std::nullopt);
  EXPECT_EQ(parse_duration("315360001s"), std::nullopt);
  EXPECT_EQ(parse_duration("4294967296s"), std::nullopt);
  EXPECT_EQ(parse_duration("99999999999999999999d"), std::nullopt);
}

TEST(CliDuration, RefusesWhatIsNone) {
  for (const char* text :
       {"", "s", "1", "60", "0s", "-1s", "+1s", "1.5h", "1 h", " 1h", "1h ", "1w", "1ms", "0x1s", "h1"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

}  // namespace
}  // namespace confab::cli
