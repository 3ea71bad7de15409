// SPDX-License-Identifier: MIT
#include "net/http_connection.hpp"

#include "unit/net/http_fixture.hpp"

namespace confab::net::test {
namespace {

class HttpConnectionTest : public HttpTest {};

std::string post(std::string_view body, std::string_view fields = "") {
  return "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}

TEST_F(HttpConnectionTest, AnswersARequest) {
  Client client = connect();
  const Answer answer = ask(client, get("/x?y=z"));
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, "GET /x?y=z ");
  EXPECT_EQ(answer.field("content-type"), "text/plain");
  EXPECT_EQ(answer.field("date"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(answer.field("connection"), "(none)");
  EXPECT_EQ(answer.field("server"), "(none)");
  EXPECT_EQ(server().counters().requests, 1U);
}

TEST_F(HttpConnectionTest, ServesManyRequestsOnOneConnection) {
  Client client = connect();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(ask(client, get("/" + std::to_string(i))).body, "GET /" + std::to_string(i) + " ");
    EXPECT_EQ(ask(client, post("body" + std::to_string(i))).body, "POST /p body" + std::to_string(i));
  }
  EXPECT_FALSE(ended(client));
  EXPECT_EQ(server().size(), 1U);
}

TEST_F(HttpConnectionTest, TakesBytesOneByOne) {
  Client client = connect();
  const std::string requests = "\r\n" + get("/a") + post("hello") +
                               "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: x\r\n\r\n" +
                               get("/b");
  for (const char byte : requests) {
    ASSERT_EQ(client.send({&byte, 1}), 1U);
    poll();
  }
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body, "GET /a ");
  EXPECT_EQ(take_answer(client.received()).body, "POST /p hello");
  EXPECT_EQ(take_answer(client.received()).body, "POST /c abcde");
  EXPECT_EQ(take_answer(client.received()).body, "GET /b ");
  EXPECT_EQ(client.received(), "");
}

TEST_F(HttpConnectionTest, ClosesAfterTheAnswerWhereTheClientWantsIt) {
  Client client = connect();
  EXPECT_EQ(ask(client, get("/", "Connection: close\r\n")).field("connection"), "close");
  EXPECT_TRUE(client.eof());
  EXPECT_EQ(server().size(), 1U);  // it waits for the client's end
  client.close();
  poll();
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(HttpConnectionTest, ClosesAfterTheAnswerWhereTheHandlerWantsIt) {
  on_ = [](const HttpExchangePtr& exchange) {
    HttpReply reply = HttpReply::json("{}");
    reply.after = AfterReply::close;
    exchange->reply(reply);
  };
  Client client = connect();
  EXPECT_EQ(ask(client, get("/") + get("/ignored")).field("connection"), "close");
  EXPECT_EQ(client.received(), "");
  EXPECT_TRUE(client.eof());
  EXPECT_EQ(requests_, 1);
}

TEST_F(HttpConnectionTest, SpeaksHttp10) {
  Client client = connect();
  const Answer first = ask(client, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(first.status, 200U);
  EXPECT_EQ(first.field("connection"), "keep-alive");
  EXPECT_FALSE(client.eof());
  EXPECT_EQ(ask(client, "GET /b HTTP/1.0\r\n\r\n").field("connection"), "close");
  EXPECT_TRUE(client.eof());
}

TEST_F(HttpConnectionTest, AnswersHeadWithoutABody) {
  Client client = connect();
  client.send("HEAD /long HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next"));
  pump(client);
  EXPECT_EQ(take_answer(client.received(), true).field("content-length"), "11");
  EXPECT_EQ(take_answer(client.received()).body, "GET /next ");
}

TEST_F(HttpConnectionTest, AnswersAPipelineInOrder) {
  std::vector<HttpExchangePtr> held;
  on_ = [&](HttpExchangePtr exchange) {
    if (exchange->request().path() == "/later") return held.push_back(std::move(exchange));
    echo(*exchange);
  };
  Client client = connect();
  client.send(get("/1") + get("/later") + post("3") + get("/later") + get("/5"));
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body, "GET /1 ");
  EXPECT_EQ(client.received(), "");
  EXPECT_EQ(requests_, 2);  // what is behind a request waits until it is answered
  ASSERT_EQ(held.size(), 1U);
  held[0]->reply(HttpReply::text("late", "text/plain"));
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body, "late");
  EXPECT_EQ(take_answer(client.received()).body, "POST /p 3");
  EXPECT_EQ(client.received(), "");
  ASSERT_EQ(held.size(), 2U);
  held[1]->reply(HttpReply::text("later", "text/plain"));
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body, "later");
  EXPECT_EQ(take_answer(client.received()).body, "GET /5 ");
}

