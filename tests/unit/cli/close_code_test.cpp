// SPDX-License-Identifier: MIT
#include "cli/close_code.hpp"

#include <gtest/gtest.h>

#include <array>

namespace confab::cli {
namespace {

TEST(CliCloseCode, ComesBackToAServerThatGoesRestartsOrIsFull) {
  for (const auto code : std::to_array<std::uint16_t>({1000, 1001, 1005, 1006, 1011, 1012, 1013, 4008}))
    EXPECT_EQ(after_close(code), AfterClose::come_back) << code;
}

TEST(CliCloseCode, StaysAwayWhereItWouldBeClosedAgain) {
  for (const auto code : std::to_array<std::uint16_t>({1002, 1003, 1007, 1008, 1009, 4001, 4002, 4003, 4029}))
    EXPECT_EQ(after_close(code), AfterClose::stay_away) << code;
}

TEST(CliCloseCode, SaysTheCodeAndTheReason) {
  EXPECT_EQ(close_sentence(4001, "Token expired"), "The server closed the connection (4001: Token expired).");
  EXPECT_EQ(close_sentence(1001, ""), "The server closed the connection (1001).");
}

}  // namespace
}  // namespace confab::cli
