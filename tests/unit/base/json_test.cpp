// SPDX-License-Identifier: MIT
#include "confab/base/json.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace confab::json {
namespace {

using namespace std::string_view_literals;

/// The text in memory of exactly its size, so that the sanitizer sees a read behind it.
class Exact {
 public:
  explicit Exact(std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
    text.copy(bytes_.get(), text.size());
  }

  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

void expect_accepted(std::string_view text) {
  Parser parser;
  const Exact exact(text);
  const auto parsed = parser.value(exact.view());
  ASSERT_TRUE(parsed.has_value()) << text << ": " << parsed.error().detail;
  Parser again;
  const auto repeated = again.value(parsed->raw);
  ASSERT_TRUE(repeated.has_value()) << text;
  EXPECT_EQ(repeated->raw, parsed->raw);
}

void expect_refused(std::string_view text) {
  Parser parser;
  const Exact exact(text);
  const auto parsed = parser.value(exact.view());
  ASSERT_FALSE(parsed.has_value()) << text;
  EXPECT_EQ(parsed.error().code, errc::bad_message);
  ASSERT_NE(parsed.error().detail, nullptr);
  EXPECT_NE(std::string_view(parsed.error().detail).find("JSON"), std::string_view::npos);
}

std::string compacted(std::string_view text) {
  Parser parser;
  const auto parsed = parser.value(text);
  return parsed ? std::string(parsed->raw) : "refused: " + std::string(parsed.error().detail);
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

constexpr std::string_view kAccepted[] = {
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "1234567890",
    "0.0",
    "-0.0",
    "1.5",
    "1e5",
    "1E5",
    "1e+5",
    "1e-5",
    "1.5e10",
    "-1.25E-7",
    "0e0",
    "0e+1",
    "0E1",
    "1e400",
    "-1e-400",
    "123456789012345678901234567890",
    "0.00000000000000000001",
    "20e1",
    "true",
    "false",
    "null",
    "\"\"",
    "\"a\"",
    "\" \"",
    "{}",
    "[]",
    "[[]]",
    "[{}]",
    "{\"\":{}}",
    "[1,2,3]",
    "[null,1,\"1\",{}]",
    "{\"a\":1}",
    "{\"a\":1,\"b\":[2]}",
    "{\"a\":1,\"a\":2}",
    "{\"\":0}",
    "{\"a\\u0000b\":0}",
    " 1 ",
    "\t\r\n 1\n",
    " [ ] ",
    "[ 1 , 2 ]",
    "{ \"a\" : 1 , \"b\" : 2 }",
    "[\n]",
    "{\t}",
    "[1\t,\r2\n]",
    R"("\"\\\/\b\f\n\r\t")",
    R"("\u0000")",
    R"("\u0041")",
    R"("\u00e9")",
    R"("\uABCD")",
    R"("\uabcd")",
    R"("\uFFFF")",
    R"("\ud83d\ude00")",
    R"("\uD83D\uDE00")",
    R"("\uDBFF\uDFFF")",
    R"("\ud800\udc00")",
    R"("\u005C\u0022")",
    R"("\\u0041")",
    R"("\\")",
    R"("\"")",
    R"("a\\")",
    R"(["\\","\""])",
    R"("\ud7ff\ue000")",
    "\"\x7f\"",
    "\"\xc3\xa9\"",
    "\"\xe2\x82\xac\"",
    "\"\xf0\x9f\x98\x80\"",
    "\"\xc2\x80\"",
    "\"\xdf\xbf\"",
    "\"\xe0\xa0\x80\"",
    "\"\xed\x9f\xbf\"",
    "\"\xee\x80\x80\"",
    "\"\xef\xbf\xbf\"",
    "\"\xf0\x90\x80\x80\"",
    "\"\xf4\x8f\xbf\xbf\"",
    "\"\xef\xbb\xbf\"",
    "\"\xe2\x80\xa8\"",
    "\"/*no comment*/\"",
    "\"it's\"",
    R"([true,false,null,"true"])",
    R"({"a":[1,{"b":[{}]}],"c":"}]"})",
    R"("seven..")",
    R"("eight...")",
    R"("sixteen bytes ..")",
    R"("a string of more than two words of eight bytes")",
};

