// SPDX-License-Identifier: MIT
#include "protocol/native/json_to_msgpack.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/json.hpp"
#include "confab/base/text_of_bytes.hpp"
#include "protocol/native/msgpack_to_json.hpp"

namespace confab::native {
namespace {

using Tree = nlohmann::json;

/// The bytes in hexadecimal digits. The text lies in a buffer of its exact size.
std::string packed(std::string_view json) {
  const std::vector<char> copy(json.begin(), json.end());
  std::string bytes;
  json_to_msgpack({copy.data(), copy.size()}, bytes);
  return bytes;
}

std::string hex(std::string_view json) {
  return hex_encode(packed(json));
}

/// What another reads.
Tree read(std::string_view json) {
  return Tree::from_msgpack(packed(json));
}

double read_double(std::string_view json) {
  EXPECT_EQ(hex(json).substr(0, 2), "cb");
  return read(json).get<double>();
}

TEST(JsonToMsgpack, WritesWords) {
  EXPECT_EQ(hex("null"), "c0");
  EXPECT_EQ(hex("false"), "c2");
  EXPECT_EQ(hex("true"), "c3");
  EXPECT_EQ(hex("[null,true,false]"), "93c0c3c2");
}

TEST(JsonToMsgpack, WritesIntegersInTheShortestFormat) {
  EXPECT_EQ(hex("0"), "00");
  EXPECT_EQ(hex("127"), "7f");
  EXPECT_EQ(hex("128"), "cc80");
  EXPECT_EQ(hex("255"), "ccff");
  EXPECT_EQ(hex("256"), "cd0100");
  EXPECT_EQ(hex("65535"), "cdffff");
  EXPECT_EQ(hex("65536"), "ce00010000");
  EXPECT_EQ(hex("4294967295"), "ceffffffff");
  EXPECT_EQ(hex("4294967296"), "cf0000000100000000");
  EXPECT_EQ(hex("9223372036854775808"), "cf8000000000000000");
  EXPECT_EQ(hex("18446744073709551615"), "cfffffffffffffffff");
  EXPECT_EQ(hex("-1"), "ff");
  EXPECT_EQ(hex("-32"), "e0");
  EXPECT_EQ(hex("-33"), "d0df");
  EXPECT_EQ(hex("-128"), "d080");
  EXPECT_EQ(hex("-129"), "d1ff7f");
  EXPECT_EQ(hex("-32768"), "d18000");
  EXPECT_EQ(hex("-32769"), "d2ffff7fff");
  EXPECT_EQ(hex("-2147483648"), "d280000000");
  EXPECT_EQ(hex("-2147483649"), "d3ffffffff7fffffff");
  EXPECT_EQ(hex("-9223372036854775808"), "d38000000000000000");
  EXPECT_EQ(hex("-0"), "00");
}

TEST(JsonToMsgpack, WritesOtherNumbersAsFloat64) {
  EXPECT_EQ(hex("1.5"), "cb3ff8000000000000");
  EXPECT_EQ(hex("-0.0"), "cb8000000000000000");
  EXPECT_EQ(hex("5.0"), "cb4014000000000000");
  EXPECT_EQ(read_double("5e2"), 500);
  EXPECT_EQ(read_double("5E-1"), 0.5);
  EXPECT_EQ(read_double("0.1"), 0.1);
  EXPECT_EQ(read_double("1.7976931348623157e308"), std::numeric_limits<double>::max());
  EXPECT_EQ(read_double("5e-324"), std::numeric_limits<double>::denorm_min());
}

TEST(JsonToMsgpack, IntegersBeyond64BitsLoseTheirLowerDigits) {
  EXPECT_EQ(read_double("18446744073709551616"), 18446744073709551616.0);
  EXPECT_EQ(read_double("-9223372036854775809"), -9223372036854775808.0);
  EXPECT_EQ(read_double("123456789012345678901234567890"), 123456789012345678901234567890.0);
}

TEST(JsonToMsgpack, NumbersBeyondADoubleAreWhatJavaScriptMakesOfThem) {
  EXPECT_EQ(hex("1e999"), "cb7ff0000000000000");
  EXPECT_EQ(hex("-1e999"), "cbfff0000000000000");
  EXPECT_EQ(hex(std::string(400, '9')), "cb7ff0000000000000");
  EXPECT_EQ(hex("1e-999"), "cb0000000000000000");
  EXPECT_EQ(hex("-1e-999"), "cb8000000000000000");
  EXPECT_EQ(hex("[1e999,1]"), "92cb7ff000000000000001");
}

TEST(JsonToMsgpack, WritesStringsInTheShortestFormat) {
  const auto head = [](std::size_t size) {
    const std::string bytes = packed("\"" + std::string(size, 'x') + "\"");
    EXPECT_TRUE(bytes.ends_with(std::string(size, 'x')));
    return hex_encode(bytes.substr(0, bytes.size() - size));
  };
  EXPECT_EQ(head(0), "a0");
  EXPECT_EQ(head(31), "bf");
  EXPECT_EQ(head(32), "d920");
  EXPECT_EQ(head(255), "d9ff");
  EXPECT_EQ(head(256), "da0100");
  EXPECT_EQ(head(65535), "daffff");
  EXPECT_EQ(head(65536), "db00010000");
}

TEST(JsonToMsgpack, DecodesEscapes) {
  EXPECT_EQ(packed(R"("\"\\\/\b\f\n\r\t")"), "\xa8\"\\/\b\f\n\r\t");
  EXPECT_EQ(packed(R"("\u00e9\ud83d\ude00")"), "\xa6\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(packed(R"("\u0000")"), std::string("\xa1\x00", 2));
  EXPECT_EQ(packed(R"({"\"":"\\"})"), "\x81\xa1\"\xa1\\");
  EXPECT_EQ(packed(R"(["\\\\",1,"\\\""])"), "\x93\xa2\\\\\x01\xa2\\\"");
}

TEST(JsonToMsgpack, CountsWhatArraysAndMapsHold) {
  for (const std::size_t count : {0U, 1U, 2U, 15U, 16U, 17U, 65535U, 65536U}) {
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
    std::string array_head;
    std::string map_head;
    if (count <= 15) {
      array_head = static_cast<char>(0x90 + count);
      map_head = static_cast<char>(0x80 + count);
    } else if (count <= 65535) {
      const std::string digits{static_cast<char>(count >> 8), static_cast<char>(count & 0xFF)};
      array_head = "\xdc" + digits;
      map_head = "\xde" + digits;
    } else {
      array_head = std::string("\xdd\x00\x01\x00\x00", 5);
      map_head = std::string("\xdf\x00\x01\x00\x00", 5);
    }
    EXPECT_TRUE(packed(array + "]") == array_head + elements) << count;
    EXPECT_TRUE(packed(map + "}") == map_head + members) << count;
    // What stands before and behind is where it was.
    EXPECT_TRUE(packed("[1,[2," + array + "],3],4]") ==
                "\x93\x01\x93\x02" + array_head + elements + "\x03\x04");
  }
}

TEST(JsonToMsgpack, WritesBytesForObjectsThatStandForThem) {
  EXPECT_EQ(hex(R"({"$binary":""})"), "c400");
  EXPECT_EQ(hex(R"({"$binary":"AP+A"})"), "c40300ff80");
  EXPECT_EQ(hex(R"({"$binary":"\/w=="})"), "c401ff");
  EXPECT_EQ(hex(R"({"\u0024binary":"\u002fw=="})"), "c401ff");
  EXPECT_EQ(hex(R"([{"$binary":"YQ=="},{"a":{"$binary":"YQ=="}},1])"), "93c4016181a161c4016101");
  const auto head = [](std::size_t size) {
    const std::string bytes = packed(R"({"$binary":")" + base64_encode(std::string(size, '\x05')) + "\"}");
    EXPECT_TRUE(bytes.ends_with(std::string(size, '\x05')));
    return hex_encode(bytes.substr(0, bytes.size() - size));
  };
  EXPECT_EQ(head(255), "c4ff");
  EXPECT_EQ(head(256), "c50100");
  EXPECT_EQ(head(65535), "c5ffff");
  EXPECT_EQ(head(65536), "c600010000");
}

