// SPDX-License-Identifier: MIT
#include "cli/line_reader.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace confab::cli {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream input(text);
  LineReader reader(input);
  std::vector<std::string> lines;
  while (reader.next())
    lines.emplace_back(reader.line());
  return lines;
}

TEST(CliLineReader, GivesLinesWithoutTheirEnds) {
  EXPECT_EQ(lines_of("a\nb\r\n\nc"), (std::vector<std::string>{"a", "b", "", "c"}));
  EXPECT_EQ(lines_of("a\n"), (std::vector<std::string>{"a"}));
  EXPECT_TRUE(lines_of("").empty());
  EXPECT_EQ(lines_of("\n"), (std::vector<std::string>{""}));
  EXPECT_EQ(lines_of("a\rb\n"), (std::vector<std::string>{"a\rb"}));
}

TEST(CliLineReader, NumbersThem) {
  std::istringstream input("a\n\nb");
  LineReader reader(input);
  EXPECT_EQ(reader.number(), 0U);
  reader.next();
  reader.next();
  reader.next();
  EXPECT_EQ(reader.number(), 3U);
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.number(), 3U);
}

TEST(CliLineReader, TakesALineAtItsBoundAndEndsAtOneOver) {
  std::istringstream input("a\n" + std::string(LineReader::kLongest, 'x') + "\n" +
                           std::string(LineReader::kLongest + 1, 'y') + "\nz\n");
  LineReader reader(input);
  ASSERT_TRUE(reader.next());
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.line().size(), LineReader::kLongest);
  EXPECT_FALSE(reader.too_long());
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.too_long());
  EXPECT_EQ(reader.number(), 3U);
  EXPECT_FALSE(reader.next()) << "what follows isn't read";
}

}  // namespace
}  // namespace confab::cli
