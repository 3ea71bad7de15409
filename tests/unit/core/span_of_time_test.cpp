// SPDX-License-Identifier: MIT
#include "confab/core/span_of_time.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

using namespace std::chrono_literals;

TEST(SpanOfTime, IsANumberAndAUnit) {
  EXPECT_EQ(parse_time("1ms"), 1ms);
  EXPECT_EQ(parse_time("30s"), 30s);
  EXPECT_EQ(parse_time("10m"), 10min);
  EXPECT_EQ(parse_time("24h"), 24h);
  EXPECT_EQ(parse_time("7d"), 168h);
  EXPECT_EQ(parse_time("3660d"), 3660 * 24h);
  for (const auto* wrong :
       {"", "10", "m", "10 m", "-1m", "0s", "1.5h", "10M", "3661d", "99999999999999999999s"})
    EXPECT_FALSE(parse_time(wrong)) << wrong;
}

TEST(SpanOfTime, InAFieldMayBeANumberOfSeconds) {
  json::Parser parser;
  const auto read = [&](const char* text) {
    const json::Object& fields = **parser.object(text);
    FieldReader in(fields);
    const auto time = optional_time(in, fields, "for");
    EXPECT_EQ(in.fault().has_value(),
              !time && fields.find("for") != nullptr && !fields.find("for")->is(json::Kind::null))
        << text;
    return time;
  };
  EXPECT_EQ(read(R"({"for":90})"), 90s);
  EXPECT_EQ(read(R"({"for":"90s"})"), 90s);
  EXPECT_EQ(read(R"({})"), std::nullopt);
  EXPECT_EQ(read(R"({"for":null})"), std::nullopt);
  for (const auto* wrong : {R"({"for":0})", R"({"for":-1})", R"({"for":1.5})", R"({"for":"x"})",
                            R"({"for":true})", R"({"for":999999999999})"})
    EXPECT_EQ(read(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace confab