constexpr std::string_view kRefused[] = {
    "",
    " ",
    "\n\t ",
    "\xEF\xBB\xBF",
    "\xEF\xBB\xBF{}",
    " \xEF\xBB\xBF{}",
    "\xFF\xFE",
    "\0"sv,
    "{}\0"sv,
    "1\0"sv,
    "-",
    "+1",
    "+0",
    ".5",
    "-.5",
    "1.",
    "-1.",
    "1.e5",
    "1e",
    "1e+",
    "1e-",
    "1E",
    "01",
    "-01",
    "00",
    "0123",
    "1.5.5",
    "1e5.5",
    "0x10",
    "0xg",
    "1_000",
    "1 000",
    "--1",
    "-a",
    "1a",
    "1e5e5",
    "-Infinity",
    "Infinity",
    "inf",
    "NaN",
    "nan",
    "-NaN",
    "\xef\xbc\x91",
    "\xc2\xa0"
    "1",
    "1\x0c",
    "\x0b"
    "1",
    "t",
    "tru",
    "truee",
    "True",
    "TRUE",
    "f",
    "fals",
    "False",
    "n",
    "nul",
    "nulll",
    "Null",
    "undefined",
    "a",
    "truefalse",
    "\"",
    "\"a",
    "\"\\",
    "\"\\\"",
    "'a'",
    "'",
    "`a`",
    "\"a\"b",
    "\"a\"\"b\"",
    "a\"",
    R"("\x41")",
    R"("\a")",
    R"("\v")",
    R"("\0")",
    R"("\'")",
    R"("\U0041")",
    "\"\\\n\"",
    "\"\\\xc3\xa9\"",
    R"("\u")",
    R"("\u1")",
    R"("\u12")",
    R"("\u123")",
    R"("\u123g")",
    R"("\uG123")",
    R"("\u 123")",
    R"("\u+123")",
    R"("\u-123")",
    "\"\\u12",
    "\"\\u1234",
    R"("\ud800")",
    R"("\uD800")",
    R"("\udbff")",
    R"("\udc00")",
    R"("\uDFFF")",
    R"("\ud800a")",
    R"("\ud800\n")",
    R"("\ud800\ud800")",
    R"("\ud800\u0041")",
    R"("\udc00\ud800")",
    R"("\ud83d\ude0")",
    R"("\ud83dude00")",
    R"("\ud83d\\ude00")",
    R"("\ud83d \ude00")",
    "\"\\ud83d\\ude00",
    "\"\\ud83d\\ude0",
    "\"\\ud83d\\u",
    "\"\\ud83d\\",
    "\"\x01\"",
    "\"\x1f\"",
    "\"\n\"",
    "\"\t\"",
    "\"\r\"",
    "\"a\0b\""sv,
    "\"12345678\n\"",
    "\"1234567\x1f\"",
    "\"\x80\"",
    "\"\xbf\"",
    "\"\xc0\x80\"",
    "\"\xc1\xbf\"",
    "\"\xc2\"",
    "\"\xc2\x22\"",
    "\"\xe0\x80\x80\"",
    "\"\xe0\x9f\xbf\"",
    "\"\xe2\x82\"",
    "\"\xed\xa0\x80\"",
    "\"\xed\xbf\xbf\"",
    "\"\xf0\x80\x80\x80\"",
    "\"\xf0\x8f\xbf\xbf\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xf5\x80\x80\x80\"",
    "\"\xf8\x88\x80\x80\x80\"",
    "\"\xff\"",
    "\"\xfe\"",
    "\"\xe9\"",
    "\"a\xc3",
    "\"\xf0\x9f\x98",
    "\xc3\xa9",
    "{\"\xff\":0}",
    "[",
    "]",
    "[1",
    "[1,",
    "[1,]",
    "[,]",
    "[,1]",
    "[1,,2]",
    "[1 2]",
    "[1:2]",
    "[\"a\":1]",
    "[}",
    "[1}",
    "[[]",
    "[]]",
    "[\"a",
    "[1],",
    "[1]]",
    "[true",
    "[a]",
    "[-]",
    "[\"\"",
    "[1,\n1\n,1",
    "[*]",
    "[\xff]",
    "[1;2]",
    "[...]",
    "{",
    "}",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{,}",
    "{:1}",
    "{a:1}",
    "{'a':1}",
    "{1:1}",
    "{null:1}",
    "{\"a\" 1}",
    "{\"a\",1}",
    "{\"a\"::1}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1;\"b\":2}",
    "{\"a\":}",
    "{]",
    "{\"a\":1]",
    "{\"a\"}",
    "{}}",
    "{{}}",
    "{[]:1}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\":1,1}",
    "{\"a\":1/**/}",
    "{\"a\":'b'}",
    "{}{}",
    "{} {}",
    "{},",
    "[] []",
    "1 2",
    "1,2",
    "null null",
    "\"a\" 1",
    "{}x",
    "[]#",
    "{}//",
    "/**/1",
    "//\n1",
    "#\n1",
    "1//",
    "(1)",
    "<a>",
    "=1",
    "\\u0031",
    "[1]\\",
    "\xe2\x80\x8b"
    "1",
    "[\x0c]",
    "[\xe2\x81\xa0]",
};

