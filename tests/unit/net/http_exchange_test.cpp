// SPDX-License-Identifier: MIT
#include "net/http_exchange.hpp"

#include "unit/net/http_fixture.hpp"

namespace confab::net::test {
namespace {

class Watcher final : public ExchangeEvents {
 public:
  void on_abort(HttpExchange& exchange) override {
    ++aborts;
    open = exchange.open();
    if (on) on(exchange);
  }

  int aborts = 0;
  bool open = false;
  std::function<void(HttpExchange&)> on;
};

class HttpExchangeTest : public HttpTest {
 protected:
  HttpExchangeTest() {
    on_ = [this](HttpExchangePtr exchange) {
      exchange->watch(watch_);
      held_ = std::move(exchange);
    };
  }

  Client held() {
    Client client = connect();
    client.send(get("/held"));
    poll();
    EXPECT_NE(held_, nullptr);
    return client;
  }

  Watcher watcher_;
  ExchangeEvents* watch_ = &watcher_;
  HttpExchangePtr held_;
};

TEST_F(HttpExchangeTest, IsAnsweredInALaterTurn) {
  Client client = held();
  EXPECT_TRUE(held_->open());
  held_->reply(HttpReply::json("1"));
  EXPECT_FALSE(held_->open());
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body, "1");
}

TEST_F(HttpExchangeTest, TakesOneAnswerOnly) {
  Client client = held();
  held_->reply(HttpReply::json("1"));
  held_->reply(HttpReply::json("2"));
  held_->fail({errc::internal, nullptr, nullptr});
  EXPECT_FALSE(held_->take_over().has_value());
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body, "1");
  EXPECT_EQ(client.received(), "");
}

TEST_F(HttpExchangeTest, AnswersAFault) {
  Client client = held();
  held_->fail({errc::bad_room, "room", nullptr});
  pump(client);
  const Answer answer = take_answer(client.received());
  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.body, error_body({errc::bad_room, "room", nullptr}));
}

TEST_F(HttpExchangeTest, AnswersInternalWhereItIsForgotten) {
  Client client = held();
  held_.reset();
  pump(client);
  EXPECT_EQ(take_answer(client.received()).status, 500U);
  on_ = [](const HttpExchangePtr&) {};
  EXPECT_EQ(ask(client, get("/")).status, 500U);
  EXPECT_FALSE(client.eof());
}

TEST_F(HttpExchangeTest, CarriesItsCommonFields) {
  Client client = held();
  held_->set_common_lines("Vary: Origin\r\n");
  held_->fail({errc::not_found, nullptr, nullptr});
  pump(client);
  EXPECT_EQ(take_answer(client.received()).field("vary"), "Origin");
}

