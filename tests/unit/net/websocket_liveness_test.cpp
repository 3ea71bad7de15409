// SPDX-License-Identifier: MIT
#include <algorithm>

#include "unit/net/websocket_fixture.hpp"

namespace confab::net::test {
namespace {

using WebSocketLivenessTest = WebSocketTest;

std::size_t pings(const Words& words) {
  return static_cast<std::size_t>(std::count(words.begin(), words.end(), "ping:"));
}

TEST_F(WebSocketLivenessTest, ASilentPeerIsPingedAndThenGone) {
  Peer peer = open();
  Words words;
  Milliseconds waited{0};
  for (constexpr Milliseconds step{10}; words.empty() && waited.count() < 25'010; waited += step) {
    pass(step);
    words = peer.take();
  }
  EXPECT_EQ(words, (Words{"ping:"}));
  pass(Milliseconds(19'980));
  EXPECT_NE(session(peer), nullptr);
  pass(Milliseconds(30));
  EXPECT_EQ(session(peer), nullptr);
  EXPECT_EQ(connections(), 0U);
  EXPECT_EQ(peer.take(), Words{});
  EXPECT_TRUE(peer.ended());
  EXPECT_EQ(chat_->hub_.counters().sessions_failed, 0U);
}

TEST_F(WebSocketLivenessTest, APeerThatAnswersStays) {
  Peer peer = open();
  std::size_t questions = 0;
  for (int i = 0; i < 250; ++i) {
    pass(Milliseconds(1'000));
    for (std::size_t n = pings(peer.take()); n > 0; --n, ++questions)
      peer.client.send(client_pong());
  }
  EXPECT_NE(session(peer), nullptr);
  EXPECT_GE(questions, 8U);
  EXPECT_LE(questions, 10U);
  pass(Milliseconds(45'030));
  EXPECT_EQ(session(peer), nullptr);
}

TEST_F(WebSocketLivenessTest, APeerThatSpeaksIsNotPinged) {
  Peer peer = open();
  std::size_t questions = 0;
  for (int i = 0; i < 60; ++i) {
    say(peer, client_pong());
    pass(Milliseconds(5'000));
    if (i >= 5) questions += pings(peer.take());
    if (i < 5) peer.take();
  }
  EXPECT_EQ(questions, 0U);
  EXPECT_NE(session(peer), nullptr);
}

TEST_F(WebSocketLivenessTest, HalfAFrameIsASignOfLife) {
  Peer peer = open();
  const std::string message = client_text(R"({"type":"ping"})");
  std::size_t at = 0;
  for (; at + 1 < message.size(); ++at) {
    peer.client.send(message.substr(at, 1));
    pass(Milliseconds(10'000));
    ASSERT_NE(session(peer), nullptr);
  }
  peer.take();
  EXPECT_TRUE(say(peer, message.substr(at)).back().starts_with("pong "));
}

TEST_F(WebSocketLivenessTest, ThePeersOfOneMomentAreNotPingedAtOnce) {
  std::vector<Peer> peers;
  for (int i = 0; i < 100; ++i)
    peers.push_back(open());
  std::size_t most = 0;
  std::size_t all = 0;
  for (int i = 0; i < 10; ++i) {
    pass(Milliseconds(2'510));
    std::size_t now = 0;
    for (Peer& peer : peers)
      now += pings(peer.take());
    most = std::max(most, now);
    all += now;
  }
  // Every one of them, about ten in a tenth of the interval.
  EXPECT_EQ(all, 100U);
  EXPECT_LE(most, 40U);
}

TEST_F(WebSocketLivenessTest, APeerThatIsNotReadLivesByWhatTheKernelTakes) {
  Peer peer = open();
  session(peer)->hold_reading();
  say(peer, client_pong());  // the read that was asked for before
  for (int i = 0; i < 30; ++i) {
    pass(Milliseconds(10'000));
    ASSERT_NE(session(peer), nullptr) << i;
    queue(peer, "x");
  }
  // It did answer; that is read now.
  peer.take();
  session(peer)->release_reading();
  EXPECT_EQ(say(peer, client_ping("x")).back(), "pong:x");
}

class PatientServerTest : public WebSocketTest {
 protected:
  PatientServerTest() : WebSocketTest({}, {}, {Milliseconds(1'000), Milliseconds(60'000)}) {}
};

TEST_F(PatientServerTest, AsksAgainAnIntervalAfterAnAnswerHoweverLongThatMayTake) {
  Peer peer = open();
  std::size_t questions = 0;
  for (int i = 0; i < 100; ++i) {
    pass(Milliseconds(100));
    for (std::size_t n = pings(peer.take()); n > 0; --n, ++questions)
      peer.client.send(client_pong());
  }
  EXPECT_GE(questions, 9U);
  EXPECT_LE(questions, 11U);
}

WebSocketOptions inactive_after(Milliseconds time) {
  WebSocketOptions options;
  options.inactive_timeout = time;
  return options;
}

class InactiveSessionTest : public WebSocketTest {
 protected:
  InactiveSessionTest() : WebSocketTest({}, inactive_after(Milliseconds(60'000))) {}
};

TEST_F(InactiveSessionTest, IsClosedThoughItsClientAnswersPings) {
  Peer peer = open();
  Words last;
  for (int i = 0; i < 75 && session(peer) != nullptr; ++i) {
    if (i == 59) ASSERT_NE(session(peer), nullptr);
    pass(Milliseconds(1'000));
    last = peer.take();
    if (pings(last) > 0) peer.client.send(client_pong());
  }
  EXPECT_EQ(session(peer), nullptr);
  ASSERT_FALSE(last.empty());
  EXPECT_EQ(last.back(), "close:1000:");
}

TEST_F(InactiveSessionTest, LivesWhileItSpeaks) {
  Peer peer = open();
  for (int i = 0; i < 10; ++i) {
    for (int quiet = 0; quiet < 3; ++quiet) {
      pass(Milliseconds(10'000));
      ASSERT_NE(session(peer), nullptr) << i;
      say(peer, client_pong());
    }
    say(peer, client_text(R"({"type":"ping"})"));
  }
}

}  // namespace
}  // namespace confab::net::test
