// SPDX-License-Identifier: MIT
#include "net/stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "unit/net/http_fixture.hpp"

namespace confab::net::test {
namespace {

class Owner final : public StreamEvents {
 public:
  void on_readable() override {
    ++readable;
    if (on) on();
  }

  void on_writable() override {
    ++writable;
    if (on) on();
  }

  int readable = 0;
  int writable = 0;
  std::function<void()> on;
};

class StreamTest : public ::testing::Test {
 protected:
  StreamTest() {
    const auto [mine, its] = socket_pair();
    client_ = std::make_unique<Client>(mine);
    stream_ = adopt(io_, its);
    stream_->bind(&owner_);
  }

  void poll() {
    io_.restart();
    while (io_.poll() > 0) {
    }
  }

  std::size_t fill() {
    const std::string block(65536, 'x');
    std::size_t written = 0;
    IoResult result;
    while ((result = stream_->write_some(block)).status == IoStatus::ok)
      written += result.bytes;
    EXPECT_EQ(result.status, IoStatus::would_block);
    return written;
  }

  boost::asio::io_context io_{1};
  Owner owner_;
  StreamPtr stream_;
  std::unique_ptr<Client> client_;
};

TEST_F(StreamTest, TellsOnceThatThereIsSomethingToRead) {
  stream_->await_read();
  stream_->await_read();
  poll();
  EXPECT_EQ(owner_.readable, 0);
  client_->send("hello");
  poll();
  EXPECT_EQ(owner_.readable, 1);
  poll();
  EXPECT_EQ(owner_.readable, 1);
  char buffer[3];
  EXPECT_EQ(stream_->read_some(buffer).bytes, 3U);
  EXPECT_EQ(std::string_view(buffer, 3), "hel");
  // What is left is told again.
  stream_->await_read();
  poll();
  EXPECT_EQ(owner_.readable, 2);
  EXPECT_EQ(stream_->read_some(buffer).bytes, 2U);
  EXPECT_EQ(stream_->read_some(buffer).status, IoStatus::would_block);
}

TEST_F(StreamTest, TellsAnEndFromAnError) {
  client_->finish();
  stream_->await_read();
  poll();
  EXPECT_EQ(owner_.readable, 1);
  char buffer[3];
  EXPECT_EQ(stream_->read_some(buffer).status, IoStatus::eof);
  client_->close();
  EXPECT_EQ(stream_->write_some("x").status, IoStatus::error);
  stream_->close();
  EXPECT_EQ(stream_->read_some(buffer).status, IoStatus::error);
  EXPECT_EQ(stream_->write_some("x").status, IoStatus::error);
  const iovec piece{buffer, 1};
  EXPECT_EQ(stream_->write_some(std::span(&piece, 1)).status, IoStatus::error);
}

TEST_F(StreamTest, TellsWhenThereIsRoomAgain) {
  const std::size_t written = fill();
  stream_->await_write();
  stream_->await_write();
  poll();
  EXPECT_EQ(owner_.writable, 0);
  client_->receive();
  poll();
  EXPECT_EQ(owner_.writable, 1);
  EXPECT_EQ(client_->received().size(), written);
}

TEST_F(StreamTest, GathersPieces) {
  std::string first = "one ";
  std::string second = "two";
  const iovec pieces[] = {{first.data(), first.size()}, {second.data(), second.size()}};
  EXPECT_EQ(stream_->write_some(pieces).bytes, 7U);
  client_->receive();
  EXPECT_EQ(client_->received(), "one two");
}

TEST_F(StreamTest, LooksAtNoMoreThanTheKernelTakesInOneCall) {
  std::string byte = "x";
  const std::vector<iovec> pieces(1025, iovec{byte.data(), 1});
  EXPECT_EQ(stream_->write_some(pieces).bytes, 1024U);
}

TEST_F(StreamTest, GivesEventsToItsOwnerOfTheMoment) {
  Owner next;
  stream_->await_read();
  stream_->bind(&next);
  client_->send("x");
  poll();
  EXPECT_EQ(owner_.readable, 0);
  EXPECT_EQ(next.readable, 1);
  stream_->await_read();
  stream_->bind(nullptr);
  poll();
  EXPECT_EQ(next.readable, 1);
}

TEST_F(StreamTest, SaysNothingAfterClose) {
  fill();
  stream_->await_read();
  stream_->await_write();
  stream_->close();
  EXPECT_FALSE(stream_->is_open());
  poll();
  stream_->await_read();
  stream_->await_write();
  poll();
  EXPECT_EQ(owner_.readable + owner_.writable, 0);
  client_->receive();
  EXPECT_TRUE(client_->eof());
}

TEST_F(StreamTest, MayBeClosedAndForgottenFromInsideAnEvent) {
  owner_.on = [&] {
    stream_->close();
    stream_.reset();
  };
  client_->send("x");
  stream_->await_write();
  stream_->await_read();
  poll();
  EXPECT_EQ(owner_.readable + owner_.writable, 1);
}

TEST_F(StreamTest, LivesAsLongAsItsWaits) {
  owner_.on = [] {};
  stream_->await_read();
  stream_.reset();
  client_->send("x");
  poll();
  EXPECT_EQ(owner_.readable, 1);
  client_->receive();
  EXPECT_TRUE(client_->eof() || client_->reset());
}

TEST_F(StreamTest, SaysThatNothingMoreWillCome) {
  stream_->write_some("bye");
  stream_->shutdown_write();
  client_->receive();
  EXPECT_EQ(client_->received(), "bye");
  EXPECT_TRUE(client_->eof());
  client_->send("x");
  char buffer[3];
  EXPECT_EQ(stream_->read_some(buffer).bytes, 1U);
}

TEST_F(StreamTest, CallsAUnixPeerUnix) {
  EXPECT_EQ(stream_->remote_address(), "unix");
  EXPECT_FALSE(stream_->is_loopback_tcp());
  EXPECT_FALSE(stream_->since_last_ack().has_value());
}

TEST(Stream, IsSmall) {
  EXPECT_LE(sizeof(Stream), 88U);
}

/// Both ends of a TCP connection over the address.
template <class Address>
std::pair<int, int> tcp_pair(Address address) {
  const int listening = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listening < 0 || ::bind(listening, address.any(), address.length) != 0) {
    if (listening >= 0) ::close(listening);
    return {-1, -1};
  }
  EXPECT_EQ(::listen(listening, 1), 0);
  EXPECT_EQ(::getsockname(listening, address.any(), &address.length), 0);
  const int client = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::connect(client, address.any(), address.length), 0);
  const int server = ::accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  EXPECT_GE(server, 0);
  ::close(listening);
  return {client, server};
}