TEST(JsonToMsgpack, LeavesWhatOnlyLooksLikeBytes) {
  for (const char* text :
       {R"({"$binary":"YQ"})", R"({"$binary":"YQ=!"})", R"({"$binary":"YR=="})", R"({"$binary":7})",
        R"({"$binary":null})", R"({"$binary":["YQ=="]})", R"({"$binary":{"$binary":7}})",
        R"({"$binary":"YQ==","b":1})", R"({"b":1,"$binary":"YQ=="})", R"({"$binar":"YQ=="})",
        R"({"$binary ":"YQ=="})", R"({"$binary":"YQ==","$binary":"YQ=="})", R"({"":"$binary"})"}) {
    EXPECT_EQ(packed(text)[0] & 0xF0, 0x80) << text;
    EXPECT_EQ(read(text), Tree::parse(text)) << text;
  }
}

TEST(JsonToMsgpack, GoesDeeperThanAMessageMay) {
  // What a client sent as deep as it may stands in an event, and that in a list.
  const std::size_t depth = static_cast<std::size_t>(json::kMaxDepth) + 10;
  const std::string text = std::string(depth, '[') + std::string(depth, ']');
  EXPECT_EQ(packed(text), std::string(depth - 1, '\x91') + "\x90");
}

TEST(JsonToMsgpack, AppendsToWhatIsThere) {
  std::string bytes = "x";
  json_to_msgpack(R"({"a":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]})", bytes);
  EXPECT_EQ(hex_encode(bytes), "7881a161dc00100102030405060708090a0b0c0d0e0f10");
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  unsigned below(unsigned bound) { return static_cast<unsigned>(engine_() % bound); }

  std::string text() {
    static constexpr std::string_view kPieces[] = {
        "a",
        "key",
        "$binary",
        "\"",
        "\\",
        "\n",
        "\x01",
        "\xc3\xa9",
        "\xe2\x82\xac",
        "\xf0\x9f\x98\x80",
        "/",
        " ",
        "a long piece of plain text, so that lengths of one byte are met"};
    std::string made;
    for (unsigned i = below(5); i-- > 0;)
      made += kPieces[below(std::size(kPieces))];
    return made;
  }

  Tree number() {
    const auto bits = static_cast<std::uint64_t>(engine_()) << 32 | engine_();
    const std::uint64_t shifted = bits >> below(64);
    switch (below(4)) {
      case 0:
        return shifted;
      case 1:
        return -static_cast<std::int64_t>(shifted >> 1);
      case 2:
        return static_cast<double>(static_cast<std::int64_t>(bits)) / 1024;
      default: {
        const double number = std::bit_cast<double>(bits);
        return std::isfinite(number) ? number : 0.25;
      }
    }
  }

  Tree bytes() {
    std::vector<std::uint8_t> made(below(8) == 0 ? 300 : below(5));
    for (auto& byte : made)
      byte = static_cast<std::uint8_t>(below(256));
    return Tree::binary(made);
  }

  Tree tree(unsigned depth) {
    switch (below(depth == 0 ? 5 : 8)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return number();
      case 3:
        return text();
      case 4:
        return bytes();
      case 5:
      case 6: {
        Tree array = Tree::array();
        for (unsigned i = below(below(10) == 0 ? 40 : 5); i-- > 0;)
          array.push_back(tree(depth - 1));
        return array;
      }
      default: {
        Tree object = Tree::object();
        for (unsigned i = below(below(10) == 0 ? 40 : 5); i-- > 0;)
          object["k" + std::to_string(i) + text()] = tree(depth - 1);
        return object;
      }
    }
  }

 private:
  std::mt19937 engine_;
};

