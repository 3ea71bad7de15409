// SPDX-License-Identifier: MIT
#include <random>

#include "unit/net/websocket_fixture.hpp"

namespace confab::net::test {
namespace {

Limits queue_of(std::size_t bytes) {
  Limits limits;
  limits.queue_size = bytes;
  limits.message_size = 1024;
  return limits;
}

/// A server that lets a session be a megabyte behind, over sockets that hold a few kilobytes.
class WebSocketBackpressureTest : public WebSocketTest {
 protected:
  explicit WebSocketBackpressureTest(std::size_t queue = std::size_t{1} << 20)
      : WebSocketTest(queue_of(queue)) {}

  static constexpr int kSmall = 4096;

  Peer open_small() { return open("/ws", "", kSmall); }

  /// Queues numbered messages of `size` bytes until the socket is full and `bytes` wait behind it; how many.
  std::size_t fill(const Peer& peer, std::size_t size, std::size_t bytes) {
    std::size_t sent = 0;
    while (session(peer)->queue().bytes() < bytes) {
      queue(peer, text(sent++, size));
      pump();
    }
    return sent;
  }

  static std::string text(std::size_t number, std::size_t size) {
    std::string out = std::to_string(number) + " ";
    out.resize(std::max(size, out.size()), 'x');
    return out;
  }

  /// Reads on until nothing comes any more.
  Words take_all(Peer& peer) {
    Words all;
    for (bool more = true; more;) {
      pump();
      more = peer.client.receive();
      for (auto& word : peer.take())
        all.push_back(std::move(word));
    }
    return all;
  }

