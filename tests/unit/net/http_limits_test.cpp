// SPDX-License-Identifier: MIT
#include "unit/net/http_fixture.hpp"

namespace confab::net::test {
namespace {

using std::chrono::milliseconds;

HttpLimits small() {
  HttpLimits limits;
  limits.head = 200;
  limits.fields = 5;
  limits.body = 10;
  limits.header_timeout = milliseconds(1000);
  limits.idle_timeout = milliseconds(5000);
  limits.write_timeout = milliseconds(3000);
  limits.linger = milliseconds(500);
  return limits;
}

class HttpLimitsTest : public HttpTest {
 protected:
  HttpLimitsTest() : HttpTest(small()) {}

  /// The answer is a refusal after which the connection ends, once the client has closed its side.
  void expect_refused(Client& client, const Answer& answer, unsigned status, std::string_view code) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_EQ(answer.field("content-type"), "application/json");
    EXPECT_TRUE(answer.body.starts_with("{\"error\":{\"code\":\"" + std::string(code) + "\",\"message\":\""))
        << answer.body;
    EXPECT_TRUE(client.eof());
    EXPECT_EQ(client.received(), "");
    client.close();
    poll();
    EXPECT_EQ(server().size(), 0U);
  }

  std::string head_of(std::size_t size) {
    const std::string empty = get("/", "X: \r\n");
    return get("/", "X: " + std::string(size - empty.size(), 'x') + "\r\n");
  }

  std::string body_of(std::size_t size) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(size, 'b');
  }
};

TEST_F(HttpLimitsTest, TakesAHeadOfTheLimitAndNoLongerOne) {
  Client client = connect();
  EXPECT_EQ(ask(client, head_of(200)).status, 200U);
  expect_refused(client, ask(client, head_of(201)), 431, "headers_too_large");
  EXPECT_EQ(server().counters().refused, 1U);
}

TEST_F(HttpLimitsTest, RefusesAHeadOverTheLimitBeforeItsEnd) {
  Client client = connect();
  client.send(std::string(200, 'G'));
  pump(client);
  EXPECT_EQ(client.received(), "");
  expect_refused(client, ask(client, "G"), 431, "headers_too_large");
}

TEST_F(HttpLimitsTest, TakesSoManyFieldsAndNoMore) {
  Client client = connect();
  EXPECT_EQ(ask(client, get("/", "A:\r\nB:\r\nC:\r\nD:\r\n")).status, 200U);
  expect_refused(client, ask(client, get("/", "A:\r\nB:\r\nC:\r\nD:\r\nE:\r\n")), 431, "headers_too_large");
}

TEST_F(HttpLimitsTest, TakesABodyOfTheLimitAndNoLongerOne) {
  Client client = connect();
  EXPECT_EQ(ask(client, body_of(10)).status, 200U);
  expect_refused(client, ask(client, body_of(11)), 413, "too_large");
}

TEST_F(HttpLimitsTest, RefusesABodyByItsLengthBeforeItComes) {
  Client client = connect();
  expect_refused(client,
                 ask(client,
                     "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
                     "18446744073709551615\r\n\r\n"),
                 413, "too_large");
}

TEST_F(HttpLimitsTest, HoldsAChunkedBodyToTheSameLimit) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  Client client = connect();
  EXPECT_EQ(ask(client, head + "5\r\nabcde\r\n5\r\nfghij\r\n0\r\n\r\n").body, "POST / abcdefghij");
  expect_refused(client, ask(client, head + "5\r\nabcde\r\n6\r\n"), 413, "too_large");
}

