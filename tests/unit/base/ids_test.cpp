// SPDX-License-Identifier: MIT
#include "confab/base/ids.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

namespace confab {
namespace {

TEST(Ids, RandomNumbersDoNotRepeat) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 10'000; ++i)
    EXPECT_TRUE(seen.insert(random_u64()).second);
}

TEST(Ids, EveryBitOfARandomNumberIsSetAboutHalfTheTime) {
  std::array<int, 64> set{};
  constexpr int kNumbers = 10'000;
  for (int i = 0; i < kNumbers; ++i) {
    const std::uint64_t number = random_u64();
    for (std::size_t bit = 0; bit < 64; ++bit)
      set[bit] += static_cast<int>(number >> bit & 1);
  }
  // 10 standard deviations (50 each) from the mean.
  for (int count : set)
    EXPECT_NEAR(count, kNumbers / 2, 500);
}

TEST(Ids, FillsAnyNumberOfBytesAcrossTheEdgeOfThePool) {
  for (std::size_t size : {0U, 1U, 7U, 511U, 512U, 513U, 1500U, 10'000U}) {
    std::vector<std::byte> bytes(size + 2, std::byte{0x5A});
    std::vector<std::byte> seen(size, std::byte{0});
    // A byte left out would be zero every time.
    for (int round = 0; round < 8; ++round) {
      std::fill(bytes.begin() + 1, bytes.end() - 1, std::byte{0});
      random_bytes(std::span(bytes).subspan(1, size));
      for (std::size_t i = 0; i < size; ++i)
        seen[i] |= bytes[i + 1];
    }
    for (std::byte byte : seen)
      ASSERT_NE(byte, std::byte{0});
    EXPECT_EQ(bytes.front(), std::byte{0x5A});
    EXPECT_EQ(bytes.back(), std::byte{0x5A});
  }
}

TEST(Ids, WritesSixteenHexadecimalDigits) {
  std::string out = "x";
  append_hex64(out, 0);
  EXPECT_EQ(out, "x0000000000000000");
  out.clear();
  append_hex64(out, 0x0123456789abcdef);
  EXPECT_EQ(out, "0123456789abcdef");
  out.clear();
  append_hex64(out, UINT64_MAX);
  EXPECT_EQ(out, "ffffffffffffffff");
}

TEST(Ids, ReadsWhatItWrites) {
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t number = random_u64();
    std::string text;
    append_hex64(text, number);
    EXPECT_EQ(parse_hex64(text), number);
  }
}

TEST(Ids, ReadsNoOtherSpelling) {
  for (const char* text :
       {"", "0", "000000000000000", "00000000000000000", "0123456789ABCDEF", "0123456789abcdeg",
        "0x23456789abcdef", " 123456789abcdef", "+123456789abcdef", "-123456789abcdef", "012345678 abcdef",
        "0123456789abcde\xc3", "012345678:abcdef", "012345678`abcdef", "/123456789abcdef"}) {
    EXPECT_EQ(parse_hex64(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_hex64(std::string(16, '\0')), std::nullopt);
}

TEST(Ids, TokensAreLettersAndDigitsOfTheLengthAskedFor) {
  EXPECT_EQ(random_token(0), "");
  std::set<char> seen;
  std::set<std::string> tokens;
  for (int i = 0; i < 2000; ++i) {
    const std::string token = random_token(16);
    ASSERT_EQ(token.size(), 16U);
    for (char c : token) {
      ASSERT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
      seen.insert(c);
    }
    EXPECT_TRUE(tokens.insert(token).second);
  }
  EXPECT_EQ(seen.size(), 36U);
  EXPECT_EQ(random_token(2000).size(), 2000U);
}

TEST(Ids, NoCharacterOfATokenIsFavoured) {
  std::array<int, 256> count{};
  constexpr int kCharacters = 360'000;
  for (char c : random_token(kCharacters))
    ++count[static_cast<unsigned char>(c)];
  // Expected 10,000 each with a deviation of 99; a plain remainder of a byte would favour four characters by
  // 1,250.
  for (char c : std::string("abcdefghijklmnopqrstuvwxyz0123456789")) {
    EXPECT_NEAR(count[static_cast<unsigned char>(c)], kCharacters / 36, 800) << c;
  }
}

}  // namespace
}  // namespace confab