  /// Time in which the client shows that it is there, though it reads nothing.
  void pass_talking(const Peer& peer, Milliseconds time) {
    for (constexpr Milliseconds step{5'000}; time.count() > 0; time -= step) {
      peer.client.send(client_pong());
      pump();
      pass(std::min(step, time));
    }
  }
};

TEST_F(WebSocketBackpressureTest, DrainsInOrderThroughPartialWrites) {
  Peer peer = open_small();
  std::mt19937 random(1);
  Words expected;
  std::size_t bytes = 0;
  while (bytes < 400'000) {
    expected.push_back(text(expected.size(), random() % 5'000));
    bytes += expected.back().size();
    queue(peer, expected.back());
  }
  Words got;
  while (got.size() < expected.size()) {
    pump();
    ASSERT_TRUE(peer.client.receive(1 + random() % 3'000)) << got.size();
    peer.reader.feed(peer.client.received());
    peer.client.received().clear();
    while (auto frame = peer.reader.next())
      got.push_back(Peer::describe(*frame));
  }
  EXPECT_EQ(got, expected);
  EXPECT_TRUE(session(peer)->queue().empty());
  EXPECT_EQ(say(peer, client_ping("x")), (Words{"pong:x"}));
}

TEST_F(WebSocketBackpressureTest, DrainsAHundredKilobytesOverASmallSocketBuffer) {
  Peer peer = open_small();
  Words expected;
  for (std::size_t i = 0; i < 100; ++i) {
    expected.push_back(text(i, 1024));
    queue(peer, expected.back());
  }
  pump();
  EXPECT_FALSE(session(peer)->queue().empty());
  EXPECT_EQ(take_all(peer), expected);
}

TEST_F(WebSocketBackpressureTest, WritesMoreThanOnePassHolds) {
  Peer peer = open();
  Words expected;
  for (std::size_t i = 0; i < 1'000; ++i) {
    expected.push_back(text(i, 4));
    queue(peer, expected.back());
  }
  expected.push_back(text(1'000, 300'000));
  queue(peer, expected.back());
  EXPECT_EQ(take_all(peer), expected);
}

TEST_F(WebSocketBackpressureTest, LeavesAFullSocketAloneUntilItHasRoom) {
  Peer peer = open_small();
  fill(peer, 1'000, 20'000);
  const auto before = session(peer)->queue().bytes();
  // There is room, but the loop hasn't said so.
  peer.client.receive();
  for (int i = 0; i < 10; ++i) {
    queue(peer, "more");
    loop_.end_turn();
  }
  EXPECT_EQ(session(peer)->queue().bytes(), before + 60);
  pump();
  EXPECT_LT(session(peer)->queue().bytes(), before);
}

TEST_F(WebSocketBackpressureTest, StopsReadingAboveHalfTheBoundAndGoesOnBelowAQuarter) {
  Peer peer = open_small();
  const std::size_t sent = fill(peer, 10'000, (std::size_t{1} << 19) + 1);
  ASSERT_TRUE(session(peer)->reading_paused());
  peer.client.send(client_text(R"({"type":"ping"})"));  // the read that was asked for before takes it
  pump();
  const std::uint64_t heard = session(peer)->received();
  peer.client.send(client_text(R"({"type":"ping"})"));
  pump();
  EXPECT_EQ(session(peer)->received(), heard);
  Words words = take_all(peer);
  EXPECT_EQ(session(peer)->received(), heard + 1);
  ASSERT_EQ(words.size(), sent + 2);
  EXPECT_TRUE(words.back().starts_with("pong "));
}

TEST_F(WebSocketBackpressureTest, SkipsPongsForASessionThatIsFarBehind) {
  Peer peer = open_small();
  const std::size_t sent = fill(peer, 10'000, (std::size_t{1} << 19) + 1);
  peer.client.send(client_ping("skipped"));
  EXPECT_EQ(take_all(peer).size(), sent);
  EXPECT_EQ(say(peer, client_ping("answered")), (Words{"pong:answered"}));
}

TEST_F(WebSocketBackpressureTest, QueuesABoundedNumberOfPongsForWhoReadsNone) {
  Peer peer = open_small();
  fill(peer, 1'000, 2'000);
  std::string pings;
  for (int i = 0; i < 5'000; ++i)
    pings += client_ping();
  for (int i = 0; i < 4; ++i) {
    peer.client.send(pings);
    pump();
  }
  EXPECT_LE(session(peer)->queue().size(), 1024U);
  EXPECT_GE(session(peer)->queue().size(), 1000U);
}

TEST_F(WebSocketBackpressureTest, ClosesWhoseSocketTakesNothingForThirtySeconds) {
  Peer peer = open_small();
  const std::size_t sent = fill(peer, 10'000, 50'000);
  pass_talking(peer, Milliseconds(29'980));
  ASSERT_NE(session(peer), nullptr);
  EXPECT_FALSE(session(peer)->closing());
  pass(Milliseconds(30));
  EXPECT_EQ(session(peer), nullptr);
  EXPECT_EQ(connections(), 1U);
  EXPECT_EQ(chat_->hub_.counters().sessions_failed, 1U);
  // What was begun is finished, the rest is dropped.
  const Words words = take_all(peer);
  ASSERT_GE(words.size(), 2U);
  EXPECT_LT(words.size(), sent);
  EXPECT_EQ(words.back(), "close:4008:Slow consumer");
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    EXPECT_EQ(words[i], text(i, 10'000));
  EXPECT_TRUE(peer.ended());
  EXPECT_EQ(peer.reader.pending(), 0U);
}

TEST_F(WebSocketBackpressureTest, LetsGoOfAClosedPeerThatReadsNothing) {
  Peer peer = open_small();
  fill(peer, 1'000, 20'000);
  pass_talking(peer, Milliseconds(30'010));
  EXPECT_EQ(connections(), 1U);
  pass(Milliseconds(5'010));
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketBackpressureTest, BearsWithWhoTakesALittleNowAndThen) {
  Peer peer = open_small();
  Words expected;
  for (std::size_t i = 0; i < 300; ++i) {
    expected.push_back(text(i, 1'000));
    queue(peer, expected.back());
  }
  pump();
  // It says nothing at all, and answers no ping that it hasn't come to.
  for (int i = 0; i < 6; ++i) {
    pass(Milliseconds(19'000));
    ASSERT_NE(session(peer), nullptr) << i;
    ASSERT_FALSE(session(peer)->queue().empty());
    peer.client.receive();
    pump();
  }
  Words words;
  peer.reader.feed(peer.client.received());
  peer.client.received().clear();
  while (auto frame = peer.reader.next())
    words.push_back(Peer::describe(*frame));
  for (auto& word : take_all(peer))
    words.push_back(std::move(word));
  std::erase(words, "ping:");
  EXPECT_EQ(words, expected);
}

TEST_F(WebSocketBackpressureTest, FinishesWhatWasBegunWhereTheClientClosesFirst) {
  Peer peer = open_small();
  const std::size_t sent = fill(peer, 10'000, 50'000);
  peer.client.send(client_close(1000));
  pump();
  EXPECT_EQ(session(peer), nullptr);
  const Words words = take_all(peer);
  ASSERT_GE(words.size(), 2U);
  EXPECT_LT(words.size(), sent);
  EXPECT_EQ(words.back(), "close:1000:");
  EXPECT_EQ(peer.reader.pending(), 0U);
  EXPECT_TRUE(peer.ended());
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketBackpressureTest, SaysTheRestInManyPartsBeforeItsGoodbye) {
  Peer peer = open_small();
  const std::size_t sent = fill(peer, 1'000, 200'000);
  session(peer)->close(CloseReason::restart);
  const Words words = take_all(peer);
  ASSERT_EQ(words.size(), sent + 1);
  EXPECT_EQ(words.back(), "close:1012:Service restart");
  EXPECT_EQ(connections(), 1U);
  say(peer, client_close(1012));
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketBackpressureTest, GoesOnWithItsLastWordsToAPeerThatClosesMeanwhile) {
  Peer peer = open_small();
  const std::size_t sent = fill(peer, 1'000, 50'000);
  session(peer)->close(CloseReason::restart);
  pump();
  peer.client.send(client_close(1000));
  pump();
  EXPECT_EQ(connections(), 1U);
  EXPECT_EQ(take_all(peer).size(), sent + 1);
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketBackpressureTest, GoesOnWithItsLastWordsToAPeerThatEndsItsSideMeanwhile) {
  Peer peer = open_small();
  const std::size_t sent = fill(peer, 1'000, 50'000);
  session(peer)->close(CloseReason::restart);
  pump();
  peer.client.finish();
  pump();
  EXPECT_EQ(connections(), 1U);
  EXPECT_EQ(take_all(peer).size(), sent + 1);
  EXPECT_EQ(connections(), 0U);
}

TEST_F(WebSocketBackpressureTest, BearsAWaitThatWasLeftFromBeforeItClosed) {
  Peer peer = open_small();
  fill(peer, 1'000, 1'500);
  // The socket has room again, and before the loop says so the session is closed.
  peer.client.receive();
  session(peer)->close(CloseReason::restart);
  loop_.end_turn();
  pump();
  EXPECT_EQ(peer.take().back(), "close:1012:Service restart");
  EXPECT_EQ(connections(), 1U);
  say(peer, client_close(1000));
  EXPECT_EQ(connections(), 0U);
}

class SmallQueueTest : public WebSocketBackpressureTest {
 protected:
  SmallQueueTest() : WebSocketBackpressureTest(std::size_t{64} << 10) {}
};

TEST_F(SmallQueueTest, ClosesWhoIsOverItsBoundAndLeavesTheRoomAlone) {
  Peer slow = open("/ws?user=slow", "", kSmall);
  Peer quick = open("/ws?user=quick");
  for (Peer* peer : {&slow, &quick})
    say(*peer, client_text(R"({"type":"join","room":"general"})"));
  slow.take();
  quick.take();
  std::size_t said = 0;
  std::size_t heard = 0;
  while (session(slow) != nullptr && said < 2'000) {
    Publication publication;
    publication.room = "general";
    publication.name = "chat";
    publication.user = "quick";
    const std::string body = R"("text":")" + std::string(900, 'x') + "\"";
    publication.body = body;
    chat_->broker_.publish(publication, [](const result<Published>&) {});
    ++said;
    pump();
    for (const auto& word : quick.take())
      heard += word.starts_with("chat ") ? 1U : 0U;
  }
  EXPECT_EQ(session(slow), nullptr);
  EXPECT_EQ(heard, said);
  EXPECT_EQ(chat_->hub_.counters().slow_consumers, 1U);
  const Words words = take_all(slow);
  ASSERT_FALSE(words.empty());
  EXPECT_LT(words.size(), said);
  EXPECT_EQ(words.back(), "close:4008:Slow consumer");
  EXPECT_EQ(slow.reader.pending(), 0U);
  pump();
  EXPECT_EQ(say(quick, client_ping("x")).back(), "pong:x");
}

/// Queues another message whenever the queue has drained.
class Refill final : public QueueWatcher {
 public:
  void on_drained(Session& session) override {
    if (left == 0) return;
    --left;
    session.send(ws::make_message(ws::Opcode::text, std::to_string(left)), EventClass::ordinary);
  }

  int left = 0;
};

TEST_F(SmallQueueTest, BearsAWatcherThatQueuesMoreWhileFramesAreTakenOut) {
  Peer peer = open();
  Refill refill;
  refill.left = 50;
  session(peer)->watch_queue(&refill);
  queue(peer, "first");
  pump();
  const Words words = peer.take();
  ASSERT_EQ(words.size(), 51U);
  EXPECT_EQ(words[0], "first");
  EXPECT_EQ(words[50], "0");
  session(peer)->watch_queue(nullptr);
}

}  // namespace
}  // namespace confab::net::test
