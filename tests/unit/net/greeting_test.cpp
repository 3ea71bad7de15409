// SPDX-License-Identifier: MIT
#include "net/greeting.hpp"

#include <gtest/gtest.h>

#include "confab/core/hub.hpp"
#include "support/fake_client.hpp"
#include "support/fake_loop.hpp"

namespace confab::net {
namespace {

class GreetingTest : public ::testing::Test {
 protected:
  GreetingTest() { session_ = hub_.open(transport_, codec_); }

  confab::testing::FakeLoop loop_;
  confab::testing::LateBroker broker_;
  RoomRules rules_;
  Limits limits_;
  Hub hub_{loop_, broker_, rules_, limits_, "n1"};
  confab::testing::FakeTransport transport_;
  confab::testing::PlainCodec codec_;
  Session* session_;
};

TEST_F(GreetingTest, TellsAConnectedClientItsHeartbeat) {
  EXPECT_EQ(connected_members(*session_, Cursor{"g7", 42}, 1'795'514'400'123'456, Milliseconds(25'000)),
            R"("clientId":")" + session_->client_id() +
                R"(","cursor":"g7.42","timestamp":"2026-11-24T10:00:00.123Z","heartbeat":25000)");
}

TEST_F(GreetingTest, TellsAClientOfRequestsItsSecretAddress) {
  EXPECT_EQ(connected_members(*session_, "n1.5.secret", Cursor{"g7", 0}, 1'795'514'400'000'000),
            R"("clientId":")" + session_->client_id() +
                R"(","sid":"n1.5.secret","cursor":"g7.0","timestamp":"2026-11-24T10:00:00.000Z")");
}

}  // namespace
}  // namespace confab::net