/// With bytes as our JSON has them.
Tree as_json(const Tree& tree) {
  if (tree.is_binary()) {
    const auto& bytes = tree.get_binary();
    Tree object;
    object["$binary"] = base64_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return object;
  }
  if (!tree.is_structured()) return tree;
  Tree made = tree.is_array() ? Tree::array() : Tree::object();
  for (const auto& [key, value] : tree.items()) {
    if (tree.is_array()) {
      made.push_back(as_json(value));
    } else {
      made[key] = as_json(value);
    }
  }
  return made;
}

TEST(JsonToMsgpack, AgreesWithAnotherThereAndBack) {
  Random random(20'261'124);
  json::Parser parser;
  for (int i = 0; i < 5000; ++i) {
    const Tree tree = random.tree(5);
    const auto theirs = Tree::to_msgpack(tree);

    std::string text;
    ASSERT_TRUE(
        msgpack_to_json({reinterpret_cast<const char*>(theirs.data()), theirs.size()}, text).has_value());
    ASSERT_EQ(Tree::parse(text), as_json(tree)) << text;
    const auto parsed = parser.value(text);
    ASSERT_TRUE(parsed.has_value());
    ASSERT_EQ(parsed->raw, text) << "not compact";

    const std::string ours = packed(text);
    ASSERT_EQ(Tree::from_msgpack(ours), tree) << text;
    // Theirs has float32 where that loses nothing; else both are the shortest.
    ASSERT_GE(ours.size(), theirs.size());
    std::string again;
    ASSERT_TRUE(msgpack_to_json(ours, again).has_value());
    ASSERT_EQ(again, text);

    // JSON as another writes it, with its own digits and escapes.
    const std::string dumped = as_json(tree).dump(-1, ' ', random.below(2) == 0);
    ASSERT_EQ(Tree::from_msgpack(packed(dumped)), tree) << dumped;
  }
}

}  // namespace
}  // namespace confab::native
