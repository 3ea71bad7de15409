// SPDX-License-Identifier: MIT
#include "cli/publication.hpp"

#include <gtest/gtest.h>

namespace confab::cli {
namespace {

TEST(CliPublication, IsAChatMessage) {
  PubCommand command;
  EXPECT_EQ(publication_body(command, "say \"hi\"\n", "i1"), R"({"id":"i1","text":"say \"hi\"\n"})");
  command.user = "ann";
  command.ephemeral = true;
  EXPECT_EQ(publication_body(command, "hi", "i1"),
            R"({"id":"i1","user":"ann","ephemeral":true,"text":"hi"})");
}

TEST(CliPublication, IsAnEventWithItsDataAsItWasGiven) {
  PubCommand command;
  command.event = "price_update";
  EXPECT_EQ(publication_body(command, R"({"b":1.50,"a":[]})", "i1"),
            R"({"id":"i1","event":"price_update","data":{"b":1.50,"a":[]}})");
}

TEST(CliPublication, TakesOnlyTextsThatAreUtf8) {
  const PubCommand command;
  EXPECT_FALSE(content_trouble(command, "caf\xC3\xA9"));
  EXPECT_FALSE(content_trouble(command, "{not JSON"));
  const auto wrong = content_trouble(command, "caf\xE9");
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->sentence, "The text isn't UTF-8.");
  EXPECT_EQ(wrong->exit_code(), ExitCode::usage);
}

TEST(CliPublication, TakesOnlyDataThatIsJson) {
  PubCommand command;
  command.event = "e";
  for (const char* data : {"null", "1", "\"text\"", "[1, 2]", R"({"a": {}})"})
    EXPECT_FALSE(content_trouble(command, data)) << data;
  for (const char* data : {"", "text", "{", "{} {}", "\"\xE9\"", "{\"a\":1}, \"b\":2"}) {
    const auto wrong = content_trouble(command, data);
    ASSERT_TRUE(wrong) << data;
    EXPECT_EQ(wrong->exit_code(), ExitCode::usage);
  }
}

}  // namespace
}  // namespace confab::cli
