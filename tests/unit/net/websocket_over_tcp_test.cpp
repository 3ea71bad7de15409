// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <netinet/in.h>

#include "net/asio_loop.hpp"
#include "net/listener.hpp"
#include "unit/net/websocket_fixture.hpp"

namespace confab::net::test {
namespace {

/// Looks again and again whether something has come to be, and stops the loop then, or after a time that only
/// a failure takes.
class Until final : public Timer {
 public:
  Until(AsioLoop& loop, std::function<bool()> condition) : loop_(loop), condition_(std::move(condition)) {
    loop_.timers().schedule(*this, loop_.now());
  }

  bool met() const noexcept { return met_; }

 private:
  void on_timer() override {
    met_ = condition_();
    if (met_ || loop_.now() > deadline_) return loop_.stop();
    loop_.timers().schedule(*this, loop_.now() + TimerWheel::kTick);
  }

  AsioLoop& loop_;
  std::function<bool()> condition_;
  Monotonic deadline_ = loop_.now() + std::chrono::seconds(60);
  bool met_ = false;
};

/// The real loop, listener and sockets.
class WebSocketOverTcpTest : public ::testing::Test {
 protected:
  explicit WebSocketOverTcpTest(ClientContext::Heartbeat heartbeat = {Milliseconds(25'000),
                                                                      Milliseconds(20'000)})
      : chat_(std::make_unique<ChatServer>(loop_, loop_.read_buffer(), Limits{}, WebSocketOptions{},
                                           heartbeat)),
        listener_(loop_.io(), loop_, {.address = "127.0.0.1:0"},
                  [this](StreamPtr stream) { chat_->http_->accept(std::move(stream)); }) {
    listener_.open();
    listener_.start();
  }

  void run_until(std::function<bool()> condition) {
    Until until(loop_, std::move(condition));
    loop_.run();
    ASSERT_TRUE(until.met());
  }

  Client connect(int receive_buffer = 0) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer != 0) ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(listener_.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return Client(fd);
  }

  Peer open(int receive_buffer = 0) {
    Peer peer(connect(receive_buffer));
    peer.client.send(get("/ws", kUpgrade));
    run_until([&] {
      peer.client.receive();
      return peer.client.received().find("heartbeat") != std::string::npos;
    });
    EXPECT_EQ(take_answer(peer.client.received()).status, 101U);
    const Words words = peer.take();
    EXPECT_GE(words.size(), 1U);  // a ping may have come with it
    if (words.size() > 1) peer.client.send(client_pong());
    const auto at = words.at(0).find("n1.");
    peer.number = parse_hex64(std::string_view(words[0]).substr(at + 3, 16)).value_or(0);
    return peer;
  }

  /// What comes but pings, of which the first may come at any moment.
  Words hear(Peer& peer, std::size_t count) {
    Words words;
    run_until([&] {
      for (auto& word : peer.take()) {
        if (word != "ping:") words.push_back(std::move(word));
      }
      return words.size() >= count;
    });
    return words;
  }

  Session* session(const Peer& peer) const { return chat_->hub_.find(peer.number); }

  AsioLoop loop_;
  std::unique_ptr<ChatServer> chat_;
  Listener listener_;
};

TEST_F(WebSocketOverTcpTest, CarriesAConversation) {
  Peer ann = open();
  Peer bob = open();
  ann.client.send(client_text(R"({"type":"join","room":"general","user":"ann"})"));
  EXPECT_TRUE(hear(ann, 1)[0].starts_with("joined "));
  bob.client.send(client_text(R"({"type":"join","room":"general","user":"bob"})"));
  EXPECT_TRUE(hear(bob, 1)[0].starts_with("joined "));
  EXPECT_TRUE(hear(ann, 1)[0].starts_with("user_joined "));
  bob.client.send(client_text(R"({"type":"chat","text":"hi"})"));
  const Words hi{R"(chat general bob "text":"hi")"};
  EXPECT_EQ(hear(ann, 1), hi);
  EXPECT_EQ(hear(bob, 1), hi);
  ann.client.send(client_close(1000));
  EXPECT_EQ(hear(ann, 1), (Words{"close:1000:"}));
  EXPECT_TRUE(hear(bob, 1)[0].starts_with("user_left "));
  EXPECT_EQ(chat_->sockets_->size(), 1U);
}

TEST_F(WebSocketOverTcpTest, DrainsInOrderToASlowReader) {
  Peer peer = open(4096);
  Words expected;
  for (std::size_t size = 0; size < 700'000; size += expected.back().size()) {
    expected.push_back(std::to_string(expected.size()) + std::string(expected.size() * 37 % 9'000, 'x'));
    session(peer)->send(ws::make_message(ws::Opcode::text, expected.back()), EventClass::ordinary);
  }
  EXPECT_EQ(hear(peer, expected.size()), expected);
  run_until([&] { return session(peer)->queue().empty(); });
}

TEST_F(WebSocketOverTcpTest, SaysThatItIsGoingAway) {
  Peer peer = open();
  session(peer)->close(CloseReason::going_away);
  EXPECT_EQ(hear(peer, 1), (Words{"close:1001:Going away"}));
  peer.client.send(client_close(1001));
  run_until([&] { return chat_->sockets_->size() == 0 && peer.ended(); });
  EXPECT_TRUE(peer.client.eof());
}

TEST_F(WebSocketOverTcpTest, AClientThatResetsTheConnectionIsGone) {
  Peer peer = open();
  const linger none{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(peer.client.fd(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
  peer.client.close();
  run_until([&] { return chat_->sockets_->size() == 0; });
  EXPECT_EQ(chat_->hub_.sessions(), 0U);
  EXPECT_EQ(chat_->hub_.counters().sessions_failed, 0U);
}

TEST_F(WebSocketOverTcpTest, AClientThatResetsTheConnectionWhileItIsClosedIsGone) {
  Peer peer = open();
  session(peer)->close(CloseReason::going_away);
  EXPECT_EQ(hear(peer, 1).size(), 1U);
  const linger none{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(peer.client.fd(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
  peer.client.close();
  run_until([&] { return chat_->sockets_->size() == 0; });
}

TEST_F(WebSocketOverTcpTest, TheErrorOfAnOversizeMessageArrivesThoughItsSenderGoesOn) {
  Peer peer = open();
  const std::string message = client_text(std::string(3'000'000, 'x'));
  std::size_t sent = peer.client.send(message);
  Words words;
  run_until([&] {
    sent += peer.client.send(std::string_view(message).substr(sent));
    for (auto& word : peer.take())
      words.push_back(std::move(word));
    return !words.empty();
  });
  EXPECT_EQ(words, (Words{"close:1009:Message too big"}));
  EXPECT_FALSE(peer.client.reset());
}

class VanishedPeerTest : public WebSocketOverTcpTest {
 protected:
  // Long enough for one that answers, on a machine that is busy.
  VanishedPeerTest() : WebSocketOverTcpTest({Milliseconds(100), Milliseconds(1'500)}) {}
};

TEST_F(VanishedPeerTest, IsGoneWithoutAFin) {
  Peer vanished = open();
  Peer living = open();
  run_until([&] {
    for (const auto& word : living.take()) {
      if (word == "ping:") living.client.send(client_pong());
    }
    return session(vanished) == nullptr;
  });
  EXPECT_TRUE(vanished.ended());
  EXPECT_NE(session(living), nullptr);
  EXPECT_EQ(chat_->sockets_->size(), 1U);
}

}  // namespace
}  // namespace confab::net::test
