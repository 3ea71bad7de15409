// SPDX-License-Identifier: MIT
#include "net/signaling.hpp"

#include <gtest/gtest.h>

#include "unit/net/websocket_fixture.hpp"

namespace confab::net::test {
namespace {

class SignalingTest : public WebSocketTest {
 protected:
  /// What a new WebSocket at this address hears.
  Words heard(std::string_view target) {
    Peer peer(connect());
    EXPECT_EQ(ask(peer.client, get(target, kUpgrade)).status, 101U);
    return peer.take();
  }
};

TEST_F(SignalingTest, JoinsTheDefaultRoomByItself) {
  for (const char* target : {"/signaling", "/signaling?room="}) {
    const Words words = heard(target);
    ASSERT_EQ(words.size(), 2U) << target;
    EXPECT_NE(words[0].find("connected"), std::string::npos) << words[0];
    EXPECT_NE(words[1].find("joined"), std::string::npos) << words[1];
    EXPECT_NE(words[1].find(R"("room":"default")"), std::string::npos) << words[1];
  }
}

TEST_F(SignalingTest, JoinsTheRoomAndAsTheUserThatAreNamed) {
  const Words words = heard("/signaling?room=a%22b&user=ann");
  ASSERT_EQ(words.size(), 2U);
  EXPECT_NE(words[1].find(R"("room":"a\"b")"), std::string::npos) << words[1];
  EXPECT_NE(words[1].find(R"("user":"ann")"), std::string::npos) << words[1];
}

TEST_F(SignalingTest, StaysConnectedWithoutARoomWhereThatIsRefused) {
  for (const char* target : {"/signaling?room=$all2", "/signaling?room=..", "/signaling?room=%01"}) {
    Peer peer(connect());
    EXPECT_EQ(ask(peer.client, get(target, kUpgrade)).status, 101U) << target;
    const Words words = peer.take();
    ASSERT_EQ(words.size(), 2U) << target;
    EXPECT_NE(words[1].find("error"), std::string::npos) << words[1];
    EXPECT_FALSE(peer.ended()) << target;
  }
}

TEST_F(SignalingTest, WithoutAnUpgradeIsRefusedLikeAnyWebSocket) {
  Client client = connect();
  EXPECT_EQ(ask(client, get("/signaling")).status, 426U);
}

}  // namespace
}  // namespace confab::net::test
