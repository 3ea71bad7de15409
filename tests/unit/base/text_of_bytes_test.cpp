// SPDX-License-Identifier: MIT
#include "confab/base/text_of_bytes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace confab {
namespace {

using namespace std::string_view_literals;

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"},
                                                                   {"\xfb\xff\xbf", "+/+/"},
                                                                   {"\0"sv, "AA=="},
                                                                   {"\xff", "/w=="}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64, DecodesWhatItEncodes) {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST(Base64, RefusesAnythingElse) {
  for (std::string_view text :
       {"A",      "AA",        "AAA",   "AAAAA", "=",          "==",   "===",      "====",
        "A===",   "AA=",       "Zg=",   "Zg",    "Zg===",      "Z===", "Zg==Zg==", "Zm8=Zm8=",
        "Zm9v\n", "Zm9v\nZm9", "Zm9v ", " Zm9v", "Zm-v",       "Zm_v", "Zm9=v",    "Z=9v",
        "Zh==",   "Zm9=",      "Zm9v=", "=Zm9",  "Z\xc3\xa9v", "Zm9*", "A=A=",     "AA=A"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
  EXPECT_EQ(base64_decode("Zm9\0"sv), std::nullopt);
}

TEST(Base64, HasOneSpellingForEachText) {
  // Of the 64 characters that may stand before "==" only four leave the unused bits zero; before "=",
  // sixteen.
  int two = 0;
  int one = 0;
  for (int c = 0; c < 256; ++c) {
    two += base64_decode(std::string{'A', static_cast<char>(c), '=', '='}).has_value();
    one += base64_decode(std::string{'A', 'A', static_cast<char>(c), '='}).has_value();
  }
  EXPECT_EQ(two, 4);
  EXPECT_EQ(one, 16 + 1);  // and "AA=="
}

TEST(Hex, EncodesEveryByte) {
  EXPECT_EQ(hex_encode(""), "");
  EXPECT_EQ(hex_encode("\x00\x01\x7f\x80\xfe\xff"sv), "00017f80feff");
}

}  // namespace
}  // namespace confab
