// SPDX-License-Identifier: MIT
// Files made to cost much: each is read or refused with a bounded number of problems.
#include <gtest/gtest.h>

#include <random>

#include "config/load.hpp"
#include "config/options.hpp"
#include "config/reading.hpp"

namespace confab::config {
namespace {

LoadResult load_file(std::string text) {
  return load({Sources::File{"hostile.yaml", std::move(text)}, {}, {}});
}

std::string repeat(std::string_view unit, std::size_t size) {
  std::string out;
  while (out.size() + unit.size() <= size)
    out += unit;
  return out;
}

TEST(HostileFile, AliasesOfAliasesAreNotMultiplied) {
  std::string text = "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*x" + std::to_string(i - 1);
    text += "x" + std::to_string(i) + ": &x" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j)
      text += ", " + before;
    text += "]\n";
  }
  text += "origins: *x39\n";
  const auto result = load_file(text);
  EXPECT_FALSE(result.problems.empty());
  EXPECT_LE(result.problems.size(), Reading::kMaxProblems);
}

TEST(HostileFile, ManyAliasesOfManyUnknownKeysEndAtTheLimitOfProblems) {
  std::string text = "rooms:\n - &r {";
  for (int i = 0; i < 5000; ++i)
    text += "k" + std::to_string(i) + ": 1, ";
  text += "match: a}\n";
  for (int i = 0; i < 900; ++i)
    text += " - *r\n";
  EXPECT_EQ(load_file(text).problems.size(), Reading::kMaxProblems);
}

TEST(HostileFile, ListsLongerThanTheirLimitAreNotRead) {
  const auto result = load_file("rooms:\n - &r {match: a}\n" + repeat(" - *r\n", 50'000));
  EXPECT_EQ(result.problems.size(), 1u);
}

TEST(HostileFile, MuchOfAnythingIsRefusedOrRead) {
  for (const char* unit : {"[",     "{",     "- ", "a: ",    "? ",     "&a ",   "*a ",      "[a, ", "{a: ",
                           "\"",    "'",     "!",  "#x\n",   "k: v\n", "- a\n", "[]",       "|\n",  "\n",
                           "---\n", "a:\n ", "\\", "%A b\n", " ",      "\t",    "rooms: [", "é"}) {
    const auto result = load_file(repeat(unit, 50'000));
    EXPECT_LE(result.problems.size(), Reading::kMaxProblems) << unit;
  }
}

TEST(HostileFile, ALongKeyOrValueIsShownInPart) {
  const auto result = load_file("? " + std::string(100'000, 'k') +
                                "\n: 1\nlog: {level: " + std::string(100'000, 'v') + "}\n");
  ASSERT_EQ(result.problems.size(), 2u);
  for (const auto& problem : result.problems)
    EXPECT_LT(problem.text().size(), 250u);
}

TEST(HostileFile, ControlCharactersDoNotReachAMessage) {
  for (const char* text : {"log: {level: \"a\\x1b[31m\\n\\0\"}\n", "\"a\\x1b\\n\": 1\n",
                           "rooms: [{\"a\\x1b\\n\": 1, \"a\\x1b\\n\": 1}]\n"}) {
    const auto result = load_file(text);
    ASSERT_FALSE(result.problems.empty()) << text;
    for (const auto& problem : result.problems)
      for (const char c : problem.text())
        EXPECT_GE(static_cast<unsigned char>(c), 0x20u) << problem.text();
  }
}

// Cuts, swaps and repeats bytes of the reference; whatever comes of it, load answers.
TEST(HostileFile, DamagedReferencesAreAnswered) {
  std::mt19937 random(23);
  const std::string reference = print_reference();
  const std::string spice = "[]{}:,-?*&!|>'\"%@`# \n\t\\0aé";
  for (int round = 0; round < 150; ++round) {
    std::string text = reference;
    for (auto edits = random() % 6 + 1; edits > 0; --edits) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text.erase(at, random() % 40 + 1);
          break;
        case 1:
          text.insert(at, 1, spice[random() % spice.size()]);
          break;
        case 2:
          text[at] = spice[random() % spice.size()];
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 60));
          break;
      }
    }
    const auto result = load_file(text);
    EXPECT_LE(result.problems.size(), Reading::kMaxProblems);
    for (const auto& problem : result.problems)
      EXPECT_FALSE(problem.message.empty());
  }
}

}  // namespace
}  // namespace confab::config