TEST(Json, AcceptsWhatRfc8259Describes) {
  for (std::string_view text : kAccepted) {
    SCOPED_TRACE(text);
    expect_accepted(text);
  }
}

TEST(Json, RefusesEverythingElse) {
  for (std::string_view text : kRefused) {
    SCOPED_TRACE(text);
    expect_refused(text);
  }
}

TEST(Json, RefusesTheSameInsideOfAMessage) {
  for (std::string_view text : kRefused) {
    // These are no value of their own, but a legal continuation of an object.
    if (text == "1,2" || text.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
    SCOPED_TRACE(text);
    expect_refused("{\"type\":\"chat\",\"data\":[" + std::string(text) + "]}");
    expect_refused("{" + std::string(text) + ":1}");
  }
}

TEST(Json, RefusesEveryPrefixOfAMessage) {
  const std::string_view whole = R"({"type":"chat","text":"h\u00e9\ud83d\ude00\n)"
                                 "\xe2\x82\xac"
                                 R"(","n":[-1.5e+10,true,false,null,{"a":{}}]})";
  expect_accepted(whole);
  for (std::size_t size = 0; size < whole.size(); ++size)
    expect_refused(whole.substr(0, size));
}

TEST(Json, EachControlCharacterInAStringIsRefusedWhereverItStands) {
  for (int c = 0; c < 0x20; ++c) {
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string text = "\"" + std::string(before, 'a') + static_cast<char>(c) + "aaaaaaaaa\"";
      expect_refused(text);
    }
  }
}

TEST(Json, SaysWhatIsWrong) {
  const auto detail = [](std::string_view text) {
    Parser parser;
    return std::string(parser.object(text).error().detail);
  };
  EXPECT_EQ(detail(""), "not valid JSON: there is no value");
  EXPECT_EQ(detail("\xEF\xBB\xBF{}"), "not valid JSON: it begins with a byte order mark");
  EXPECT_EQ(detail("{}x"), "not valid JSON: something follows the value");
  EXPECT_EQ(detail("[1,"), "not valid JSON: it ends where a value was expected");
  EXPECT_EQ(detail("[x]"), "not valid JSON: a value was expected");
  EXPECT_EQ(detail("{a:1}"), "not valid JSON: a key in double quotes was expected");
  EXPECT_EQ(detail("{\"a\" 1}"), "not valid JSON: a colon was expected after a key");
  EXPECT_EQ(detail("{\"a\":1 1}"), "not valid JSON: a comma or '}' was expected in an object");
  EXPECT_EQ(detail("[1 1]"), "not valid JSON: a comma or ']' was expected in an array");
  EXPECT_EQ(detail("[01]"), "not valid JSON: a number is malformed");
  EXPECT_EQ(detail("[\"a"), "not valid JSON: a string does not end");
  EXPECT_EQ(detail("[\"\n\"]"), "not valid JSON: a control character stands unescaped in a string");
  EXPECT_EQ(detail("[\"\\x\"]"), "not valid JSON: there is no such escape in strings");
  EXPECT_EQ(detail("[\"\\u12\"]"), "not valid JSON: \\u needs four hexadecimal digits");
  EXPECT_EQ(detail("[\"\\ud800\"]"), "not valid JSON: half of a surrogate pair");
  EXPECT_EQ(detail("[\"\xff\"]"), "not valid JSON: invalid UTF-8");
  EXPECT_EQ(detail("[]"), "not a JSON object");
  EXPECT_EQ(detail("1"), "not a JSON object");
  EXPECT_EQ(detail(nested(129)), "JSON is nested deeper than 128 levels");
}