struct V4 {
  explicit V4(const char* text) {
    name.sin_family = AF_INET;
    ::inet_pton(AF_INET, text, &name.sin_addr);
  }

  int family() const { return AF_INET; }

  sockaddr* any() { return reinterpret_cast<sockaddr*>(&name); }

  sockaddr_in name{};
  socklen_t length = sizeof(name);
};

struct V6 {
  V6() {
    name.sin6_family = AF_INET6;
    name.sin6_addr = in6addr_loopback;
  }

  int family() const { return AF_INET6; }

  sockaddr* any() { return reinterpret_cast<sockaddr*>(&name); }

  sockaddr_in6 name{};
  socklen_t length = sizeof(name);
};

TEST(Stream, KnowsATcpPeer) {
  boost::asio::io_context io(1);
  const auto [client, server] = tcp_pair(V4("127.0.0.1"));
  Client peer(client);
  const StreamPtr stream = adopt(io, server, AF_INET);
  EXPECT_EQ(stream->remote_address(), "127.0.0.1");
  EXPECT_TRUE(stream->is_loopback_tcp());
  int no_delay = 0;
  socklen_t length = sizeof(no_delay);
  EXPECT_EQ(::getsockopt(server, IPPROTO_TCP, TCP_NODELAY, &no_delay, &length), 0);
  EXPECT_EQ(no_delay, 1);
  const auto liveness = stream->since_last_ack();
  ASSERT_TRUE(liveness.has_value());
  EXPECT_EQ(liveness->unacknowledged, 0U);
  EXPECT_LT(liveness->since_last_ack.count(), 60'000);
  stream->close();
  EXPECT_EQ(stream->remote_address(), "");
  EXPECT_FALSE(stream->since_last_ack().has_value());
}

TEST(Stream, KnowsAnIpv6Peer) {
  boost::asio::io_context io(1);
  const auto [client, server] = tcp_pair(V6());
  if (server < 0) GTEST_SKIP() << "no IPv6 here";
  Client peer(client);
  const StreamPtr stream = adopt(io, server, AF_INET6);
  EXPECT_EQ(stream->remote_address(), "::1");
  EXPECT_TRUE(stream->is_loopback_tcp());
}

TEST(Stream, OutlivesNeitherItsLoopNorLeaksWithIt) {
  Owner owner;
  Client client(-1);
  {
    boost::asio::io_context io(1);
    const auto [mine, its] = socket_pair();
    client = Client(mine);
    const StreamPtr stream = adopt(io, its);
    stream->bind(&owner);
    stream->await_read();
    stream->await_write();
  }
  client.receive();
  EXPECT_TRUE(client.eof());
}

}  // namespace
}  // namespace confab::net::test
