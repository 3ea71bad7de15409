// SPDX-License-Identifier: MIT
#include "confab/base/utf8.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/json.hpp"

namespace confab {
namespace {

using namespace std::string_view_literals;

static_assert(sizeof(Utf8Validator) <= 8);

enum class State { invalid, incomplete, complete };

std::string encode(std::uint32_t code) {
  std::string out;
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 + code / 64);
    put(0x80 + code % 64);
  } else if (code < 0x10000) {
    put(0xE0 + code / 4096);
    put(0x80 + code / 64 % 64);
    put(0x80 + code % 64);
  } else {
    put(0xF0 + code / 262144);
    put(0x80 + code / 4096 % 64);
    put(0x80 + code / 64 % 64);
    put(0x80 + code % 64);
  }
  return out;
}

/// A slow decoder by the definition: a sequence is well-formed where it decodes to a scalar value whose
/// shortest form has that length; a text is incomplete where some bytes could still make its last sequence
/// well-formed.
State reference(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t length = 0;
    std::uint32_t code = 0;
    if (lead < 0x80) {
      length = 1;
      code = lead;
    } else if (lead >= 0xC0 && lead < 0xE0) {
      length = 2;
      code = lead & 0x1FU;
    } else if (lead >= 0xE0 && lead < 0xF0) {
      length = 3;
      code = lead & 0x0FU;
    } else if (lead >= 0xF0 && lead < 0xF8) {
      length = 4;
      code = lead & 0x07U;
    } else {
      return State::invalid;
    }
    std::size_t have = 1;
    for (; have < length && i + have < text.size(); ++have) {
      const auto byte = static_cast<unsigned char>(text[i + have]);
      if ((byte & 0xC0) != 0x80) return State::invalid;
      code = code << 6 | (byte & 0x3FU);
    }
    // What the missing bytes could make of it.
    const unsigned missing = static_cast<unsigned>(6 * (length - have));
    const std::uint32_t lowest = code << missing;
    const std::uint32_t highest = lowest | ((1U << missing) - 1);
    static constexpr std::uint32_t kShortest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool possible = [&] {
      for (const auto& [from, to] : {std::pair{0x0U, 0xD7FFU}, std::pair{0xE000U, 0x10FFFFU}}) {
        if (std::max({lowest, from, kShortest[length]}) <= std::min(highest, to)) return true;
      }
      return false;
    }();
    if (!possible) return State::invalid;
    if (have < length) return State::incomplete;
    i += length;
  }
  return State::complete;
}

State state_of(const Utf8Validator& validator, bool fed) {
  if (!fed) return State::invalid;
  return validator.complete() ? State::complete : State::incomplete;
}

const std::vector<std::string>& samples() {
  static const std::vector<std::string> kSamples = {
      "",
      "a",
      "plain text of more than sixteen bytes",
      "\xc3\xa9",
      "\xe2\x82\xac",
      "\xf0\x9f\x98\x80",
      std::string("\0", 1),
      "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5",
      "caf\xc3\xa9 \xe2\x82\xac"
      "5 \xf0\x9f\x98\x80 and on it goes",
      "12345678\xc3\xa9"
      "12345678\xf4\x8f\xbf\xbf"
      "12345678",
      "\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80",
      "\x80",
      "\xbf",
      "\xc0\x80",
      "\xc1\xbf",
      "\xc2",
      "\xc2\x41",
      "\xc3\xc3",
      "\xe0\x80\x80",
      "\xe0\x9f\xbf",
      "\xe0\xa0",
      "\xed\xa0\x80",
      "\xed\xbf\xbf",
      "\xef\xbf",
      "\xf0\x80\x80\x80",
      "\xf0\x8f\xbf\xbf",
      "\xf4\x90\x80\x80",
      "\xf5\x80\x80\x80",
      "\xf7\xbf\xbf\xbf",
      "\xf8\x88\x80\x80\x80",
      "\xfe",
      "\xff",
      "\xf0\x9f\x98",
      "\xf0\x9f\x98\x41",
      "text then \xff",
      "12345678\x80",
      "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80\x65\x64\x69\x74",
      "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xf4\x90\x80\x80\x65"};
  return kSamples;
}

