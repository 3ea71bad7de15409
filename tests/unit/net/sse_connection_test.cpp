// SPDX-License-Identifier: MIT
#include "net/sse_connection.hpp"

#include <netinet/in.h>
#include <zlib.h>

#include "unit/net/sse_fixture.hpp"

namespace confab::net::test {
namespace {

using std::chrono::seconds;
using Names = std::vector<std::string>;

class SseConnectionTest : public SseTest {
 protected:
  /// A client whose stream has begun.
  Client streaming(std::string_view target = "/events?room=general") {
    Client client = connect();
    EXPECT_EQ(open(client, target).status, 200U);
    events(client);
    return client;
  }

  /// The same where each write of the server arrives as a message of its own.
  Client streaming_by_messages() {
    server();
    int fds[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    http_.accept(adopt(io_, fds[1]));
    Client client(fds[0]);
    client.send(get("/events?room=general"));
    settle();
    next_message(client);
    return client;
  }

  /// What the server's next write said; "" where there is none.
  static std::string next_message(Client& client) {
    std::string message(1 << 17, '\0');
    const ssize_t size = ::recv(client.fd(), message.data(), message.size(), MSG_DONTWAIT);
    message.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return message;
  }

  /// Publishes until the session's socket is full and frames wait.
  void fill() {
    const std::string text(10'000, 'x');
    while (only_session().queue().empty()) {
      publish("general", text);
      settle();
    }
  }

  void advance(Milliseconds time) {
    loop_.advance(time);
    settle();
  }

  int pings(Client& client) {
    int count = 0;
    for (const SseEvent& event : events(client))
      count += event.name == "ping" ? 1 : 0;
    return count;
  }
};

TEST_F(SseConnectionTest, PingsOnceAnIntervalFromAPointWithinItOn) {
  Client client = streaming();
  advance(seconds(25) + TimerWheel::kTick);
  EXPECT_EQ(pings(client), 1);
  for (int i = 0; i < 3; ++i) {
    advance(seconds(26));
    EXPECT_EQ(pings(client), 1);
  }
}

TEST_F(SseConnectionTest, SaysTheTimeInItsPing) {
  Client client = streaming();
  advance(seconds(26));
  const auto got = events(client);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].name, "ping");
  EXPECT_EQ(got[0].id, "");
  EXPECT_EQ(got[0].data, "{\"timestamp\":" + std::to_string(loop_.wall() / 1000) + "}");
}

TEST_F(SseConnectionTest, SpreadsThePingsOfStreamsThatBeganTogether) {
  std::vector<Client> clients;
  for (int i = 0; i < 40; ++i)
    clients.push_back(streaming());
  // Forty at random points of 25 s all fall into one half of it once in 2^39.
  advance(std::chrono::milliseconds(12'500));
  int early = 0;
  for (Client& client : clients)
    early += pings(client);
  EXPECT_GT(early, 0);
  EXPECT_LT(early, 40);
}

TEST_F(SseConnectionTest, KeepsAPeerWhoseKernelAcknowledges) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const int mine = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::connect(mine, reinterpret_cast<sockaddr*>(&address), size), 0);
  const int its = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  ::close(listener);
  server();
  http_.accept(adopt(io_, its, AF_INET));
  Client client(mine);
  open(client, "/events");
  for (int i = 0; i < 200; ++i)
    advance(seconds(1));
  EXPECT_EQ(hub_.sessions(), 1U);
  EXPECT_GE(pings(client), 7);
}

TEST_F(SseConnectionTest, ReadsAndForgetsWhatTheClientSends) {
  Client client = streaming();
  for (int i = 0; i < 20; ++i) {
    client.send(std::string(50'000, 'x'));
    settle();
  }
  publish("general", "still here");
  EXPECT_EQ(texts(events(client)), std::vector<std::string>{"still here"});
}

TEST_F(SseConnectionTest, EndsWithItsClient) {
  Client client = streaming();
  client.close();
  settle();
  EXPECT_EQ(hub_.sessions(), 0U);
  EXPECT_EQ(server().size(), 0U);
  EXPECT_EQ(hub_.counters().sessions_failed, 0U);
}

TEST_F(SseConnectionTest, EndsWithAClientThatReset) {
  Client client = streaming();
  publish("general", "unread");
  settle();
  client.close();  // with unread bytes: the other end sees a reset
  settle();
  EXPECT_EQ(hub_.sessions(), 0U);
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(SseConnectionTest, EndsWhenAWriteFindsTheClientGone) {
  Client client = streaming();
  client.close();
  publish("general", "to nobody");
  loop_.end_turn();
  settle();
  EXPECT_EQ(hub_.sessions(), 0U);
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(SseConnectionTest, GivesAHalfClosedClientWhatWaited) {
  Client client = connect();
  client.send(get("/events?room=general"));
  client.finish();
  settle(client);
  EXPECT_EQ(take_answer(client.received(), true).status, 200U);
  EXPECT_EQ(names(client).front(), "connected");
  EXPECT_TRUE(client.eof());
  EXPECT_EQ(hub_.sessions(), 0U);
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(SseConnectionTest, BringsALargeBacklogWholeAndInOrder) {
  Client client = streaming();
  small_buffer();
  std::vector<std::string> sent;
  for (int i = 0; i < 300; ++i) {
    sent.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i % 7) * 700, 'x'));
    publish("general", sent.back());
    if (i % 5 == 0) {
      settle();
      client.receive(7000);
    }
  }
  EXPECT_TRUE(texts(events(client)) == sent);
  EXPECT_EQ(hub_.queued_bytes(), 0U);
}

TEST_F(SseConnectionTest, GoesOnInTheNextPassWhereOneIsNotEnough) {
  Client client = streaming_by_messages();
  for (int i = 0; i < 150; ++i)
    publish("general", std::to_string(i));
  settle();
  std::vector<std::size_t> passes;
  for (std::string pass; !(pass = next_message(client)).empty();)
    passes.push_back(take_events(pass).size());
  EXPECT_EQ(passes, (std::vector<std::size_t>{64, 64, 22}));
}

TEST_F(SseConnectionTest, ClosesAClientThatTakesNothingForSoLong) {
  Client client = streaming();
  small_buffer();
  fill();
  advance(SseConnection::kStall - seconds(1));
  EXPECT_EQ(hub_.sessions(), 1U);
  advance(seconds(1) + TimerWheel::kTick);
  EXPECT_EQ(hub_.sessions(), 0U);
  EXPECT_EQ(server().size(), 0U);
  EXPECT_EQ(hub_.counters().sessions_failed, 1U);
}

TEST_F(SseConnectionTest, GivesAClientThatTakesSomethingItsTimeAnew) {
  Client client = streaming();
  small_buffer();
  fill();
  for (int i = 0; i < 4; ++i)
    publish("general", std::string(50'000, 'y'));
  settle();
  for (int i = 0; i < 5; ++i) {
    advance(SseConnection::kStall - seconds(1));
    ASSERT_EQ(hub_.sessions(), 1U) << i;
    ASSERT_TRUE(client.receive(20'000));
    settle();
    ASSERT_FALSE(only_session().queue().empty()) << i;
  }
  advance(SseConnection::kStall + TimerWheel::kTick);
  EXPECT_EQ(hub_.sessions(), 0U);
}

TEST_F(SseConnectionTest, DropsTheRestOfAClientOverItsBound) {
  limits_.queue_size = 100'000;
  Client client = streaming();
  small_buffer();
  fill();
  const std::string text(30'000, 'x');
  for (int i = 0; i < 5; ++i)
    publish("general", text);
  settle();
  EXPECT_EQ(hub_.sessions(), 0U);
  EXPECT_EQ(server().size(), 0U);
  EXPECT_EQ(hub_.counters().slow_consumers, 1U);
  EXPECT_EQ(hub_.queued_bytes(), 0U);
  settle(client);
  EXPECT_TRUE(client.eof() || client.reset());
}

TEST_F(SseConnectionTest, SendsTheRestBeforeItEnds) {
  Client client = streaming();
  publish("general", "last");
  only_session().close(CloseReason::going_away);
  EXPECT_EQ(texts(events(client)), std::vector<std::string>{"last"});
  EXPECT_TRUE(client.eof());
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(SseConnectionTest, WaitsForAClientThatStillTakesTheRest) {
  Client client = streaming();
  small_buffer();
  fill();
  publish("general", "last");
  settle();
  only_session().close(CloseReason::restart);
  settle();
  EXPECT_EQ(hub_.sessions(), 0U);
  EXPECT_EQ(server().size(), 1U);
  EXPECT_EQ(texts(events(client)).back(), "last");
  EXPECT_TRUE(client.eof());
  EXPECT_EQ(server().size(), 0U);
  EXPECT_EQ(hub_.queued_bytes(), 0U);
}

TEST_F(SseConnectionTest, WaitsNoLongerThanItsLastWordsMayTake) {
  Client client = streaming();
  small_buffer();
  fill();
  only_session().close(CloseReason::going_away);
  settle();
  advance(SseConnection::kLastWords - Milliseconds(20));
  EXPECT_EQ(server().size(), 1U);
  advance(Milliseconds(40));
  EXPECT_EQ(server().size(), 0U);
  EXPECT_EQ(hub_.queued_bytes(), 0U);
}

TEST_F(SseConnectionTest, ForgetsTheRestOfAClientThatGoes) {
  Client client = streaming();
  small_buffer();
  fill();
  only_session().close(CloseReason::going_away);
  settle();
  ASSERT_EQ(server().size(), 1U);
  client.close();
  settle();
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(SseConnectionTest, EndsWithItsServerInTheMiddleOfItsLastWords) {
  Client client = streaming();
  small_buffer();
  fill();
  only_session().close(CloseReason::going_away);
  settle();
  ASSERT_EQ(server().size(), 1U);
  sse_.reset();
  settle(client);
  EXPECT_TRUE(client.eof() || client.reset());
  EXPECT_EQ(hub_.queued_bytes(), 0U);
}

TEST_F(SseConnectionTest, SaysWhyItEndsWhereTheClientIsNoLongerAllowed) {
  for (const CloseReason reason : {CloseReason::token_expired, CloseReason::policy}) {
    Client client = streaming();
    only_session().close(reason);
    const auto got = events(client);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].name, "error");
    EXPECT_EQ(got[0].json().at("code"), "unauthorized");
    EXPECT_EQ(got[0].json().at("message"), describe(reason));
    EXPECT_TRUE(client.eof());
  }
}

TEST_F(SseConnectionTest, EndsASessionThatSaysNothingForItsTime) {
  make_server({.inactive_timeout = seconds(40)});
  Client client = streaming();
  advance(seconds(39));
  EXPECT_EQ(hub_.sessions(), 1U);
  receiver_.on_text(only_session(), R"({"type":"ping"})");
  advance(seconds(39));
  EXPECT_EQ(hub_.sessions(), 1U);
  advance(seconds(1) + TimerWheel::kTick);
  EXPECT_EQ(hub_.sessions(), 0U);
  settle(client);
  EXPECT_TRUE(client.eof());
}

TEST_F(SseConnectionTest, NeverEndsASilentSessionWhereThereIsNoSuchTime) {
  Client client = streaming();
  for (int i = 0; i < 20; ++i) {
    advance(seconds(3600));
    events(client);
  }
  EXPECT_EQ(hub_.sessions(), 1U);
}

std::string gunzip(std::string in) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::inflate(&stream, Z_SYNC_FLUSH), Z_OK);
  EXPECT_EQ(stream.avail_in, 0U);
  out.resize(out.size() - stream.avail_out);
  inflateEnd(&stream);
  return out;
}

TEST_F(SseConnectionTest, CompressesWhereItIsConfiguredAndAccepted) {
  make_server({.compression = sse::Compression::gzip});
  Client client = connect();
  client.send(get("/events?room=general", "Accept-Encoding: br, gzip\r\n"));
  settle(client);
  EXPECT_NE(client.received().find("\r\nContent-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_NE(client.received().find("\r\nVary: Accept-Encoding\r\n"), std::string::npos);
  publish("general", "hi");
  advance(seconds(26));
  settle(client);
  std::string text = gunzip(client.received().substr(client.received().find("\r\n\r\n") + 4));
  EXPECT_TRUE(text.starts_with("retry: 3000\n\n"));
  Names got;
  for (const SseEvent& event : take_events(text))
    got.push_back(event.name);
  EXPECT_EQ(got, (Names{"connected", "joined", "chat", "ping"}));
  EXPECT_EQ(text, "");
}

TEST_F(SseConnectionTest, LeavesItPlainForWhoDoesNotAcceptIt) {
  make_server({.compression = sse::Compression::gzip});
  for (const std::string_view fields : {"", "Accept-Encoding: gzip;q=0\r\n"}) {
    Client client = connect();
    client.send(get("/events", fields));
    settle(client);
    EXPECT_EQ(client.received().find("Content-Encoding"), std::string::npos);
    EXPECT_NE(client.received().find("\r\nVary: Accept-Encoding\r\n"), std::string::npos);
    EXPECT_NE(client.received().find("\r\n\r\nretry: 3000\n\n"), std::string::npos);
  }
}

TEST_F(SseConnectionTest, LeavesItPlainWhereItIsNotConfigured) {
  Client client = connect();
  client.send(get("/events", "Accept-Encoding: gzip\r\n"));
  settle(client);
  EXPECT_EQ(client.received().find("Content-Encoding"), std::string::npos);
  EXPECT_EQ(client.received().find("Vary: Accept-Encoding"), std::string::npos);
}

TEST(SseConnection, IsSmall) {
  EXPECT_LE(sizeof(SseConnection), 200U);
}

}  // namespace
}  // namespace confab::net::test
