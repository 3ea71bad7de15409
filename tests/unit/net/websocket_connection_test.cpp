// SPDX-License-Identifier: MIT
#include "net/websocket_connection.hpp"

#include "unit/net/websocket_fixture.hpp"

namespace confab::net::test {
namespace {

using WebSocketConnectionTest = WebSocketTest;

// On a machine with 64-bit pointers; with its Stream and Session it is to stay within about a kilobyte.
static_assert(sizeof(WebSocketConnection) <= 256);

TEST_F(WebSocketConnectionTest, GreetsWithTheClientIdAndTheHeartbeat) {
  const Peer peer = open();
  const Session* opened = session(peer);
  ASSERT_NE(opened, nullptr);
  EXPECT_EQ(peer.greeting.find(R"(connected "clientId":")" + opened->client_id() + R"(","cursor":")"), 0U);
  EXPECT_NE(peer.greeting.find(R"("timestamp":"2026-11-24T)"), std::string::npos);
  EXPECT_TRUE(peer.greeting.ends_with(R"(Z","heartbeat":25000)"));
  EXPECT_TRUE(opened->guest());
  EXPECT_EQ(opened->transport()->name(), "websocket");
  EXPECT_EQ(connections(), 1U);
  EXPECT_EQ(chat_->http_->size(), 0U);
}

TEST_F(WebSocketConnectionTest, TakesTheNameFromTheQuery) {
  const Peer peer = open("/ws?user=J%C3%BCrgen+K");
  EXPECT_EQ(session(peer)->user(), "J\xC3\xBCrgen K");
  EXPECT_FALSE(session(peer)->guest());
  EXPECT_EQ(chat_->hub_.find_room("@J\xC3\xBCrgen K")->members().size(), 1U);
}

TEST_F(WebSocketConnectionTest, HandsTextToTheProtocol) {
  Peer peer = open();
  const Words words = say(peer, client_text(R"({"type":"ping"})"));
  ASSERT_EQ(words.size(), 1U);
  EXPECT_TRUE(words[0].starts_with("pong ")) << words[0];
}

TEST_F(WebSocketConnectionTest, TakesMessagesThatCameBehindTheRequest) {
  Peer peer(connect());
  const Answer answer = ask(peer.client, get("/ws", kUpgrade) + client_text(R"({"type":"ping"})") +
                                             client_ping("a") + client_text(R"({"type":"pi)").substr(0, 7));
  EXPECT_EQ(answer.status, 101U);
  const Words words = peer.take();
  ASSERT_EQ(words.size(), 3U);
  EXPECT_TRUE(words[0].starts_with("connected "));
  EXPECT_TRUE(words[1].starts_with("pong "));
  EXPECT_EQ(words[2], "pong:a");
  // The message that was cut goes on where it stopped.
  EXPECT_EQ(say(peer, client_text(R"({"type":"pi)").substr(7)).size(), 1U);
}

TEST_F(WebSocketConnectionTest, TakesAMessageInSingleBytes) {
  Peer peer = open();
  Words all;
  for (const char byte : client_text(R"({"type":"ping"})")) {
    for (auto& word : say(peer, std::string_view(&byte, 1)))
      all.push_back(std::move(word));
  }
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all[0].starts_with("pong "));
}

TEST_F(WebSocketConnectionTest, TakesManyMessagesInOneRead) {
  Peer peer = open();
  std::string bytes;
  for (int i = 0; i < 90; ++i)
    bytes += client_text(R"({"type":"ping"})");
  EXPECT_EQ(say(peer, bytes).size(), 90U);
}

TEST_F(WebSocketConnectionTest, BringsEventsToMembers) {
  Peer ann = open("/ws?user=ann");
  Peer bob = open("/ws?user=bob");
  say(ann, client_text(R"({"type":"join","room":"general"})"));
  say(bob, client_text(R"({"type":"join","room":"general"})"));
  ann.take();
  const Words hi{R"(chat general ann "text":"hi")"};
  EXPECT_EQ(say(ann, client_text(R"({"type":"chat","room":"general","text":"hi"})")), hi);
  EXPECT_EQ(bob.take(), hi);
}

TEST_F(WebSocketConnectionTest, AnswersPings) {
  Peer peer = open();
  EXPECT_EQ(say(peer, client_ping()), (Words{"pong:"}));
  EXPECT_EQ(say(peer, client_ping("hello") + client_ping(std::string(125, 'x'))),
            (Words{"pong:hello", "pong:" + std::string(125, 'x')}));
  // Between the fragments of a message, too.
  const std::string first = ClientFrame{.opcode = 1, .payload = R"({"type":)", .fin = false}.bytes();
  const std::string last = ClientFrame{.opcode = 0, .payload = R"("ping"})"}.bytes();
  const Words words = say(peer, first + client_ping("between") + last);
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0], "pong:between");
}

TEST_F(WebSocketConnectionTest, IgnoresPongsThatNobodyAskedFor) {
  Peer peer = open();
  EXPECT_EQ(say(peer, client_pong("x")), Words{});
  EXPECT_NE(session(peer), nullptr);
}

TEST_F(WebSocketConnectionTest, InflatesAndDeflatesWhereThatWasAgreedOn) {
  Peer peer(connect());
  const Answer answer = ask(
      peer.client, get("/ws", std::string(kUpgrade) + "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
  EXPECT_EQ(answer.status, 101U);
  Words words = peer.take();
  ASSERT_EQ(words.size(), 1U);
  EXPECT_TRUE(words[0].starts_with("deflated:connected "));
  DeflatingClient deflating;
  for (int i = 0; i < 3; ++i) {
    words = say(peer, client_deflated(1, deflating.message(R"({"type":"ping"})")));
    ASSERT_EQ(words.size(), 1U);
    EXPECT_TRUE(words[0].starts_with("deflated:pong "));
  }
  // It need not compress.
  EXPECT_EQ(say(peer, client_text(R"({"type":"ping"})")).size(), 1U);
}

TEST_F(WebSocketConnectionTest, RefusesCompressionThatWasNotAgreedOn) {
  Peer peer = open();
  DeflatingClient deflating;
  EXPECT_EQ(say(peer, client_deflated(1, deflating.message("{}"))), (Words{"close:1002:Protocol error"}));
}

TEST_F(WebSocketConnectionTest, LeavesWhatIsSaidWhileReadingIsHeld) {
  Peer peer = open();
  session(peer)->hold_reading();
  // One read was asked for before.
  EXPECT_EQ(say(peer, client_text(R"({"type":"ping"})")).size(), 1U);
  EXPECT_EQ(say(peer, client_text(R"({"type":"ping"})")), Words{});
  session(peer)->release_reading();
  pump();
  EXPECT_EQ(peer.take().size(), 1U);
  EXPECT_EQ(say(peer, client_text(R"({"type":"ping"})")).size(), 1U);
}

TEST_F(WebSocketConnectionTest, ChangesOfTheMessageLimitTakeEffect) {
  Peer peer = open();
  WebSocketOptions options;
  options.message_limit = 10;
  chat_->sockets_->set_options(options);
  EXPECT_EQ(say(peer, client_text("01234567890")), (Words{"close:1009:Message too big"}));
}

TEST_F(WebSocketConnectionTest, ServesOthersWhileOneClosesInTheMiddleOfTheList) {
  std::vector<Peer> peers;
  for (int i = 0; i < 5; ++i)
    peers.push_back(open());
  for (const std::size_t i : {2U, 0U, 4U}) {
    EXPECT_EQ(say(peers[i], client_close(1000)), (Words{"close:1000:"}));
  }
  EXPECT_EQ(connections(), 2U);
  for (const std::size_t i : {1U, 3U})
    EXPECT_EQ(say(peers[i], client_ping("x")), (Words{"pong:x"}));
}

}  // namespace
}  // namespace confab::net::test