TEST(Json, TakesAsManyLevelsAsTheLimitSays) {
  expect_accepted(nested(kMaxDepth));
  expect_refused(nested(kMaxDepth + 1));
  std::string objects;
  for (int i = 0; i < kMaxDepth - 1; ++i)
    objects += "{\"a\":";
  const std::string closing(static_cast<std::size_t>(kMaxDepth - 1), '}');
  expect_accepted(objects + "[1]" + closing);
  expect_refused(objects + "[{}]" + closing);
  // Levels that were closed count no more.
  std::string wide = "[";
  for (int i = 0; i < 1000; ++i)
    wide += nested(kMaxDepth - 1) + ",";
  expect_accepted(wide + "0]");
}

TEST(Json, RefusesAHundredThousandLevels) {
  expect_refused(std::string(100'000, '['));
  expect_refused(nested(100'000));
  std::string objects;
  for (int i = 0; i < 100'000; ++i)
    objects += "{\"a\":";
  expect_refused(objects);
}

TEST(Json, DropsWhiteSpaceBetweenTokensOnly) {
  EXPECT_EQ(compacted(" { \"a b\" : [ 1 , 2.50 , \" x \" ] ,\n\t\"c\"\r: { } } "),
            R"({"a b":[1,2.50," x "],"c":{}})");
  EXPECT_EQ(compacted("\n[ ]\n"), "[]");
  EXPECT_EQ(compacted(" 1.0 "), "1.0");
}

TEST(Json, PassesEverythingElseThroughByteForByte) {
  const std::string_view text =
      R"({"z":1.0e+05,"a":-0,"\u007a":"\/\u00E9","big":123456789012345678901234567890,"a":0.10})";
  EXPECT_EQ(compacted(text), text);
}

TEST(Json, ViewsATextWithoutWhiteSpaceInsteadOfCopying) {
  Parser parser;
  const std::string text = "  {\"a\":[1,\" \"]}\n";
  const auto parsed = parser.value(text);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->raw.data(), text.data() + 2);
  EXPECT_EQ(parsed->raw, "{\"a\":[1,\" \"]}");
}

TEST(Json, OneParserServesManyTexts) {
  Parser parser;
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i);
    const std::string text = "{ \"n\" : " + number + " }";
    const auto parsed = parser.object(text);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ((*parsed)->raw(), "{\"n\":" + number + "}");
    EXPECT_EQ((*parsed)->find("n")->integer(), i);
    ASSERT_FALSE(parser.object("{ \"n\" : }").has_value());
  }
}

TEST(Json, ALargeMessageLeavesTheParserFitForSmallOnes) {
  Parser parser;
  std::string large = "{ \"a\" : \"" + std::string(1'000'000, 'x') + "\"";
  for (int i = 0; i < 20'000; ++i)
    large += ",\"\\u0061" + std::to_string(i) + "\": 1";
  large += "}";
  const auto first = parser.object(large);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ((*first)->members().size(), 20'001U);
  EXPECT_EQ((*first)->find("a19999")->integer(), 1);
  const auto second = parser.object("{ \"b\" : 2 }");
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ((*second)->members().size(), 1U);
  EXPECT_EQ((*second)->find("b")->integer(), 2);
}

TEST(JsonObject, GivesItsMembersInOrderAndAsTheyTravel) {
  Parser parser;
  const auto parsed = parser.object(R"( {"b" : "x,}" , "a":[1,{"c":"]"}], "":null} )");
  ASSERT_TRUE(parsed.has_value());
  const auto& members = (*parsed)->members();
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].key, "b");
  EXPECT_EQ(members[0].value.raw, R"("x,}")");
  EXPECT_EQ(members[0].raw, R"("b":"x,}")");
  EXPECT_EQ(members[1].key, "a");
  EXPECT_EQ(members[1].value.raw, R"([1,{"c":"]"}])");
  EXPECT_EQ(members[2].key, "");
  EXPECT_EQ(members[2].raw, "\"\":null");
  EXPECT_EQ((*parsed)->raw(), R"({"b":"x,}","a":[1,{"c":"]"}],"":null})");
}