TEST_F(HttpConnectionTest, AnswersALongPipelineWithoutGrowingTheStack) {
  Client client = connect();
  std::string requests;
  for (int i = 0; i < 1500; ++i)
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_EQ(client.send(requests), requests.size());
  pump(client);
  for (int i = 0; i < 1500; ++i)
    ASSERT_EQ(take_answer(client.received()).body, "GET /" + std::to_string(i) + " ");
}

TEST_F(HttpConnectionTest, StopsReadingAheadOfAHeldRequest) {
  HttpExchangePtr held;
  on_ = [&](HttpExchangePtr exchange) {
    if (held == nullptr && exchange->request().path() == "/held") {
      held = std::move(exchange);
    } else {
      echo(*exchange);
    }
  };
  Client client = connect();
  client.send(get("/held"));
  poll();
  const std::string next = post(std::string(1000, 'x'));
  std::size_t sent = 0;
  std::string rest;
  // Until neither end of the socket takes more: what the kernel holds, and a bounded rest that was read.
  for (int quiet = 0; quiet < 3;) {
    if (rest.empty()) rest = next;
    const std::size_t n = client.send(rest);
    sent += n;
    rest.erase(0, n);
    quiet = n == 0 ? quiet + 1 : 0;
    poll();
  }
  EXPECT_GT(sent, 32U * 1024);
  EXPECT_EQ(requests_, 1);
  int buffer = 0;
  socklen_t length = sizeof(buffer);
  ASSERT_EQ(::getsockopt(client.fd(), SOL_SOCKET, SO_SNDBUF, &buffer, &length), 0);
  EXPECT_LE(sent, static_cast<std::size_t>(buffer) + 33U * 1024);
  held->reply(HttpReply::text("now", "text/plain"));
  pump(client);
  client.send(rest);
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body, "now");
  std::size_t answers = 0;
  while (!client.received().empty()) {
    ASSERT_EQ(take_answer(client.received()).status, 200U);
    ++answers;
  }
  EXPECT_EQ(answers, (sent + rest.size()) / next.size());
}