TEST_F(HttpExchangeTest, IsAnsweredTheSameWithoutItsRequest) {
  Client client = connect();
  client.send("HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  poll();
  held_->release_request();
  held_->reply(HttpReply::json("{}"));
  pump(client);
  const Answer answer = take_answer(client.received(), true);
  EXPECT_EQ(answer.field("connection"), "keep-alive");
  EXPECT_EQ(answer.field("content-length"), "2");
  EXPECT_EQ(client.received(), "");
}

TEST_F(HttpExchangeTest, TellsThatTheClientHasGone) {
  Client client = held();
  client.close();
  poll();
  EXPECT_EQ(watcher_.aborts, 1);
  EXPECT_FALSE(held_->open());
  EXPECT_EQ(server().size(), 0U);
  held_->reply(HttpReply::json("1"));
  EXPECT_FALSE(held_->take_over().has_value());
  EXPECT_EQ(held_->remote_address(), "");
  EXPECT_EQ(watcher_.aborts, 1);
}

TEST_F(HttpExchangeTest, CanBeAnsweredFromInsideTheAbortOfAHalfClosedClient) {
  watcher_.on = [](HttpExchange& exchange) { exchange.reply(HttpReply::json("[]")); };
  Client client = held();
  client.finish();
  pump(client);
  EXPECT_EQ(watcher_.aborts, 1);
  EXPECT_TRUE(watcher_.open);
  EXPECT_EQ(take_answer(client.received()).body, "[]");
  EXPECT_TRUE(client.eof());
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(HttpExchangeTest, EndsAHalfClosedClientThatIsNotAnswered) {
  Client client = held();
  client.finish();
  pump(client);
  EXPECT_EQ(watcher_.aborts, 1);
  EXPECT_FALSE(held_->open());
  EXPECT_EQ(client.received(), "");
  EXPECT_TRUE(client.eof());
}

TEST_F(HttpExchangeTest, TellsARequestThatCameBehindTheEndToo) {
  watcher_.on = [](HttpExchange& exchange) { exchange.reply(HttpReply::json("[]")); };
  Client client = connect();
  client.send(get("/1") + get("/2"));
  client.finish();
  pump(client);
  EXPECT_EQ(watcher_.aborts, 2);
  EXPECT_EQ(take_answer(client.received()).body, "[]");
  EXPECT_EQ(take_answer(client.received()).body, "[]");
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(HttpExchangeTest, TellsNobodyWhereNobodyWatches) {
  Client client = held();
  held_->watch(nullptr);
  client.close();
  poll();
  EXPECT_EQ(watcher_.aborts, 0);
  held_->reply(HttpReply::json("1"));
  poll();
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(HttpExchangeTest, LetsTheWatcherForgetItInsideTheAbort) {
  watcher_.on = [this](HttpExchange&) { held_.reset(); };
  Client client = held();
  client.close();
  poll();
  EXPECT_EQ(server().size(), 0U);
  Client half = held();
  half.finish();
  pump(half);
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(HttpExchangeTest, SurvivesItsServer) {
  Client client = held();
  server_.reset();
  EXPECT_EQ(watcher_.aborts, 1);
  EXPECT_FALSE(held_->open());
  held_->reply(HttpReply::json("1"));
  pump(client);
  EXPECT_EQ(client.received(), "");
  EXPECT_TRUE(client.eof());
}

TEST_F(HttpExchangeTest, GivesTheStreamAwayWithWhatCameBehind) {
  Client client = connect();
  client.send(get("/up") + "leftover bytes");
  poll();
  auto taken = held_->take_over();
  ASSERT_TRUE(taken.has_value());
  EXPECT_FALSE(held_->open());
  EXPECT_EQ(taken->leftover, "leftover bytes");
  EXPECT_FALSE(taken->half_closed);
  EXPECT_EQ(server().size(), 0U);
  EXPECT_EQ(loop_.timers().size(), 0U);
  held_.reset();
  taken->stream->write_some("mine");
  pump(client);
  EXPECT_EQ(client.received(), "mine");
  EXPECT_FALSE(client.eof());
  EXPECT_EQ(watcher_.aborts, 0);
  server_.reset();
  taken->stream->write_some("!");
  pump(client);
  EXPECT_EQ(client.received(), "mine!");
}

TEST_F(HttpExchangeTest, GivesTheStreamAwayFromInsideTheHandler) {
  StreamPtr stream;
  std::string leftover;
  on_ = [&](const HttpExchangePtr& exchange) {
    if (exchange->request().path() != "/up") return echo(*exchange);
    auto taken = exchange->take_over();
    ASSERT_TRUE(taken.has_value());
    stream = std::move(taken->stream);
    leftover = taken->leftover;
    stream->write_some("up");
  };
  Client client = connect();
  client.send(get("/before") + get("/up") + "\x81\x80");
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body, "GET /before ");
  EXPECT_EQ(client.received(), "up");
  EXPECT_EQ(leftover, "\x81\x80");
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(HttpExchangeTest, WaitsWithAGetUntilEarlierAnswersAreOut) {
  StreamPtr stream;
  on_ = [&](const HttpExchangePtr& exchange) {
    if (exchange->request().path() == "/up") {
      auto taken = exchange->take_over();
      ASSERT_TRUE(taken.has_value());
      stream = std::move(taken->stream);
      stream->write_some("up");
    } else {
      exchange->reply(HttpReply::text(std::string(8 << 20, 'x'), "text/plain"));
    }
  };
  Client client = connect();
  client.send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" + get("/up"));
  poll();
  EXPECT_EQ(stream, nullptr);
  EXPECT_EQ(requests_, 1);
  pump(client);
  EXPECT_EQ(take_answer(client.received()).body.size(), 8U << 20);
  EXPECT_EQ(client.received(), "up");
  EXPECT_NE(stream, nullptr);
}

TEST_F(HttpExchangeTest, SaysThatTheClientHalfClosedBeforeTheTakeOver) {
  watch_ = nullptr;
  Client client = held();
  client.finish();
  poll();
  auto taken = held_->take_over();
  ASSERT_TRUE(taken.has_value());
  EXPECT_TRUE(taken->half_closed);
}

TEST_F(HttpExchangeTest, CanBeTakenOverInsideTheAbort) {
  std::optional<HttpExchange::TakenOver> taken;
  watcher_.on = [&](HttpExchange& exchange) { taken = exchange.take_over(); };
  Client client = held();
  client.finish();
  poll();
  ASSERT_TRUE(taken.has_value());
  EXPECT_TRUE(taken->stream->is_open());
}

TEST(HttpExchange, IsSmall) {
  EXPECT_LE(sizeof(HttpExchange), 80U);
}

}  // namespace
}  // namespace confab::net::test
