// SPDX-License-Identifier: MIT
#include "unit/net/websocket_fixture.hpp"

namespace confab::net::test {
namespace {

class WebSocketCloseTest : public WebSocketTest {
 protected:
  using WebSocketTest::WebSocketTest;

  std::uint64_t failed() const { return chat_->hub_.counters().sessions_failed; }

  void expect_gone(Peer& peer) {
    EXPECT_EQ(session(peer), nullptr);
    EXPECT_EQ(connections(), 0U);
    EXPECT_TRUE(peer.ended());
  }

  /// The client hears why, then the end; what it says meanwhile is thrown away, and its answer ends it all.
  void expect_failure(std::string_view bytes, std::string_view close) {
    Peer peer = open();
    EXPECT_EQ(say(peer, bytes), (Words{std::string(close)}));
    EXPECT_EQ(session(peer), nullptr);
    EXPECT_TRUE(peer.client.eof());
    EXPECT_EQ(connections(), 1U);
    say(peer, std::string(100'000, 'x'));
    EXPECT_EQ(connections(), 1U);
    peer.client.finish();
    pump();
    EXPECT_EQ(connections(), 0U);
    EXPECT_FALSE(peer.client.reset());
  }
};

TEST_F(WebSocketCloseTest, EchoesTheClientsCode) {
  for (const unsigned code : {1000U, 1001U, 1003U, 1014U, 3000U, 4999U}) {
    Peer peer = open();
    EXPECT_EQ(say(peer, client_close(code, "bye")), (Words{"close:" + std::to_string(code) + ":"}));
    expect_gone(peer);
    EXPECT_FALSE(peer.client.reset());
  }
  EXPECT_EQ(failed(), 0U);
}

TEST_F(WebSocketCloseTest, EchoesAnEmptyCloseFrame) {
  Peer peer = open();
  EXPECT_EQ(say(peer, ClientFrame{.opcode = 8}.bytes()), (Words{"close:1005:"}));
  expect_gone(peer);
}

TEST_F(WebSocketCloseTest, DropsTheRestWhereTheClientClosesFirst) {
  Peer peer = open();
  queue(peer, "too late");
  EXPECT_EQ(say(peer, client_close(1000)), (Words{"close:1000:"}));
  expect_gone(peer);
}

TEST_F(WebSocketCloseTest, IgnoresWhatFollowsAClientsCloseFrame) {
  Peer peer = open();
  EXPECT_EQ(say(peer, client_close(1000) + client_text(R"({"type":"ping"})") + client_ping("x")),
            (Words{"close:1000:"}));
  expect_gone(peer);
}

TEST_F(WebSocketCloseTest, AnswersAClientThatClosesItsSideAtOnce) {
  Peer peer = open();
  peer.client.send(client_close(1001));
  peer.client.finish();
  pump();
  EXPECT_EQ(peer.take(), (Words{"close:1001:"}));
  expect_gone(peer);
}

TEST_F(WebSocketCloseTest, SaysWhyAProtocolErrorEnds) {
  const std::string unmasked =
      ClientFrame{.opcode = 1, .payload = "{}", .mask = ClientFrame::Mask::missing}.bytes();
  expect_failure(unmasked, "close:1002:Protocol error");
  expect_failure(client_close(1005), "close:1002:Protocol error");
  EXPECT_EQ(failed(), 2U);
}

TEST_F(WebSocketCloseTest, SaysWhyInvalidUtf8Ends) {
  expect_failure(client_text("\xC0\x80"), "close:1007:Invalid UTF-8");
}

TEST_F(WebSocketCloseTest, SaysWhyAMessageOverTheLimitEnds) {
  const std::string announced = ClientFrame{.opcode = 1, .announced = 65537}.header();
  expect_failure(announced, "close:1009:Message too big");
}

TEST_F(WebSocketCloseTest, TakesAMessageOfTheLimitsSize) {
  Peer peer = open();
  const std::string head = R"({"type":"ping","x":")";
  const std::string message = head + std::string(65536 - head.size() - 2, 'x') + R"("})";
  const Words words = say(peer, client_text(message));
  ASSERT_EQ(words.size(), 1U);
  EXPECT_TRUE(words[0].starts_with("pong "));
}

TEST_F(WebSocketCloseTest, SaysThatABinaryMessageIsOfTheWrongKind) {
  Peer peer = open();
  EXPECT_EQ(say(peer, client_binary("x") + client_binary("y") + client_text("{}") + client_ping()),
            (Words{"close:1003:Wrong kind of frame"}));
  EXPECT_EQ(connections(), 1U);
  EXPECT_TRUE(peer.client.eof());
  // What it says meanwhile is thrown away until it answers.
  EXPECT_EQ(say(peer, client_text(R"({"type":"ping"})") + client_ping("x")), Words{});
  EXPECT_EQ(connections(), 1U);
  say(peer, client_close(1003));
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketCloseTest, SeesTheClientsCloseFrameBehindWhatEndedIt) {
  Peer peer = open();
  EXPECT_EQ(say(peer, client_binary("x") + client_close(1000)), (Words{"close:1003:Wrong kind of frame"}));
  expect_gone(peer);
}

TEST_F(WebSocketCloseTest, SendsTheRestBeforeItSaysGoodbye) {
  Peer peer = open();
  queue(peer, "one");
  queue(peer, "two");
  session(peer)->close(CloseReason::going_away);
  pump();
  EXPECT_EQ(peer.take(), (Words{"one", "two", "close:1001:Going away"}));
  EXPECT_TRUE(peer.ended());
  say(peer, client_close(1001));
  expect_gone(peer);
  EXPECT_EQ(failed(), 0U);
}

TEST_F(WebSocketCloseTest, SaysEveryReasonWithItsCodeAndText){
#define CONFAB_CLOSE(reason, code, text)                      \
  {                                                           \
    Peer peer = open();                                       \
    session(peer)->close(CloseReason::reason);                \
    pump();                                                   \
    EXPECT_EQ(peer.take(), (Words{"close:" #code ":" text})); \
    say(peer, client_close(code));                            \
    expect_gone(peer);                                        \
  }
    CONFAB_CLOSES(CONFAB_CLOSE)
#undef CONFAB_CLOSE
}

TEST_F(WebSocketCloseTest, WaitsFiveSecondsForTheAnswer) {
  Peer peer = open();
  session(peer)->close(CloseReason::going_away);
  pump();
  pass(Milliseconds(4'990));
  EXPECT_EQ(connections(), 1U);
  pass(Milliseconds(20));
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketCloseTest, WaitsNoLongerForAClientThatGoesOnTalking) {
  Peer peer = open();
  session(peer)->close(CloseReason::going_away);
  pump();
  for (int i = 0; i < 51; ++i) {
    peer.client.send(client_text("{}"));
    pass(Milliseconds(100));
  }
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketCloseTest, AClientThatBreaksOffIsNoFailure) {
  Peer peer = open();
  peer.client.close();
  pump();
  EXPECT_EQ(session(peer), nullptr);
  EXPECT_EQ(connections(), 0U);
  EXPECT_EQ(failed(), 0U);
}

TEST_F(WebSocketCloseTest, AClientThatOnlyEndsItsSideIsGone) {
  Peer peer = open();
  queue(peer, "never seen");
  peer.client.finish();
  pump();
  EXPECT_EQ(connections(), 0U);
  EXPECT_TRUE(peer.ended());
}

TEST_F(WebSocketCloseTest, AClientThatEndedItsSideBehindTheRequestIsGone) {
  Client client = connect();
  client.send(get("/ws", kUpgrade));
  client.finish();
  pump();
  EXPECT_EQ(connections(), 0U);
  EXPECT_EQ(chat_->hub_.sessions(), 0U);
}

TEST_F(WebSocketCloseTest, AWriteToABrokenConnectionEndsIt) {
  Peer peer = open();
  session(peer)->hold_reading();
  say(peer, client_ping());  // the read that was asked for before
  peer.client.close();
  pump();
  ASSERT_NE(session(peer), nullptr);
  queue(peer, "x");
  pump();
  EXPECT_EQ(session(peer), nullptr);
  EXPECT_EQ(connections(), 0U);
  EXPECT_EQ(failed(), 0U);
}

TEST_F(WebSocketCloseTest, LastWordsToABrokenConnectionEndIt) {
  Peer peer = open();
  session(peer)->hold_reading();
  say(peer, client_ping());
  peer.client.close();
  session(peer)->close(CloseReason::disconnected);
  pump();
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketCloseTest, AClientThatBreaksOffWhileItIsClosedEndsIt) {
  Peer peer = open();
  session(peer)->close(CloseReason::going_away);
  pump();
  peer.client.close();
  pump();
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketCloseTest, AMessageInTheTurnInWhichTheSessionIsClosedIsIgnored) {
  Peer peer = open();
  const std::uint64_t heard = session(peer)->received();
  peer.client.send(client_text(R"({"type":"ping"})"));
  session(peer)->close(CloseReason::disconnected);
  poll();  // before the turn ends
  EXPECT_EQ(session(peer)->received(), heard);
  pump();
  EXPECT_EQ(peer.take(), (Words{"close:4003:Disconnected by the server's API"}));
}

TEST_F(WebSocketCloseTest, AClientMayBreakOffInTheTurnInWhichItsSessionIsClosed) {
  Peer peer = open();
  peer.client.close();
  session(peer)->close(CloseReason::disconnected);
  poll();
  pump();
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketCloseTest, ClosesWhatIsLeftWhenTheServerGoes) {
  Peer open_one = open();
  Peer closing_one = open();
  session(closing_one)->close(CloseReason::going_away);
  pump();
  chat_->sockets_.reset();
  pump();
  EXPECT_EQ(chat_->hub_.sessions(), 0U);
  EXPECT_TRUE(open_one.ended());
  EXPECT_TRUE(closing_one.ended());
}

Limits only(std::size_t connections) {
  Limits limits;
  limits.connections = connections;
  return limits;
}

class FullServerTest : public WebSocketCloseTest {
 protected:
  FullServerTest() : WebSocketCloseTest(only(1)) {}
};

TEST_F(FullServerTest, UpgradesAndSaysThatItIsOverloaded) {
  Peer first = open();
  Peer second(connect());
  EXPECT_EQ(ask(second.client, get("/ws", kUpgrade) + client_text(R"({"type":"ping"})")).status, 101U);
  EXPECT_EQ(second.take(), (Words{"close:1013:Server overloaded"}));
  EXPECT_TRUE(second.ended());
  EXPECT_EQ(connections(), 2U);
  say(second, client_close(1013));
  EXPECT_EQ(connections(), 1U);
  EXPECT_EQ(chat_->hub_.counters().sessions_rejected, 1U);
  // The first is not disturbed, and when it goes there is room again.
  EXPECT_EQ(say(first, client_ping("x")), (Words{"pong:x"}));
  say(first, client_close(1000));
  open();
}

TEST_F(FullServerTest, DoesNotWaitForThoseItTurnsAwayForEver) {
  Peer first = open();
  Peer second(connect());
  ask(second.client, get("/ws", kUpgrade));
  pass(Milliseconds(5'010));
  EXPECT_EQ(connections(), 1U);
}

}  // namespace
}  // namespace confab::net::test