TEST(JsonObject, OfNoMembersHasNone) {
  Parser parser;
  const auto parsed = parser.object(" { } ");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_TRUE((*parsed)->members().empty());
  EXPECT_EQ((*parsed)->find(""), nullptr);
}

TEST(JsonObject, ComparesKeysDecoded) {
  Parser parser;
  const auto parsed = parser.object(R"({"\u0074ype":"a","t\/\"\\":2,"\ud83d\ude00":3,"a\u0000":4})");
  ASSERT_TRUE(parsed.has_value());
  const Object& object = **parsed;
  ASSERT_NE(object.find("type"), nullptr);
  EXPECT_EQ(object.find("type")->raw, "\"a\"");
  EXPECT_EQ(object.find("t/\"\\")->integer(), 2);
  EXPECT_EQ(object.find("\xf0\x9f\x98\x80")->integer(), 3);
  EXPECT_EQ(object.find("a\0"sv)->integer(), 4);
  EXPECT_EQ(object.find("a"), nullptr);
  EXPECT_EQ(object.find("\\u0074ype"), nullptr);
  EXPECT_EQ(object.members()[0].raw, R"("\u0074ype":"a")");
}

TEST(JsonObject, TheLastOfARepeatedKeyCounts) {
  Parser parser;
  const auto parsed = parser.object(R"({"a":1,"b":2,"\u0061":3,"c":4,"a":5,"c":6})");
  ASSERT_TRUE(parsed.has_value());
  const Object& object = **parsed;
  ASSERT_EQ(object.members().size(), 3U);
  EXPECT_EQ(object.members()[0].raw, "\"b\":2");
  EXPECT_EQ(object.members()[1].raw, "\"a\":5");
  EXPECT_EQ(object.members()[2].raw, "\"c\":6");
  EXPECT_EQ(object.find("a")->integer(), 5);
}

TEST(JsonObject, ManyRepeatedKeysAreCheap) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i)
    text += "\"k" + std::to_string(i % 100'000) + "\":" + std::to_string(i) + ",";
  text += "\"\":0}";
  Parser parser;
  const auto parsed = parser.object(text);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ((*parsed)->members().size(), 100'001U);
  EXPECT_EQ((*parsed)->members().front().raw, "\"k0\":100000");
}

TEST(JsonObject, InnerMembersLeaveTheOuterOnesAsTheyAre) {
  Parser parser;
  const auto parsed = parser.object(R"({ "\u0061":{"\u0078":1,"y":[2]},"b":{"z":3} })");
  ASSERT_TRUE(parsed.has_value());
  const Object& outer = **parsed;
  const Object& inner = parser.members(*outer.find("a"));
  EXPECT_EQ(inner.find("x")->integer(), 1);
  EXPECT_EQ(inner.find("y")->raw, "[2]");
  EXPECT_EQ(parser.members(*outer.find("b")).find("z")->integer(), 3);
  EXPECT_EQ(outer.members().size(), 2U);
  EXPECT_EQ(outer.members()[0].key, "a");
}

TEST(JsonElements, WalkAnArray) {
  const auto walked = [](std::string_view array) {
    std::vector<std::string> elements;
    Elements cursor(Value{array});
    for (Value v; cursor.next(v);)
      elements.emplace_back(v.raw);
    return elements;
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(walked("[]"), List{});
  EXPECT_EQ(walked("[1]"), List{"1"});
  EXPECT_EQ(walked("[1,-2.5,true,null]"), (List{"1", "-2.5", "true", "null"}));
  EXPECT_EQ(walked(R"([[],[1,[2]],{},{"a":[1,"]"]},"a,b]","\"",""])"),
            (List{"[]", "[1,[2]]", "{}", R"({"a":[1,"]"]})", "\"a,b]\"", R"("\"")", "\"\""}));
  EXPECT_EQ(walked(R"(["\\","\\\"","\\\\"])"), (List{R"("\\")", R"("\\\"")", R"("\\\\")"}));
}

