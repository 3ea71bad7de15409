// SPDX-License-Identifier: MIT
#include "confab/base/errc.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "confab/base/result.hpp"

namespace confab {
namespace {

constexpr errc kErrors[] = {
#define CONFAB_ERROR(name, status, retry, sentence) errc::name,
    CONFAB_ERRORS(CONFAB_ERROR)
#undef CONFAB_ERROR
};

constexpr CloseReason kCloses[] = {
#define CONFAB_CLOSE(name, code, text) CloseReason::name,
    CONFAB_CLOSES(CONFAB_CLOSE)
#undef CONFAB_CLOSE
};

TEST(Errors, AreAnsweredUnderTheirOwnNames) {
  EXPECT_EQ(describe(errc::bad_message).name, "bad_message");
  EXPECT_EQ(describe(errc::not_joined).name, "not_joined");
  EXPECT_EQ(describe(errc::unavailable).name, "unavailable");
  std::set<std::string_view> names;
  for (errc code : kErrors)
    EXPECT_TRUE(names.insert(describe(code).name).second) << describe(code).name;
  for (std::string_view name :
       {"bad_message", "unknown_type", "bad_room", "not_joined", "unauthorized", "forbidden", "rate_limited",
        "too_large", "too_many_rooms", "conflict", "not_found", "internal", "unavailable"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(Errors, HaveAnHttpStatusAndASentence) {
  for (errc code : kErrors) {
    const ErrorInfo& info = describe(code);
    EXPECT_GE(info.http_status, 400U) << info.name;
    EXPECT_LT(info.http_status, 600U) << info.name;
    EXPECT_TRUE(info.sentence.ends_with('.')) << info.name;
  }
  EXPECT_EQ(describe(errc::bad_message).http_status, 400U);
  EXPECT_EQ(describe(errc::too_large).http_status, 413U);
  EXPECT_EQ(describe(errc::unavailable).http_status, 503U);
}

TEST(Errors, SayWhetherARetryMayHelp) {
  EXPECT_TRUE(describe(errc::unavailable).retry);
  EXPECT_TRUE(describe(errc::rate_limited).retry);
  EXPECT_FALSE(describe(errc::bad_message).retry);
  EXPECT_FALSE(describe(errc::forbidden).retry);
}

TEST(Closes, TravelInACloseFrame) {
  std::set<CloseReason> codes;
  for (CloseReason reason : kCloses) {
    EXPECT_TRUE(codes.insert(reason).second);
    // RFC 6455 section 5.5.1: a code and its reason are at most 125 bytes together.
    EXPECT_LE(describe(reason).size(), 123U);
    const auto code = static_cast<unsigned>(reason);
    EXPECT_TRUE((code >= 1000 && code <= 1013 && code != 1005 && code != 1006) ||
                (code >= 4000 && code < 5000))
        << code;
  }
  EXPECT_EQ(describe(CloseReason::normal), "");
  EXPECT_EQ(static_cast<unsigned>(CloseReason::slow_consumer), 4008U);
  EXPECT_EQ(describe(CloseReason::slow_consumer), "Slow consumer");
  EXPECT_EQ(describe(static_cast<CloseReason>(3999)), "");
}

TEST(Fault, SaysWhatItsDetailSaysOrElseItsErrorsSentence) {
  EXPECT_EQ((Fault{.code = errc::bad_room}.sentence()), describe(errc::bad_room).sentence);
  EXPECT_EQ((Fault{.code = errc::bad_room, .field = "room", .detail = "No."}.sentence()), "No.");
}

TEST(Result, ThrowsAtStartUpWhereItsErrorIsNotLookedAt) {
  const result<int> good = 5;
  EXPECT_EQ(good.value(), 5);
  const result<int> bad = Fault{.code = errc::not_found, .field = nullptr, .detail = "no such file"};
  try {
    (void)bad.value();
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), "not_found: no such file");
  }
}

}  // namespace
}  // namespace confab