TEST_F(HttpLimitsTest, LetsARefusedClientFinishItsBody) {
  Client client = connect();
  client.send(body_of(100'000));
  pump(client);
  EXPECT_EQ(take_answer(client.received()).status, 413U);
  EXPECT_TRUE(client.eof());
  EXPECT_GT(client.send(std::string(50'000, 'b')), 0U);
  poll();
  EXPECT_FALSE(client.reset());
  EXPECT_EQ(server().size(), 1U);
  loop_.advance(milliseconds(500));
  EXPECT_EQ(server().size(), 0U);
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpLimitsTest, ClosesWhoSaysNothing) {
  Client client = connect();
  poll();
  loop_.advance(milliseconds(990));
  EXPECT_FALSE(ended(client));
  loop_.advance(milliseconds(10));
  EXPECT_TRUE(ended(client));
  EXPECT_EQ(client.received(), "");
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(HttpLimitsTest, AnswersASlowHeadWith408) {
  Client client = connect();
  const std::string request = get("/");
  for (int i = 0; i < 9; ++i) {
    client.send(request.substr(static_cast<std::size_t>(i), 1));
    poll();
    loop_.advance(milliseconds(100));
  }
  pump(client);
  EXPECT_EQ(client.received(), "");
  loop_.advance(milliseconds(100));
  pump(client);
  expect_refused(client, take_answer(client.received()), 408, "request_timeout");
}

TEST_F(HttpLimitsTest, AnswersASlowSecondHeadWith408) {
  Client client = connect();
  ask(client, get("/"));
  loop_.advance(milliseconds(4000));
  client.send("G");
  poll();
  loop_.advance(milliseconds(990));
  pump(client);
  EXPECT_EQ(client.received(), "");
  loop_.advance(milliseconds(10));
  pump(client);
  expect_refused(client, take_answer(client.received()), 408, "request_timeout");
}

TEST_F(HttpLimitsTest, GivesABodyItsOwnTime) {
  Client client = connect();
  loop_.advance(milliseconds(900));
  client.send(body_of(5).substr(0, body_of(5).size() - 1));
  poll();
  loop_.advance(milliseconds(990));
  pump(client);
  EXPECT_EQ(client.received(), "");
  loop_.advance(milliseconds(10));
  pump(client);
  expect_refused(client, take_answer(client.received()), 408, "request_timeout");
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpLimitsTest, ClosesAnIdleConnectionInItsTime) {
  Client client = connect();
  ask(client, get("/"));
  loop_.advance(milliseconds(4990));
  EXPECT_FALSE(ended(client));
  ask(client, get("/"));
  loop_.advance(milliseconds(4990));
  client.send("\r\n");  // an empty line is no request
  EXPECT_FALSE(ended(client));
  loop_.advance(milliseconds(10));
  EXPECT_TRUE(ended(client));
  EXPECT_EQ(client.received(), "");
}

TEST_F(HttpLimitsTest, LeavesAHeldRequestItsTime) {
  HttpExchangePtr held;
  on_ = [&](HttpExchangePtr exchange) { held = std::move(exchange); };
  Client client = connect();
  client.send(get("/"));
  poll();
  loop_.advance(milliseconds(60'000));
  EXPECT_EQ(loop_.timers().size(), 0U);
  EXPECT_FALSE(ended(client));
  held->reply(HttpReply::json("{}"));
  pump(client);
  EXPECT_EQ(take_answer(client.received()).status, 200U);
  // And then the idle time begins.
  loop_.advance(milliseconds(4990));
  EXPECT_FALSE(ended(client));
  loop_.advance(milliseconds(10));
  EXPECT_TRUE(ended(client));
}

TEST_F(HttpLimitsTest, ClosesWhoTakesNothingOfItsAnswer) {
  on_ = [](const HttpExchangePtr& exchange) {
    exchange->reply(HttpReply::text(std::string(8 << 20, 'x'), "text/plain"));
  };
  Client client = connect();
  client.send(get("/"));
  poll();
  loop_.advance(milliseconds(2990));
  client.receive(300'000);  // taking some gives it the whole time again
  poll();
  loop_.advance(milliseconds(2990));
  EXPECT_EQ(server().size(), 1U);
  loop_.advance(milliseconds(10));
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(HttpLimitsTest, AnswersHeadWithoutABodyWhenItRefuses) {
  Client client = connect();
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
  pump(client);
  EXPECT_EQ(take_answer(client.received(), true).status, 413U);
  EXPECT_EQ(client.received(), "");
}

TEST_F(HttpLimitsTest, AnswersWhatCameBeforeARefusedRequest) {
  Client client = connect();
  client.send(get("/ok") + "garbage\r\n\r\n" + get("/never"));
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body, "GET /ok ");
  expect_refused(client, take_answer(client.received()), 400, "bad_message");
  EXPECT_EQ(requests_, 1);
}

}  // namespace
}  // namespace confab::net::test