TEST_F(HttpConnectionTest, StopsReadingWhileItsAnswersAreNotTaken) {
  on_ = [](const HttpExchangePtr& exchange) {
    exchange->reply(HttpReply::text(std::string(100'000, 'x'), "text/plain"));
  };
  Client client = connect();
  std::string requests;
  for (int i = 0; i < 200; ++i)
    requests += post("");
  ASSERT_EQ(client.send(requests), requests.size());
  poll();
  // Never more than the bound and one answer beyond what the kernel took.
  EXPECT_LT(requests_, 20);
  const int before = requests_;
  poll();
  EXPECT_EQ(requests_, before);
  pump(client);
  EXPECT_EQ(requests_, 200);
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(take_answer(client.received()).body.size(), 100'000U);
}

TEST_F(HttpConnectionTest, InvitesABodyThatWaitsForIt) {
  Client client = connect();
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
  pump(client);
  EXPECT_EQ(client.received(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.received().clear();
  client.send("h");
  pump(client);
  EXPECT_EQ(client.received(), "");
  EXPECT_EQ(ask(client, "i").body, "POST /p hi");
}

TEST_F(HttpConnectionTest, InvitesNoBodyThatIsThereOrIsNone) {
  Client client = connect();
  EXPECT_EQ(ask(client, post("hi", "Expect: 100-continue\r\n")).body, "POST /p hi");
  EXPECT_EQ(ask(client, post("", "Expect: 100-continue\r\n")).body, "POST /p ");
  EXPECT_EQ(ask(client, get("/", "Expect: 100-continue\r\n")).body, "GET / ");
  EXPECT_EQ(client.received(), "");
  // HTTP/1.0 has no interim answers (RFC 9110 section 10.1.1).
  client.send("POST /p HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
  pump(client);
  EXPECT_EQ(client.received(), "");
  EXPECT_EQ(ask(client, "x").body, "POST /p x");
}

TEST_F(HttpConnectionTest, RefusesOtherExpectations) {
  Client client = connect();
  const Answer answer = ask(client, post("hi", "Expect: gold\r\n"));
  EXPECT_EQ(answer.status, 417U);
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_TRUE(client.eof());
}

TEST_F(HttpConnectionTest, AnswersAClientThatClosedItsSide) {
  Client client = connect();
  client.send(get("/a") + post("b"));
  client.finish();
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body, "GET /a ");
  EXPECT_EQ(take_answer(client.received()).body, "POST /p b");
  EXPECT_TRUE(client.eof());
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(HttpConnectionTest, AnswersAClientThatClosedItsSideLaterToo) {
  std::vector<HttpExchangePtr> held;
  on_ = [&](HttpExchangePtr exchange) { held.push_back(std::move(exchange)); };
  Client client = connect();
  client.send(get("/a") + get("/b"));
  client.finish();
  pump(client);
  ASSERT_EQ(held.size(), 1U);
  ASSERT_TRUE(held[0]->open());
  held[0]->reply(HttpReply::json("1"));
  pump(client);
  EXPECT_EQ(take_answer(client.received()).field("connection"), "(none)");
  ASSERT_EQ(held.size(), 2U);
  held[1]->reply(HttpReply::json("2"));
  pump(client);
  EXPECT_EQ(take_answer(client.received()).field("connection"), "close");
  EXPECT_TRUE(client.eof());
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(HttpConnectionTest, LetsGoOfAClientThatEndsInTheMiddle) {
  for (const std::string& part :
       {std::string(), std::string("GET / HT"), post("hello").substr(0, 50), post("hi").substr(0, 48)}) {
    Client client = connect();
    client.send(part);
    poll();
    EXPECT_EQ(server().size(), 1U);
    client.finish();
    pump(client);
    EXPECT_EQ(client.received(), "");
    EXPECT_TRUE(client.eof());
    EXPECT_EQ(server().size(), 0U);
  }
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpConnectionTest, LetsGoOfAClientThatBreaksOff) {
  on_ = [](const HttpExchangePtr& exchange) {
    exchange->reply(HttpReply::text(std::string(4 << 20, 'x'), "text/plain"));
  };
  Client client = connect();
  client.send(get("/"));
  poll();
  EXPECT_EQ(server().size(), 1U);
  client.close();
  poll();
  EXPECT_EQ(server().size(), 0U);
  EXPECT_EQ(loop_.timers().size(), 0U);
}

TEST_F(HttpConnectionTest, HoldsNoBufferAtRest) {
  EXPECT_LE(sizeof(HttpConnection), 232U);
}

TEST_F(HttpConnectionTest, TellsWhoTheClientIs) {
  HttpRequest::Peer peer;
  on_ = [&](const HttpExchangePtr& exchange) {
    peer = exchange->request().peer();
    EXPECT_EQ(exchange->remote_address(), "unix");
    EXPECT_FALSE(exchange->is_loopback_tcp());
    echo(*exchange);
  };
  Client client = connect();
  ask(client, get("/"));
  EXPECT_EQ(peer.address, "unix");
  EXPECT_FALSE(peer.loopback_tcp);
}

}  // namespace
}  // namespace confab::net::test
