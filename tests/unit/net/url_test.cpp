// SPDX-License-Identifier: MIT
#include "net/url.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace confab::net {
namespace {

std::string decoded(std::string_view text, Plus plus = Plus::literal) {
  std::string out = "<";
  return percent_decode(text, plus, out) ? out.substr(1) : "(refused)";
}

TEST(Url, DecodesEveryByte) {
  for (int byte = 0; byte < 128; ++byte) {
    char text[8];
    std::snprintf(text, sizeof(text), "%%%02X", static_cast<unsigned>(byte));
    EXPECT_EQ(decoded(text), std::string(1, static_cast<char>(byte)));
    std::snprintf(text, sizeof(text), "%%%02x", static_cast<unsigned>(byte));
    EXPECT_EQ(decoded(text), std::string(1, static_cast<char>(byte)));
  }
  EXPECT_EQ(decoded("a%20b%C3%A9%F0%9F%98%80"), "a b\u00e9\U0001F600");
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("%2541"), "%41");
}

TEST(Url, RefusesHalfAnEscape) {
  for (const auto* text : {"%", "%4", "a%", "%4g", "%g4", "%%41", "%-1", "% 1", "%\xC3\xA9"}) {
    EXPECT_EQ(decoded(text), "(refused)") << text;
  }
}

TEST(Url, RefusesWhatIsNoUtf8) {
  for (const auto* text : {"%C3", "%80", "%ED%A0%80", "%C0%AF", "\xFF", "%F4%90%80%80", "a%C3b"}) {
    EXPECT_EQ(decoded(text), "(refused)") << text;
  }
}

TEST(Url, ReadsPlusAsASpaceOnlyWhereItIsOne) {
  EXPECT_EQ(decoded("a+b%2B", Plus::space), "a b+");
  EXPECT_EQ(decoded("a+b%2B", Plus::literal), "a+b+");
}

TEST(Url, AppendsToWhatIsThere) {
  std::string out = "\xFF";  // not its business
  EXPECT_TRUE(percent_decode("a", Plus::literal, out));
  EXPECT_EQ(out,
            "\xFF"
            "a");
}

TEST(Url, ComparesWithoutCaseOfAsciiLettersOnly) {
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_TRUE(equal_ignoring_case("Content-TYPE", "content-type"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));
}

TEST(Url, WalksAListOfTokens) {
  std::vector<std::string> found;
  const auto walk = [&](std::string_view list) {
    found.clear();
    for_each_token(list, [&](std::string_view token) { found.emplace_back(token); });
    return found;
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(walk(""), List{});
  EXPECT_EQ(walk(" ,\t, "), List{});
  EXPECT_EQ(walk("a"), List{"a"});
  EXPECT_EQ(walk(" a ,,\tb c, d"), (List{"a", "b c", "d"}));
}

TEST(Url, KnowsTheBytesOfATokenByHeart) {
  const std::string_view separators = "()<>@,;:\\\"/[]?={} \t";
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool expected = i > 32 && i < 127 && separators.find(c) == std::string_view::npos;
    EXPECT_EQ(is_token_byte(c), expected) << i;
  }
}

}  // namespace
}  // namespace confab::net
