// SPDX-License-Identifier: MIT
#include "protocol/native/msgpack_to_json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/json.hpp"

namespace confab::native {
namespace {

using Tree = nlohmann::json;

std::string bytes_of(std::initializer_list<unsigned> bytes) {
  std::string made;
  for (const unsigned byte : bytes)
    made += static_cast<char>(byte);
  return made;
}

std::string big_endian(std::uint64_t number, unsigned bytes) {
  std::string made;
  for (unsigned i = bytes; i-- > 0;)
    made += static_cast<char>(number >> (8 * i) & 0xFF);
  return made;
}

/// The text, or "refused: " and why. The bytes lie in a buffer of their exact size.
std::string json(std::string_view bytes) {
  const std::vector<char> copy(bytes.begin(), bytes.end());
  std::string text;
  const auto made = msgpack_to_json({copy.data(), copy.size()}, text);
  if (made) return text;
  EXPECT_EQ(made.error().code, errc::bad_message);
  EXPECT_EQ(made.error().field, nullptr);
  return "refused: " + std::string(made.error().sentence());
}

bool refused(std::string_view bytes) {
  return json(bytes).starts_with("refused: ");
}

std::string of_double(double number) {
  std::uint64_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  return json("\xcb" + big_endian(bits, 8));
}

std::string of_float(float number) {
  std::uint32_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  return json("\xca" + big_endian(bits, 4));
}

/// Arrays in arrays, `levels` of them.
std::string nested(std::size_t levels, std::string_view inside = "\xc0") {
  return std::string(levels, '\x91') + std::string(inside);
}

TEST(MsgpackToJson, EveryFirstByteIsAFormatOrRefused) {
  // Followed by bytes that do for whatever it wants: numbers, lengths of nothing, one more value of nothing.
  for (unsigned first = 0; first < 256; ++first) {
    SCOPED_TRACE(first);
    const std::string start = bytes_of({first});
    if (first <= 0x7F) {
      EXPECT_EQ(json(start), std::to_string(first));
    } else if (first <= 0x8F) {
      std::string bytes = start;
      std::string text = "{";
      for (unsigned i = 0; i < (first & 15); ++i) {
        bytes += bytes_of({0xA1, 'a' + i, i});
        text +=
            (i == 0 ? "\"" : ",\"") + std::string(1, static_cast<char>('a' + i)) + "\":" + std::to_string(i);
      }
      EXPECT_EQ(json(bytes), text + "}");
    } else if (first <= 0x9F) {
      std::string bytes = start;
      std::string text = "[";
      for (unsigned i = 0; i < (first & 15); ++i) {
        bytes += '\xc0';
        text += i == 0 ? "null" : ",null";
      }
      EXPECT_EQ(json(bytes), text + "]");
    } else if (first <= 0xBF) {
      EXPECT_EQ(json(start + std::string(first & 31, 'x')), "\"" + std::string(first & 31, 'x') + "\"");
    } else if (first >= 0xE0) {
      EXPECT_EQ(json(start), std::to_string(static_cast<int>(first) - 256));
    }
  }
  EXPECT_EQ(json("\xc0"), "null");
  EXPECT_EQ(json("\xc2"), "false");
  EXPECT_EQ(json("\xc3"), "true");
  EXPECT_TRUE(refused("\xc1"));
}

TEST(MsgpackToJson, TakesIntegersOfEveryWidthToTheirBounds) {
  EXPECT_EQ(json(bytes_of({0xCC, 0})), "0");
  EXPECT_EQ(json(bytes_of({0xCC, 255})), "255");
  EXPECT_EQ(json("\xcd" + big_endian(0xFFFF, 2)), "65535");
  EXPECT_EQ(json("\xcd" + big_endian(1, 2)), "1");
  EXPECT_EQ(json("\xce" + big_endian(0xFFFFFFFF, 4)), "4294967295");
  EXPECT_EQ(json("\xcf" + big_endian(UINT64_MAX, 8)), "18446744073709551615");
  EXPECT_EQ(json("\xcf" + big_endian(0, 8)), "0");
  EXPECT_EQ(json(bytes_of({0xD0, 0x80})), "-128");
  EXPECT_EQ(json(bytes_of({0xD0, 0x7F})), "127");
  EXPECT_EQ(json("\xd1" + big_endian(0x8000, 2)), "-32768");
  EXPECT_EQ(json("\xd1" + big_endian(0x7FFF, 2)), "32767");
  EXPECT_EQ(json("\xd2" + big_endian(0x80000000, 4)), "-2147483648");
  EXPECT_EQ(json("\xd2" + big_endian(0xFFFFFFFF, 4)), "-1");
  EXPECT_EQ(json("\xd3" + big_endian(std::uint64_t{1} << 63, 8)), "-9223372036854775808");
  EXPECT_EQ(json("\xd3" + big_endian(INT64_MAX, 8)), "9223372036854775807");
}

TEST(MsgpackToJson, WritesFloatsAsTheShortestNumbersThatAreFloats) {
  EXPECT_EQ(of_double(0.1), "0.1");
  EXPECT_EQ(of_double(1.5), "1.5");
  EXPECT_EQ(of_double(-2.5e-300), "-2.5e-300");
  EXPECT_EQ(of_double(1e100), "1e+100");
  EXPECT_EQ(of_double(5), "5.0");
  EXPECT_EQ(of_double(-7), "-7.0");
  EXPECT_EQ(of_double(0.0), "0.0");
  EXPECT_EQ(of_double(-0.0), "-0.0");
  EXPECT_EQ(of_double(9007199254740993.0), "9007199254740992.0");
  EXPECT_EQ(of_double(std::numeric_limits<double>::denorm_min()), "5e-324");
  EXPECT_EQ(of_double(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(of_float(0.5F), "0.5");
  EXPECT_EQ(of_float(0.1F), "0.10000000149011612");
  EXPECT_EQ(of_float(3), "3.0");
}

TEST(MsgpackToJson, RefusesFloatsThatJsonHasNot) {
  for (const double number :
       {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN(), -std::nan("1")}) {
    EXPECT_TRUE(of_double(number).starts_with("refused: JSON has no infinite numbers"));
    EXPECT_TRUE(of_float(static_cast<float>(number)).starts_with("refused: JSON has no infinite numbers"));
  }
}

TEST(MsgpackToJson, TakesStringsWithLengthsOfEveryWidth) {
  for (const std::size_t size : {0U, 1U, 31U, 32U, 255U, 256U, 65535U, 65536U, 70'000U}) {
    const std::string text(size, 'x');
    const std::string quoted = "\"" + text + "\"";
    if (size <= 255) {
      EXPECT_EQ(json("\xd9" + big_endian(size, 1) + text), quoted);
    }
    if (size <= 65535) {
      EXPECT_EQ(json("\xda" + big_endian(size, 2) + text), quoted);
    }
    EXPECT_EQ(json("\xdb" + big_endian(size, 4) + text), quoted);
  }
  EXPECT_EQ(json("\xa9\"\\\n\x01\xe2\x82\xac/\x7f"), "\"\\\"\\\\\\n\\u0001\xe2\x82\xac/\x7f\"");
  EXPECT_EQ(json(std::string("\xa1\x00", 2)), R"("\u0000")");
}

TEST(MsgpackToJson, RefusesStringsThatAreNotUtf8) {
  for (const std::string_view text :
       {"\xff", "\xc3", "\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    std::string bytes(1, static_cast<char>(0xA0 + text.size()));
    bytes += text;
    EXPECT_EQ(json(bytes), "refused: not valid MessagePack: invalid UTF-8 in a string");
    EXPECT_TRUE(refused("\x81" + bytes + "\xc0"));
  }
}

TEST(MsgpackToJson, TakesBytesAsBase64InAnObject) {
  EXPECT_EQ(json(bytes_of({0xC4, 0})), R"({"$binary":""})");
  EXPECT_EQ(json(bytes_of({0xC4, 3, 0, 0xFF, 0x80})), R"({"$binary":"AP+A"})");
  EXPECT_EQ(json(bytes_of({0xC5, 0, 1, 0xFF})), R"({"$binary":"/w=="})");
  EXPECT_EQ(json(bytes_of({0xC6, 0, 0, 0, 2, 1, 2})), R"({"$binary":"AQI="})");
  EXPECT_EQ(json(bytes_of({0x92, 0xC4, 1, 'a', 0x01})), R"([{"$binary":"YQ=="},1])");
  const std::string many(70'000, '\0');
  EXPECT_EQ(json("\xc6" + big_endian(many.size(), 4) + many).size(), 14 + (many.size() + 2) / 3 * 4);
}

TEST(MsgpackToJson, TakesArraysAndMapsOfEveryWidth) {
  for (const std::size_t count : {0U, 1U, 15U, 16U, 65535U, 65536U}) {
    std::string array = "[";
    std::string map = "{";
    std::string elements;
    std::string members;
    for (std::size_t i = 0; i < count; ++i) {
      array += i == 0 ? "7" : ",7";
      map += i == 0 ? R"("k":7)" : R"(,"k":7)";
      elements += '\x07';
      members += "\xa1k\x07";
    }
    array += ']';
    map += '}';
    if (count <= 65535) {
      EXPECT_EQ(json("\xdc" + big_endian(count, 2) + elements), array);
      EXPECT_EQ(json("\xde" + big_endian(count, 2) + members), map);
    }
    EXPECT_EQ(json("\xdd" + big_endian(count, 4) + elements), array);
    EXPECT_EQ(json("\xdf" + big_endian(count, 4) + members), map);
  }
  EXPECT_EQ(json("\x92\x90\x82\xa1"
                 "a\x91\x01\xa1"
                 "b\x80"),
            R"([[],{"a":[1],"b":{}}])");
}

TEST(MsgpackToJson, KeysAreStringsOfAnyWidth) {
  EXPECT_EQ(json("\x82\xa1q\x01\xd9\x01\"\x02"), R"({"q":1,"\"":2})");
  EXPECT_EQ(json("\x82\xda" + big_endian(1, 2) + "a\x01\xdb" + big_endian(1, 4) + "b\x02"),
            R"({"a":1,"b":2})");
  for (unsigned first = 0; first < 256; ++first) {
    const bool is_string = (first >= 0xA0 && first <= 0xBF) || (first >= 0xD9 && first <= 0xDB);
    if (is_string) continue;
    // Enough of nothing behind it that only the key can be what is wrong.
    EXPECT_EQ(json("\x81" + bytes_of({first}) + std::string(300, '\0')),
              "refused: MessagePack maps have strings for keys here")
        << first;
  }
}

TEST(MsgpackToJson, LeavesKeysThatComeTwiceToTheReader) {
  EXPECT_EQ(json("\x82\xa1"
                 "a\x01\xa1"
                 "a\x02"),
            R"({"a":1,"a":2})");
}

TEST(MsgpackToJson, RefusesExtTypes) {
  const std::string body(300, '\0');
  for (const unsigned first : {0xC7U, 0xC8U, 0xC9U, 0xD4U, 0xD5U, 0xD6U, 0xD7U, 0xD8U}) {
    EXPECT_EQ(json(bytes_of({first}) + body),
              "refused: MessagePack's ext types are not taken, timestamps among them");
  }
  // A timestamp (type -1) of 32 bits.
  EXPECT_TRUE(refused(bytes_of({0xD6, 0xFF, 0, 0, 0, 0})));
}

TEST(MsgpackToJson, RefusesWhatFollows) {
  EXPECT_EQ(json(bytes_of({0x01, 0x02})), "refused: not valid MessagePack: something follows the value");
  EXPECT_TRUE(refused("\x80\x80"));
  EXPECT_TRUE(refused(bytes_of({0x91, 0x01, 0xC0})));
}

TEST(MsgpackToJson, RefusesWhatIsCutAtEveryByte) {
  Tree tree = Tree::parse(R"({"type":"chat","n":[1,-1,128,-129,65536,-65537,4294967296,-4294967297,1.5,0.1],
    "null":null,"yes":true,"no":false,"nested":{"a":{"b":[[],{}]}}})");
  tree["long"] = std::string(40, 'x');
  tree["longer"] = std::string(300, 'x');
  tree["longest"] = std::string(70'000, 'x');
  tree["bytes"] = Tree::binary({1, 2, 3});
  tree["more"] = Tree::binary(std::vector<std::uint8_t>(300));
  tree["many"] = std::vector<int>(20, 1);
  const auto packed = Tree::to_msgpack(tree);
  const std::string bytes(packed.begin(), packed.end());
  EXPECT_FALSE(refused(bytes));
  for (std::size_t size = 0; size < bytes.size(); size += size < 1500 || size + 1500 > bytes.size() ? 1 : 997)
    ASSERT_EQ(json(std::string_view(bytes).substr(0, size)),
              "refused: not valid MessagePack: it ends too early")
        << size;
}

TEST(MsgpackToJson, LengthsThatAreLiesCostNothing) {
  for (const char* start : {"\xdb", "\xc6", "\xdd", "\xdf"})
    EXPECT_EQ(json(start + big_endian(0xFFFFFFFF, 4) + "\xa1x"),
              "refused: not valid MessagePack: it ends too early");
  EXPECT_TRUE(refused(std::string(100, '\xdf')));
}

TEST(MsgpackToJson, GoesAsDeepAsJsonMayAndNoDeeper) {
  const auto depth = static_cast<std::size_t>(json::kMaxDepth);
  const std::string deepest = json(nested(depth));
  EXPECT_EQ(deepest, std::string(depth, '[') + "null" + std::string(depth, ']'));
  EXPECT_TRUE(json::Parser().value(deepest).has_value());
  EXPECT_EQ(json(nested(depth + 1)), "refused: MessagePack is nested deeper than 128 levels");
  EXPECT_TRUE(refused(nested(100'000)));
  std::string maps;
  for (std::size_t i = 0; i < depth; ++i)
    maps += "\x81\xa1k";
  EXPECT_TRUE(json::Parser().value(json(maps + "\xc0")).has_value());
  EXPECT_TRUE(refused(maps + "\x80"));
}

TEST(MsgpackToJson, BytesAreALevel) {
  const auto depth = static_cast<std::size_t>(json::kMaxDepth);
  const std::string bytes = bytes_of({0xC4, 1, 'a'});
  EXPECT_TRUE(json::Parser().value(json(nested(depth - 1, bytes))).has_value());
  EXPECT_EQ(json(nested(depth, bytes)), "refused: MessagePack is nested deeper than 128 levels");
}

TEST(MsgpackToJson, NeverGrowsMoreThanEightTimes) {
  const auto grown = [](const std::string& element) {
    constexpr std::size_t kCount = 3000;
    std::string bytes = "\xdc" + big_endian(kCount, 2);
    for (std::size_t i = 0; i < kCount; ++i)
      bytes += element;
    const std::string text = json(bytes);
    EXPECT_FALSE(text.starts_with("refused"));
    return static_cast<double>(text.size()) / static_cast<double>(bytes.size());
  };
  EXPECT_LE(grown(bytes_of({0xC4, 0})), 8);
  EXPECT_GT(grown(bytes_of({0xC4, 0})), 7);
  EXPECT_LE(grown(bytes_of({0xC4, 1, 0})), 8);
  EXPECT_LE(grown(std::string("\xa1\x01")), 8);
  EXPECT_LE(grown("\xbf" + std::string(31, '\x01')), 8);
  EXPECT_LE(grown(bytes_of({0xCA, 0x80, 0x80, 0, 1})), 8);
  EXPECT_LE(grown("\xc2"), 8);
  EXPECT_LE(grown("\x81\xa0\xc0"), 8);
}

TEST(MsgpackToJson, AppendsToWhatIsThere) {
  std::string text = "data: ";
  EXPECT_TRUE(msgpack_to_json("\x91\x01", text).has_value());
  EXPECT_EQ(text, "data: [1]");
}

TEST(MsgpackToJson, DamagedBytesGiveJsonOrAReason) {
  std::mt19937 random(7);
  Tree tree = Tree::parse(R"({"type":"chat","text":"hello","list":[1,2.5,{"deep":[null,true]}],"n":-70000})");
  tree["bytes"] = Tree::binary({1, 2, 3, 4});
  const auto packed = Tree::to_msgpack(tree);
  json::Parser parser;
  int taken = 0;
  for (int i = 0; i < 30'000; ++i) {
    std::string bytes(packed.begin(), packed.end());
    for (unsigned hits = random() % 3 + 1; hits-- > 0;)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const std::string text = json(bytes);
    if (text.starts_with("refused: ")) continue;
    ++taken;
    const auto parsed = parser.value(text);
    ASSERT_TRUE(parsed.has_value()) << text;
    ASSERT_EQ(parsed->raw.size(), text.size()) << "not compact";
  }
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace confab::native
