// SPDX-License-Identifier: MIT
#include "cli/flat_text.hpp"

#include <gtest/gtest.h>

namespace confab::cli {
namespace {

std::vector<std::string> flat(std::string_view object) {
  json::Parser parser;
  const auto parsed = parser.object(object);
  return flat_text(**parsed);
}

TEST(CliFlatText, NamesEachValueByItsPath) {
  EXPECT_EQ(flat(R"({"a":{"b":{"c":1.50},"long":"text"},"d":true,"e":null})"),
            (std::vector<std::string>{"a.b.c   1.50", "a.long  text", "d       true", "e       null"}));
}

TEST(CliFlatText, NumbersTheElementsOfLists) {
  EXPECT_EQ(flat(R"({"top":[{"id":"x"},{"id":"y"}],"none":[],"empty":{}})"),
            (std::vector<std::string>{"top.0.id  x", "top.1.id  y"}));
}

TEST(CliFlatText, PrintsNoControlCharacters) {
  EXPECT_EQ(flat(R"({"a\nb":"c\u001bd"})"), (std::vector<std::string>{R"(a\nb  c\u001bd)"}));
}

TEST(CliFlatText, OfNothingIsNothing) {
  EXPECT_TRUE(flat("{}").empty());
}

}  // namespace
}  // namespace confab::cli