TEST(JsonValue, KnowsItsKind) {
  EXPECT_EQ(Value{"{}"}.kind(), Kind::object);
  EXPECT_EQ(Value{"[]"}.kind(), Kind::array);
  EXPECT_EQ(Value{"\"\""}.kind(), Kind::string);
  EXPECT_EQ(Value{"-1"}.kind(), Kind::number);
  EXPECT_EQ(Value{"0"}.kind(), Kind::number);
  EXPECT_EQ(Value{"true"}.kind(), Kind::boolean);
  EXPECT_EQ(Value{"false"}.kind(), Kind::boolean);
  EXPECT_EQ(Value{"null"}.kind(), Kind::null);
  EXPECT_EQ(Value{}.kind(), Kind::null);
}

TEST(JsonValue, GivesBooleansOnlyOfBooleans) {
  EXPECT_EQ(Value{"true"}.boolean(), true);
  EXPECT_EQ(Value{"false"}.boolean(), false);
  for (std::string_view other : {"null", "0", "1", "\"true\"", "{}", "[]"}) {
    EXPECT_EQ(Value{other}.boolean(), std::nullopt) << other;
  }
}

TEST(JsonValue, GivesExactIntegers) {
  constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();
  constexpr auto kSmallest = std::numeric_limits<std::int64_t>::min();

  const struct {
    std::string_view text;
    std::int64_t value;
  } cases[] = {
      {"0", 0},
      {"-0", 0},
      {"0.0", 0},
      {"-0.000", 0},
      {"0e999999999999999999999", 0},
      {"0e-999999999999999999999", 0},
      {"0.0e400", 0},
      {"5", 5},
      {"-5", -5},
      {"5.0", 5},
      {"5.000000000000000000000000000000", 5},
      {"5e2", 500},
      {"5E2", 500},
      {"5e+2", 500},
      {"5e0", 5},
      {"5e-0", 5},
      {"500e-2", 5},
      {"-500e-2", -5},
      {"5.25e2", 525},
      {"5.2500e2", 525},
      {"0.05e2", 5},
      {"0.000000000000000000000000005e27", 5},
      {"1200.00e-2", 12},
      {"50000000000000000000000000000e-28", 5},
      {"1e18", 1'000'000'000'000'000'000},
      {"9223372036854775807", kLargest},
      {"-9223372036854775808", kSmallest},
      {"9223372036854775807.0", kLargest},
      {"9.223372036854775807e18", kLargest},
      {"-9.223372036854775808e18", kSmallest},
      {"-92233720368547758080e-1", kSmallest},
      {"9007199254740993", 9007199254740993},
  };

  for (const auto& [text, value] : cases)
    EXPECT_EQ(Value{text}.integer(), value) << text;
}

