// SPDX-License-Identifier: MIT
#include "net/http_server.hpp"

#include "unit/net/http_fixture.hpp"

namespace confab::net::test {
namespace {

class HttpServerTest : public HttpTest {
 protected:
  HttpServerTest() { limits_.connections = 3; }
};

TEST_F(HttpServerTest, CountsWhatItDoes) {
  Client client = connect();
  ask(client, get("/"));
  ask(client, get("/"));
  ask(client, "\n");
  EXPECT_EQ(server().counters().connections, 1U);
  EXPECT_EQ(server().counters().requests, 2U);
  EXPECT_EQ(server().counters().refused, 1U);
  EXPECT_EQ(server().counters().overloaded, 0U);
}

TEST_F(HttpServerTest, TurnsAwayWhoIsOneTooMany) {
  std::vector<Client> clients;
  for (int i = 0; i < 3; ++i)
    clients.push_back(connect());
  const auto [mine, its] = socket_pair();
  Client fourth(mine);
  fourth.send(get("/"));
  server().accept(adopt(io_, its));
  pump(fourth);
  const Answer answer = take_answer(fourth.received());
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.field("retry-after"), "5");
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_NE(answer.body.find("\"unavailable\""), std::string::npos);
  EXPECT_TRUE(fourth.eof());
  EXPECT_FALSE(fourth.reset());
  EXPECT_EQ(server().counters().overloaded, 1U);
  EXPECT_EQ(server().size(), 3U);
  clients.erase(clients.begin() + 1);
  poll();
  EXPECT_EQ(server().size(), 2U);
  Client again = connect();
  EXPECT_EQ(ask(again, get("/")).status, 200U);
}

TEST_F(HttpServerTest, ForgetsConnectionsInAnyOrder) {
  for (const auto& order :
       {std::array{0, 1, 2}, std::array{2, 1, 0}, std::array{1, 0, 2}, std::array{1, 2, 0}}) {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 3; ++i)
      clients.push_back(std::make_unique<Client>(connect()));
    std::size_t left = 3;
    for (const int i : order) {
      clients[static_cast<std::size_t>(i)].reset();
      poll();
      EXPECT_EQ(server().size(), --left);
    }
  }
}

TEST_F(HttpServerTest, DrainsIdleConnectionsAtOnceAndOthersAfterTheirAnswer) {
  HttpExchangePtr held;
  on_ = [&](HttpExchangePtr exchange) {
    if (exchange->request().path() == "/held") {
      held = std::move(exchange);
    } else {
      echo(*exchange);
    }
  };
  Client idle = connect();
  ask(idle, get("/"));
  Client waiting = connect();
  waiting.send(get("/held"));
  Client reading = connect();
  reading.send("GET / HTTP/1.1\r\nHost");
  poll();
  server().drain();
  EXPECT_TRUE(ended(idle));
  EXPECT_FALSE(ended(waiting));
  EXPECT_FALSE(ended(reading));
  EXPECT_EQ(server().size(), 2U);
  held->reply(HttpReply::json("{}"));
  pump(waiting);
  EXPECT_EQ(take_answer(waiting.received()).field("connection"), "close");
  EXPECT_TRUE(ended(waiting));
  EXPECT_EQ(ask(reading, ": a\r\n\r\n").field("connection"), "close");
  EXPECT_TRUE(ended(reading));
  Client late = connect();
  pump(late);
  EXPECT_EQ(take_answer(late.received()).status, 503U);
}

TEST_F(HttpServerTest, ClosesWhatIsLeftWhenItGoes) {
  Client idle = connect();
  Client busy = connect();
  busy.send("GET /");
  poll();
  server_.reset();
  EXPECT_TRUE(ended(idle));
  EXPECT_TRUE(ended(busy));
  EXPECT_EQ(loop_.timers().size(), 0U);
}

}  // namespace
}  // namespace confab::net::test
