// SPDX-License-Identifier: MIT
#include "net/frame_writer.hpp"

#include <random>

#include "broker/memory_broker.hpp"
#include "support/fake_client.hpp"
#include "support/fake_loop.hpp"
#include "unit/net/http_fixture.hpp"

namespace confab::net::test {
namespace {

class FrameWriterTest : public ::testing::Test {
 protected:
  void connect(int kind = SOCK_STREAM) {
    int fds[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    client_ = std::make_unique<Client>(fds[0]);
    fd_ = fds[1];
    stream_ = adopt(io_, fds[1]);
  }

  void small_buffer() const {
    const int size = 4096;
    ASSERT_EQ(::setsockopt(fd_, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
  }

  void push(std::string_view bytes) { queue_.push(Frame::make(bytes)); }

  Flush flush() { return writer_.flush(*stream_, queue_); }

  /// The sizes of the writes that arrived, each its own message on a SEQPACKET pair.
  std::vector<std::size_t> writes() {
    std::vector<std::size_t> sizes;
    std::string buffer(1 << 20, '\0');
    for (ssize_t n; (n = ::recv(client_->fd(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0;)
      sizes.push_back(static_cast<std::size_t>(n));
    return sizes;
  }

  boost::asio::io_context io_{1};
  QueueLedger ledger_;
  OutboundQueue queue_{ledger_};
  std::unique_ptr<Client> client_;
  int fd_ = -1;
  StreamPtr stream_;
  FrameWriter writer_;
};

TEST_F(FrameWriterTest, WritesNothingWhereNothingWaits) {
  connect(SOCK_SEQPACKET);
  EXPECT_EQ(flush(), Flush::drained);
  EXPECT_EQ(writer_.accepted(), 0U);
  EXPECT_TRUE(writes().empty());
}

TEST_F(FrameWriterTest, GathersAllThatWaitsIntoOneWrite) {
  connect(SOCK_SEQPACKET);
  push("one");
  push("two");
  push("three");
  EXPECT_EQ(flush(), Flush::drained);
  EXPECT_EQ(writes(), std::vector<std::size_t>{11});
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(ledger_.bytes, 0U);
  EXPECT_EQ(writer_.accepted(), 11U);
  EXPECT_FALSE(writer_.within_frame());
}

TEST_F(FrameWriterTest, KeepsTheOrder) {
  connect();
  push("one");
  EXPECT_EQ(flush(), Flush::drained);
  push("two");
  push("three");
  EXPECT_EQ(flush(), Flush::drained);
  client_->receive();
  EXPECT_EQ(client_->received(), "onetwothree");
}

TEST_F(FrameWriterTest, TakesSoManyPiecesAPass) {
  connect(SOCK_SEQPACKET);
  for (std::size_t i = 0; i < FrameWriter::kPiecesAPass; ++i)
    push("x");
  EXPECT_EQ(flush(), Flush::drained);
  for (std::size_t i = 0; i < FrameWriter::kPiecesAPass + 1; ++i)
    push("x");
  EXPECT_EQ(flush(), Flush::more);
  EXPECT_EQ(queue_.size(), 1U);
  EXPECT_EQ(flush(), Flush::drained);
  EXPECT_EQ(writes(), (std::vector<std::size_t>{64, 64, 1}));
}

TEST_F(FrameWriterTest, TakesSoManyBytesAPass) {
  connect(SOCK_SEQPACKET);
  push(std::string(FrameWriter::kBytesAPass, 'x'));
  EXPECT_EQ(flush(), Flush::drained);
  EXPECT_EQ(writes(), std::vector<std::size_t>{FrameWriter::kBytesAPass});
  push(std::string(FrameWriter::kBytesAPass + 1, 'x'));
  EXPECT_EQ(flush(), Flush::more);
  EXPECT_TRUE(writer_.within_frame());
  EXPECT_EQ(flush(), Flush::drained);
  EXPECT_FALSE(writer_.within_frame());
  EXPECT_EQ(writes(), (std::vector<std::size_t>{FrameWriter::kBytesAPass, 1}));
}

TEST_F(FrameWriterTest, CutsTheLastPieceToWhatThePassHasLeft) {
  connect(SOCK_SEQPACKET);
  push("abc");
  push(std::string(FrameWriter::kBytesAPass, 'x'));
  push("d");
  EXPECT_EQ(flush(), Flush::more);
  EXPECT_EQ(queue_.size(), 2U);
  EXPECT_TRUE(writer_.within_frame());
  EXPECT_EQ(flush(), Flush::drained);
  EXPECT_EQ(writes(), (std::vector<std::size_t>{FrameWriter::kBytesAPass, 4}));
}

TEST_F(FrameWriterTest, StopsWhereTheKernelIsFull) {
  connect();
  small_buffer();
  push(std::string(60'000, 'x'));
  Flush outcome = flush();
  ASSERT_EQ(outcome, Flush::blocked);
  while (writer_.accepted() < 60'000) {
    const std::uint64_t before = writer_.accepted();
    if (flush() == Flush::blocked && writer_.accepted() == before) break;
  }
  EXPECT_LT(writer_.accepted(), 60'000U);
  EXPECT_EQ(queue_.size(), 1U);
  client_->receive();
  EXPECT_NE(flush(), Flush::broken);
  EXPECT_GT(writer_.accepted(), client_->received().size());
}

TEST_F(FrameWriterTest, SaysThatTheConnectionIsGone) {
  connect();
  client_->close();
  push("x");
  EXPECT_EQ(flush(), Flush::broken);
  EXPECT_EQ(queue_.size(), 1U);
  stream_->close();
  EXPECT_EQ(flush(), Flush::broken);
}

TEST_F(FrameWriterTest, WritesEveryByteOnceWhateverTheKernelTakes) {
  std::mt19937 random(11);
  for (int round = 0; round < 20; ++round) {
    connect();
    small_buffer();
    writer_ = FrameWriter();
    std::string expected;
    std::uint64_t taken = 0;
    for (int step = 0; step < 400; ++step) {
      if (random() % 3 != 0 && queue_.bytes() < (1U << 20)) {
        const std::size_t most = random() % 20 == 0 ? 150'000 : 300;
        std::string bytes(1 + random() % most, '\0');
        for (char& byte : bytes)
          byte = static_cast<char>(random());
        push(bytes);
        expected += bytes;
      }
      const Flush outcome = flush();
      ASSERT_NE(outcome, Flush::broken);
      ASSERT_EQ(outcome == Flush::drained, queue_.empty());
      ASSERT_GE(writer_.accepted(), taken);
      taken = writer_.accepted();
      client_->receive(random() % 5000);
    }
    while (!queue_.empty()) {
      ASSERT_NE(flush(), Flush::broken);
      client_->receive();
    }
    client_->receive();
    ASSERT_EQ(client_->received(), expected);
    ASSERT_EQ(writer_.accepted(), expected.size());
    ASSERT_FALSE(writer_.within_frame());
  }
}

/// Queues one frame more each time the queue has drained, so often.
class Feeder final : public QueueWatcher {
 public:
  void on_drained(Session& session) override {
    if (left == 0) return;
    --left;
    session.send(Frame::make("+"), EventClass::ordinary);
  }

  int left = 0;
};

class SessionWriterTest : public FrameWriterTest {
 protected:
  SessionWriterTest() {
    broker_.start(hub_);
    session_ = hub_.open(transport_, codec_);
    transport_.slow = true;
  }

  confab::testing::FakeLoop loop_;
  Limits limits_;
  RoomRules rules_;
  confab::testing::PlainCodec codec_;
  MemoryBroker broker_{loop_, rules_, limits_};
  Hub hub_{loop_, broker_, rules_, limits_, "node"};
  confab::testing::FakeTransport transport_;
  Session* session_ = nullptr;
};

TEST_F(SessionWriterTest, TellsTheSessionWhatWasTakenWhole) {
  connect();
  EXPECT_EQ(writer_.flush(*stream_, *session_), Flush::drained);
  session_->send(Frame::make("one"), EventClass::ordinary);
  session_->send(Frame::make("two"), EventClass::ordinary);
  EXPECT_EQ(writer_.flush(*stream_, *session_), Flush::drained);
  EXPECT_TRUE(session_->queue().empty());
  client_->receive();
  EXPECT_EQ(client_->received(), "onetwo");
}

TEST_F(SessionWriterTest, SeesWhatIsQueuedWhenTheQueueDrains) {
  connect();
  Feeder feeder;
  feeder.left = 2;
  session_->watch_queue(&feeder);
  session_->send(Frame::make("one"), EventClass::ordinary);
  EXPECT_EQ(writer_.flush(*stream_, *session_), Flush::more);
  EXPECT_EQ(writer_.flush(*stream_, *session_), Flush::more);
  EXPECT_EQ(writer_.flush(*stream_, *session_), Flush::drained);
  client_->receive();
  EXPECT_EQ(client_->received(), "one++");
  session_->watch_queue(nullptr);
}

TEST_F(SessionWriterTest, GoesOnWithinAFrameWhenTheSessionHasEnded) {
  connect();
  small_buffer();
  const std::string large(50'000, 'x');
  session_->send(Frame::make(large), EventClass::ordinary);
  session_->send(Frame::make("end"), EventClass::ordinary);
  ASSERT_EQ(writer_.flush(*stream_, *session_), Flush::blocked);
  ASSERT_TRUE(writer_.within_frame());
  for (std::size_t i = 0; i < session_->queue().size(); ++i)
    push(session_->queue()[i].bytes());
  while (flush() != Flush::drained)
    client_->receive();
  client_->receive();
  EXPECT_EQ(client_->received(), large + "end");
}

}  // namespace
}  // namespace confab::net::test
