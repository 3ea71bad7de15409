// SPDX-License-Identifier: MIT
#include "net/address_paces.hpp"

#include <gtest/gtest.h>

#include "support/fake_loop.hpp"

namespace confab::net {
namespace {

using namespace std::chrono_literals;

class Paces : public ::testing::Test {
 protected:
  Paces() {
    limits_.messages_per_second = 2;
    limits_.message_burst = 3;
    limits_.connections = 2;
  }

  testing::FakeLoop loop_;
  Limits limits_;
  AddressPaces paces_{loop_, limits_};
};

TEST_F(Paces, HoldEachAddressToTheLimitsOfASession) {
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(paces_.take("a"));
  EXPECT_EQ(paces_.take("a"), 500ms);
  EXPECT_FALSE(paces_.take("b"));
  loop_.advance(500ms);
  EXPECT_FALSE(paces_.take("a"));
  EXPECT_TRUE(paces_.take("a"));
}

TEST_F(Paces, KnowAsManyAddressesAsThereMayBeSessions) {
  EXPECT_FALSE(paces_.take("a"));
  EXPECT_FALSE(paces_.take("b"));
  EXPECT_EQ(paces_.take("c"), 1s);
  EXPECT_EQ(paces_.size(), 2U);
  loop_.advance(2s);
  EXPECT_FALSE(paces_.take("c"));
  EXPECT_EQ(paces_.size(), 1U);
}

TEST_F(Paces, WithoutALimitRememberNobody) {
  limits_.messages_per_second = 0;
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(paces_.take("a"));
  EXPECT_EQ(paces_.size(), 0U);
}

}  // namespace
}  // namespace confab::net
