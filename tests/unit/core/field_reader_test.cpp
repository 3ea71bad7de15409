// SPDX-License-Identifier: MIT
#include "confab/core/field_reader.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

class FieldReaderTest : public ::testing::Test {
 protected:
  /// A reader of this object, which lives until the next.
  FieldReader of(std::string_view text) {
    text_ = text;
    object_ = parser_.object(text_).value();
    return FieldReader(*object_);
  }

  static std::string fault(const FieldReader& in) {
    if (!in.fault()) return "";
    EXPECT_EQ(in.fault()->code, errc::bad_message);
    return in.fault()->field;
  }

  json::Parser parser_;
  std::string text_;
  const json::Object* object_ = nullptr;
};

TEST_F(FieldReaderTest, TextIsAStringThatHasToBeThere) {
  auto in = of(R"({"a":"x\u00e9","b":7})");
  EXPECT_EQ(in.text("a"), "x\u00e9");
  EXPECT_EQ(fault(in), "");
  EXPECT_EQ(in.text("b"), "");
  EXPECT_EQ(fault(in), "b");
  auto missing = of("{}");
  EXPECT_EQ(missing.text("a"), "");
  EXPECT_EQ(fault(missing), "a");
}

TEST_F(FieldReaderTest, TheFirstFaultIsRemembered) {
  auto in = of(R"({"a":1,"b":2})");
  in.text("b");
  in.text("a");
  in.wrong("c", "No.");
  EXPECT_EQ(fault(in), "b");
}

TEST_F(FieldReaderTest, NullCountsAsNotGiven) {
  auto in = of(R"({"a":null})");
  EXPECT_FALSE(in.has("a"));
  EXPECT_FALSE(in.optional_text("a"));
  EXPECT_FALSE(in.optional_integer("a", 0, 9));
  EXPECT_FALSE(in.optional_flag("a"));
  EXPECT_FALSE(in.optional_position("a"));
  EXPECT_EQ(fault(in), "");
  in.text("a");
  EXPECT_EQ(fault(in), "a");
}

TEST_F(FieldReaderTest, HasTellsWhatIsThereWhateverItIs) {
  auto in = of(R"({"a":0,"b":false,"c":""})");
  EXPECT_TRUE(in.has("a"));
  EXPECT_TRUE(in.has("b"));
  EXPECT_TRUE(in.has("c"));
  EXPECT_FALSE(in.has("d"));
}

TEST_F(FieldReaderTest, IntegersAreHeldToTheirRange) {
  const auto read = [&](const std::string& value) {
    auto in = of(R"({"n":)" + value + '}');
    const auto number = in.optional_integer("n", -2, 300);
    EXPECT_EQ(number.has_value(), !in.fault());
    return number;
  };
  EXPECT_EQ(read("-2"), -2);
  EXPECT_EQ(read("300"), 300);
  EXPECT_EQ(read("3e2"), 300);
  EXPECT_EQ(read("5.0"), 5);
  EXPECT_FALSE(read("-3"));
  EXPECT_FALSE(read("301"));
  EXPECT_FALSE(read("1.5"));
  EXPECT_FALSE(read("99999999999999999999999"));
  EXPECT_FALSE(read("\"1\""));
  EXPECT_FALSE(read("true"));
  EXPECT_FALSE(read("[1]"));
  auto absent = of("{}");
  EXPECT_FALSE(absent.optional_integer("n", 0, 1));
  EXPECT_EQ(fault(absent), "");
}

TEST_F(FieldReaderTest, FlagsAreTrueOrFalse) {
  auto in = of(R"({"y":true,"n":false,"s":"true","o":1})");
  EXPECT_TRUE(in.flag("y"));
  EXPECT_FALSE(in.flag("n"));
  EXPECT_EQ(in.optional_flag("y"), true);
  EXPECT_EQ(in.optional_flag("n"), false);
  EXPECT_FALSE(in.optional_flag("none"));
  EXPECT_EQ(fault(in), "");
  EXPECT_FALSE(in.optional_flag("s"));
  EXPECT_EQ(fault(in), "s");
  auto number = of(R"({"o":1})");
  EXPECT_FALSE(number.flag("o"));
  EXPECT_EQ(fault(number), "o");
  auto missing = of("{}");
  EXPECT_FALSE(missing.flag("o"));
  EXPECT_EQ(fault(missing), "o");
}

TEST_F(FieldReaderTest, APositionIsAnEpochAndASeq) {
  const auto read = [&](const std::string& value) {
    auto in = of(R"({"since":)" + value + '}');
    auto position = in.optional_position("since");
    EXPECT_EQ(position.has_value(), !in.fault());
    return position;
  };
  const auto position = read(R"({"seq":0,"epoch":"e1","more":[]})");
  ASSERT_TRUE(position);
  EXPECT_EQ(position->epoch, "e1");
  EXPECT_EQ(position->seq, 0U);
  EXPECT_EQ(read(R"({"epoch":"e","seq":9223372036854775807})")->seq, 9223372036854775807U);
  for (const char* bad :
       {"7", "\"e:1\"", "[]", "{}", R"({"epoch":"e"})", R"({"seq":1})", R"({"epoch":1,"seq":1})",
        R"({"epoch":null,"seq":1})", R"({"epoch":"e","seq":-1})", R"({"epoch":"e","seq":1.5})",
        R"({"epoch":"e","seq":"1"})", R"({"epoch":"e","seq":9223372036854775808})"})
    EXPECT_FALSE(read(bad)) << bad;
}

}  // namespace
}  // namespace confab