TEST(JsonValue, GivesNoIntegerWhereThereIsNone) {
  for (std::string_view text : {"5.5",
                                "0.1",
                                "-0.5",
                                "5e-1",
                                "1e-400",
                                "1e400",
                                "-1e400",
                                "1e19",
                                "1e99999999999999999999",
                                "9223372036854775808",
                                "-9223372036854775809",
                                "18446744073709551616",
                                "9223372036854775807.5",
                                "9.223372036854775808e18",
                                "92233720368547758070",
                                "922337203685477580e2",
                                "-9.223372036854775809e18",
                                "5.0000000000000000000000001",
                                "1e-99999999999999999999",
                                "\"5\"",
                                "true",
                                "null",
                                "[5]",
                                "{}"}) {
    EXPECT_EQ(Value{text}.integer(), std::nullopt) << text;
  }
}

TEST(JsonValue, IntegersOfAnyLengthAreExact) {
  const std::string zeros(100'000, '0');
  const std::string shifted_down = "7" + zeros + "e-100000";
  EXPECT_EQ(Value{shifted_down}.integer(), 7);
  const std::string shifted_up = "0." + zeros + "7e100001";
  EXPECT_EQ(Value{shifted_up}.integer(), 7);
  const std::string half = "0." + zeros + "7e100000";
  EXPECT_EQ(Value{half}.integer(), std::nullopt);
}

TEST(JsonValue, DecodesStrings) {
  const auto decoded = [](std::string_view raw) {
    std::string out = "what was there before";
    EXPECT_TRUE(Value{raw}.string(out));
    return out;
  };
  EXPECT_EQ(decoded("\"\""), "");
  EXPECT_EQ(decoded("\"plain\""), "plain");
  EXPECT_EQ(decoded(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(decoded(R"("a\u0000b")"), "a\0b"sv);
  EXPECT_EQ(decoded(R"("\u0041\u007f\u0080\u07ff\u0800\uffff")"),
            "A\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf");
  EXPECT_EQ(decoded(R"("\uD83D\ude00\ud800\udc00\uDBFF\uDFFF")"),
            "\xf0\x9f\x98\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
  EXPECT_EQ(decoded(R"("\\u0041\\\u0041")"), "\\u0041\\A");
  std::string untouched = "kept";
  for (std::string_view other : {"1", "null", "true", "[\"a\"]", "{}"})
    EXPECT_FALSE(Value{other}.string(untouched));
  EXPECT_EQ(untouched, "kept");
}

TEST(JsonText, QuotesWhatHasToBeEscapedAndNothingElse) {
  const auto quoted = [](std::string_view text) {
    std::string out = "+";
    append_quoted(out, text);
    return out;
  };
  EXPECT_EQ(quoted(""), "+\"\"");
  EXPECT_EQ(quoted("plain / text"), "+\"plain / text\"");
  EXPECT_EQ(quoted("\"\\"), R"(+"\"\\")");
  EXPECT_EQ(quoted("\b\f\n\r\t"), R"(+"\b\f\n\r\t")");
  EXPECT_EQ(quoted("\0\x01\x1f"sv), R"(+"\u0000\u0001\u001f")");
  EXPECT_EQ(quoted("\x7f\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80"),
            "+\"\x7f\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80\"");
  EXPECT_EQ(quoted("12345678\"12345678\xc3\xa9\n1"), "+\"12345678\\\"12345678\xc3\xa9\\n1\"");
}

TEST(JsonText, WhatIsQuotedDecodesToItself) {
  std::string all;
  for (int c = 0; c < 0x80; ++c)
    all += static_cast<char>(c);
  for (std::size_t begin = 0; begin < all.size(); ++begin) {
    const std::string text = all.substr(begin) + "\xe2\x82\xac" + all.substr(0, begin);
    std::string quoted;
    append_quoted(quoted, text);
    expect_accepted(quoted);
    std::string back;
    ASSERT_TRUE(Value{quoted}.string(back));
    EXPECT_EQ(back, text);
  }
}

TEST(JsonText, WritesIntegers) {
  std::string out;
  for (std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{42}, std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min()}) {
    append_integer(out, number);
    out += ' ';
  }
  EXPECT_EQ(out, "0 -1 42 9223372036854775807 -9223372036854775808 ");
}

}  // namespace
}  // namespace confab::json
