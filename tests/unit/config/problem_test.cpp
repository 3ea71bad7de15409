// SPDX-License-Identifier: MIT
#include "config/problem.hpp"

#include <gtest/gtest.h>

namespace confab::config {
namespace {

TEST(Problem, NamesFileLineColumnAndKey) {
  const Problem problem{Source::file, "confabd.yaml", {12, 3}, "limits.rooms", "unknown key"};
  EXPECT_EQ(problem.text(), "confabd.yaml:12:3: limits.rooms: unknown key");
}

TEST(Problem, LeavesOutWhatItDoesNotHave) {
  EXPECT_EQ((Problem{Source::command_line, "--set", {}, "log.level", "bad"}.text()), "--set: log.level: bad");
  EXPECT_EQ((Problem{Source::file, "a.yaml", {}, "", "can't be read"}.text()), "a.yaml: can't be read");
}

TEST(Quoted, EscapesWhatYamlWouldTakeForSomethingElse) {
  EXPECT_EQ(quoted(""), R"("")");
  EXPECT_EQ(quoted("a b: #c"), R"("a b: #c")");
  EXPECT_EQ(quoted("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(quoted(std::string_view("\0\n\x1F\x7F", 4)), R"("\x00\x0a\x1f\x7f")");
  EXPECT_EQ(quoted("ü"), "\"ü\"");
}

TEST(Excerpt, ShowsPlainTextAsItIs) {
  EXPECT_EQ(excerpt("25"), "25");
  EXPECT_EQ(excerpt(""), R"("")");
  EXPECT_EQ(excerpt("25", Node::Style::quoted), R"("25")");
  EXPECT_EQ(excerpt("a\nb"), R"("a\x0ab")");
}

TEST(Excerpt, EndsAfterSixtyBytesButNotInsideACharacter) {
  EXPECT_EQ(excerpt(std::string(60, 'a')), std::string(60, 'a'));
  EXPECT_EQ(excerpt(std::string(61, 'a')), std::string(60, 'a') + "…");
  EXPECT_EQ(excerpt(std::string(59, 'a') + "üb"), std::string(59, 'a') + "…");
  EXPECT_EQ(excerpt(std::string(58, 'a') + "üb"), std::string(58, 'a') + "ü…");
}

}  // namespace
}  // namespace confab::config