TEST(Utf8Validator, AgreesWithTheReferenceWhereverATextIsCut) {
  for (const std::string& text : samples()) {
    for (std::size_t first = 0; first <= text.size(); ++first) {
      for (std::size_t second = first; second <= text.size(); ++second) {
        Utf8Validator validator;
        const std::string_view view = text;
        bool fed = true;
        std::size_t end = 0;
        for (auto piece : {view.substr(0, first), view.substr(first, second - first), view.substr(second)}) {
          fed = validator.feed(piece);
          end += piece.size();
          ASSERT_EQ(state_of(validator, fed), reference(view.substr(0, end)))
              << text << " " << first << " " << second;
        }
      }
    }
  }
}

TEST(Utf8Validator, SaysInvalidWithTheByteThatMakesItSo) {
  for (const std::string& text : samples()) {
    Utf8Validator validator;
    for (std::size_t size = 1; size <= text.size(); ++size) {
      const bool fed = validator.feed(std::string_view(text).substr(size - 1, 1));
      ASSERT_EQ(state_of(validator, fed), reference(std::string_view(text).substr(0, size)))
          << text << " at " << size;
    }
  }
  // The cases that the definition decides early, written out.
  const auto invalid_after = [](std::string_view text) {
    for (std::size_t size = 1; size <= text.size(); ++size) {
      Utf8Validator validator;
      if (!validator.feed(text.substr(0, size))) return size;
    }
    return std::size_t{0};
  };
  EXPECT_EQ(invalid_after("\xf4\x90\x80\x80"), 2U);
  EXPECT_EQ(invalid_after("\xed\xa0\x80"), 2U);
  EXPECT_EQ(invalid_after("\xe0\x9f\xbf"), 2U);
  EXPECT_EQ(invalid_after("\xf0\x8f\xbf\xbf"), 2U);
  EXPECT_EQ(invalid_after("\xc0\x80"), 1U);
  EXPECT_EQ(invalid_after("\xc1\xbf"), 1U);
  EXPECT_EQ(invalid_after("\xf5\x80\x80\x80"), 1U);
  EXPECT_EQ(invalid_after("\xff"), 1U);
  EXPECT_EQ(invalid_after("\x80"), 1U);
  EXPECT_EQ(invalid_after("\xf4\x8f\xbf\x41"), 4U);
}

TEST(Utf8Validator, KnowsEveryTwoBytesAndWhatMayFollow) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      for (const char* tail : {"", "\x80", "\xbf", "\x80\x80", "\xbf\xbf", "a"}) {
        std::string text = {static_cast<char>(first), static_cast<char>(second)};
        text += tail;
        Utf8Validator validator;
        const bool fed = validator.feed(text);
        ASSERT_EQ(state_of(validator, fed), reference(text)) << first << " " << second;
        ASSERT_EQ(json::valid_utf8(text), reference(text) == State::complete);
      }
    }
  }
}

TEST(Utf8Validator, TakesEveryCharacterThereIsAndNoSurrogate) {
  for (std::uint32_t code = 0; code <= 0x110010; ++code) {
    const bool legal = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    const std::string text = encode(code);
    ASSERT_EQ(json::valid_utf8(text), legal) << code;
    ASSERT_EQ(utf8_sequence(text.data(), text.data() + text.size()), legal ? text.size() : 0U) << code;
  }
}

TEST(Utf8Validator, AgreesWithTheReferenceOnRandomBytes) {
  std::mt19937 random(11);
  static constexpr std::string_view kBytes =
      "ab\x7f\x80\x8f\x90\x9f\xa0\xbf\xc2\xdf\xe0\xe1\xed\xef\xf0\xf1\xf4\xf5";
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (auto n = random() % 12; n > 0; --n)
      text += kBytes[random() % kBytes.size()];
    const std::size_t cut = random() % (text.size() + 1);
    Utf8Validator validator;
    bool fed = validator.feed(std::string_view(text).substr(0, cut));
    fed = validator.feed(std::string_view(text).substr(cut));
    ASSERT_EQ(state_of(validator, fed), reference(text));
  }
}

TEST(Utf8Validator, StaysInvalidUntilItIsReset) {
  Utf8Validator validator;
  EXPECT_TRUE(validator.complete());
  EXPECT_FALSE(validator.feed("\xff"));
  EXPECT_FALSE(validator.feed("good"));
  EXPECT_FALSE(validator.feed(""));
  EXPECT_FALSE(validator.complete());
  validator.reset();
  EXPECT_TRUE(validator.feed("good"));
  EXPECT_TRUE(validator.complete());
  EXPECT_TRUE(validator.feed("\xe2\x82"));
  validator.reset();
  EXPECT_TRUE(validator.complete());
  EXPECT_FALSE(validator.feed("\xac"));
}

}  // namespace
}  // namespace confab
