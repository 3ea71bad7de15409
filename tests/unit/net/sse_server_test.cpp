// SPDX-License-Identifier: MIT
#include "net/sse_server.hpp"

#include <gmock/gmock.h>

#include "unit/net/sse_fixture.hpp"

namespace confab::net::test {
namespace {

using Names = std::vector<std::string>;
using Texts = std::vector<std::string>;

TEST_F(SseTest, OpensAStreamWithItsHead) {
  Client client = connect();
  client.send(get("/events?room=general"));
  settle(client);
  const std::string head =
      "HTTP/1.1 200 OK\r\n"
      "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\n"
      "Content-Type: text/event-stream\r\n"
      "Cache-Control: no-cache\r\n"
      "X-Accel-Buffering: no\r\n"
      "Connection: close\r\n"
      "Vary: Origin\r\n"
      "\r\n"
      "retry: 3000\n\n"
      "id: ";
  EXPECT_EQ(client.received().substr(0, head.size()), head);
  EXPECT_FALSE(client.eof());
  EXPECT_EQ(server().size(), 1U);
  EXPECT_EQ(http_.size(), 0U);
}

TEST_F(SseTest, GreetsAndThenSaysJoinedOfEachRoom) {
  Client client = connect();
  open(client, "/events?room=general&room=other&user=ann");
  const auto got = events(client);
  ASSERT_EQ(got.size(), 3U);
  const auto connected = got[0].json();
  EXPECT_EQ(got[0].name, "connected");
  EXPECT_EQ(connected.at("clientId"), only_session().client_id());
  EXPECT_EQ(connected.at("sid"), key_.sid(only_session()));
  EXPECT_EQ(connected.at("timestamp"), "2026-11-24T10:00:00.000Z");
  EXPECT_EQ(connected.at("cursor"), got[0].id);
  EXPECT_EQ(connected.size(), 4U);
  EXPECT_EQ(got[1].name, "joined");
  EXPECT_EQ(got[1].json().at("room"), "general");
  EXPECT_FALSE(got[1].json().contains("messages"));
  EXPECT_EQ(got[2].json().at("room"), "other");
  EXPECT_EQ(only_session().user(), "ann");
  EXPECT_EQ(only_session().transport()->name(), "sse");
}

TEST_F(SseTest, WritesHeadAndGreetingAtOnce) {
  server();
  int fds[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
  http_.accept(adopt(io_, fds[1]));
  Client client(fds[0]);
  client.send(get("/events?room=general"));
  settle();
  std::string first(65536, '\0');
  const ssize_t size = ::recv(client.fd(), first.data(), first.size(), MSG_DONTWAIT);
  ASSERT_GT(size, 0);
  first.resize(static_cast<std::size_t>(size));
  EXPECT_TRUE(first.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(first.find("event: connected\n"), std::string::npos);
  EXPECT_NE(first.find("event: joined\n"), std::string::npos);
  EXPECT_EQ(::recv(client.fd(), first.data(), first.size(), MSG_DONTWAIT), -1);
}

TEST_F(SseTest, CarriesTheCommonFieldsOfTheAnswer) {
  Client client = connect();
  const Answer answer = open(client, "/events", "Origin: https://a.example\r\n");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.field("access-control-allow-origin"), "https://a.example");
}

TEST_F(SseTest, SaysHowLongToWaitBeforeComingBack) {
  make_server({.retry = Milliseconds(250)});
  Client client = connect();
  open(client, "/events");
  EXPECT_TRUE(client.received().starts_with("retry: 250\n\n"));
}

TEST_F(SseTest, ServesAClientOfHttp10) {
  Client client = connect();
  client.send("GET /events HTTP/1.0\r\n\r\n");
  settle(client);
  const Answer answer = take_answer(client.received(), true);
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_EQ(names(client).front(), "connected");
  EXPECT_FALSE(client.eof());
}

TEST_F(SseTest, AnswersHeadWithoutAStream) {
  make_server({.compression = sse::Compression::gzip});
  Client client = connect();
  client.send("HEAD /events?room=a HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
  settle(client);
  std::string& answer = client.received();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  for (const std::string_view field :
       {"Content-Type: text/event-stream", "Cache-Control: no-cache", "X-Accel-Buffering: no",
        "Vary: Accept-Encoding", "Vary: Origin", "Content-Encoding: gzip"})
    EXPECT_NE(answer.find("\r\n" + std::string(field) + "\r\n"), std::string::npos) << field;
  EXPECT_EQ(answer.find("\r\n\r\n"), answer.size() - 4);
  answer.clear();
  EXPECT_EQ(hub_.sessions(), 0U);
  EXPECT_EQ(server().size(), 0U);
  client.send("HEAD /events?history=x HTTP/1.1\r\nHost: a\r\n\r\n");
  settle(client);
  EXPECT_EQ(take_answer(client.received(), true).status, 400U);
}

TEST_F(SseTest, IsInItsOwnRoomAndEverybodysWithoutAnyOther) {
  Client client = connect();
  open(client, "/events?user=ann");
  std::vector<std::string> rooms;
  for (const SseEvent& event : events(client))
    if (event.name == "joined") rooms.push_back(event.json().at("room"));
  EXPECT_THAT(rooms, ::testing::UnorderedElementsAre("@ann", "$all"));
  publish("@ann", "for you");
  publish("$all", "for all");
  EXPECT_EQ(texts(events(client)), (Texts{"for you", "for all"}));
}

TEST_F(SseTest, BringsStoredEventsWithTheirCursor) {
  Client client = connect();
  open(client, "/events?room=general");
  events(client);
  publish("general", "hi");
  publish("general", R"({"a":1})", EventShape::data);
  const auto got = events(client);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].name, "chat");
  EXPECT_EQ(got[0].json().at("text"), "hi");
  EXPECT_EQ(got[0].json().at("seq"), 1);
  EXPECT_FALSE(got[0].json().contains("type"));
  EXPECT_EQ(got[1].name, "price_update");
  EXPECT_EQ(got[1].data, R"({"a":1})");
  EXPECT_TRUE(Cursor::parse(got[0].id));
  EXPECT_LT(Cursor::parse(got[0].id)->stamp, Cursor::parse(got[1].id)->stamp);
}

TEST_F(SseTest, ShowsTheNativeObjectInAnEnvelope) {
  Client client = connect();
  open(client, "/events?room=general&envelope=1");
  events(client);
  publish("general", R"({"a":1})", EventShape::data);
  const auto got = events(client);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].json().at("type"), "price_update");
  EXPECT_EQ(got[0].json().at("data").dump(), R"({"a":1})");
}

TEST_F(SseTest, StandsForARoomByItsAddress) {
  const auto room_of = [&](std::string_view target) -> std::string {
    Client client = connect();
    open(client, target);
    for (const SseEvent& event : events(client))
      if (event.name == "joined") return event.json().at("room");
    return "";
  };
  EXPECT_EQ(room_of("/api/stocks/AAPL/updates"), "stocks:AAPL");
  EXPECT_EQ(room_of("/api/stocks/A%2FB%20C/updates"), "stocks:A/B C");
  EXPECT_EQ(room_of("/any/one/of/two"), "two-one");
  EXPECT_EQ(room_of("/news"), "news");
}

TEST_F(SseTest, RefusesRoomsThatAreNoneOfTheClients) {
  EXPECT_EQ(refused("/raw/@ann?user=bob").status, 403U);
  EXPECT_EQ(refused("/raw/@ann").status, 403U);
  EXPECT_EQ(refused("/raw/$other").status, 403U);
  EXPECT_EQ(refused("/events?room=a&room=@ann&user=bob").status, 403U);
  EXPECT_EQ(refused("/events?room=$").status, 403U);
}

TEST_F(SseTest, RefusesWhatIsNoName) {
  const auto code = [&](std::string_view target) {
    const Answer answer = refused(target);
    EXPECT_EQ(answer.status, 400U) << target;
    return nlohmann::json::parse(answer.body).at("error").at("code").get<std::string>();
  };
  EXPECT_EQ(code("/events?room="), "bad_room");
  EXPECT_EQ(code("/events?room=."), "bad_room");
  EXPECT_EQ(code("/events?room=a%0Ab"), "bad_room");
  EXPECT_EQ(code("/events?room=" + std::string(129, 'r')), "bad_room");
  EXPECT_EQ(code("/api/stocks/" + std::string(122, 'x') + "/updates"), "bad_room");
  const Answer user = refused("/events?user=@ann");
  EXPECT_EQ(user.status, 400U);
  EXPECT_EQ(nlohmann::json::parse(user.body).at("error").at("field"), "user");
}

TEST_F(SseTest, CarriesSoManyRoomsAndNoMore) {
  std::string target = "/events?";
  for (int i = 0; i < 32; ++i)
    target += "&room=r" + std::to_string(i);
  EXPECT_EQ(refused(target + "&room=one").status, 400U);
  Client client = connect();
  EXPECT_EQ(open(client, target).status, 200U);
  EXPECT_EQ(names(client).size(), 33U);
}

TEST_F(SseTest, TurnsAClientAwayWhereTheHubIsFull) {
  limits_.connections = 0;
  Client client = connect();
  client.send(get("/events"));
  settle(client);
  const Answer answer = take_answer(client.received());
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.field("retry-after"), "5");
  EXPECT_EQ(nlohmann::json::parse(answer.body).at("error").at("code"), "unavailable");
  EXPECT_EQ(server().size(), 0U);
  limits_.connections = 1;
  EXPECT_EQ(open(client, "/events").status, 200U);
}

TEST_F(SseTest, LeavesNothingBehindWhereTheClientHasGone) {
  server();
  HttpExchangePtr held;
  router_.add(Method::get, "/held", Access::open,
              [&](HttpExchangePtr exchange) { held = std::move(exchange); });
  Client client = connect();
  client.send(get("/held"));
  settle();
  ASSERT_NE(held, nullptr);
  client.close();
  settle();
  http_.drain();
  if (held->open()) held->reply(HttpReply::empty(204));
  server().on_request(held);
  settle();
  EXPECT_EQ(hub_.sessions(), 0U);
  EXPECT_EQ(server().size(), 0U);
}

TEST_F(SseTest, BringsTheNewestOfTheHistory) {
  for (int i = 1; i <= 5; ++i)
    publish("general", std::to_string(i));
  Client client = connect();
  open(client, "/events?room=general&history=2");
  const auto got = events(client);
  EXPECT_EQ(got[1].name, "joined");
  EXPECT_EQ(texts(got), (Texts{"4", "5"}));
  publish("general", "6");
  EXPECT_EQ(texts(events(client)), Texts{"6"});
}

TEST_F(SseTest, ResumesOverSeveralRoomsInOrderAndOnce) {
  Client before = connect();
  open(before, "/events?room=a&room=b&user=ann");
  publish("a", "1");
  const std::string place = events(before).back().id;
  before.close();
  settle();
  publish("b", "2");
  publish("a", "3");
  publish("@ann", "4");
  publish("b", "5");
  publish("$all", "6");
  Client after = connect();
  open(after, "/events?room=a&room=b&user=ann&lastEventId=x.1", "Last-Event-ID: " + place + "\r\n");
  publish("a", "7");
  const auto got = events(after);
  EXPECT_EQ(texts(got), (Texts{"2", "3", "4", "5", "6", "7"}));
  for (const SseEvent& event : got)
    EXPECT_NE(event.name, "reset");
  EXPECT_EQ(got[0].id, "");
}

TEST_F(SseTest, ResumesFromItsGreetingWhereNothingElseCame) {
  Client before = connect();
  open(before, "/events?room=a");
  const std::string place = events(before).front().id;
  before.close();
  settle();
  publish("a", "1");
  Client after = connect();
  open(after, "/events?room=a&lastEventId=" + place);
  EXPECT_EQ(texts(events(after)), Texts{"1"});
}

TEST_F(SseTest, SaysWhatIsGoneWhereThePlaceIsNobodys) {
  publish("a", "1");
  for (const std::string_view place : {"other.5", "rubbish"}) {
    Client client = connect();
    open(client, "/events?room=a&lastEventId=" + std::string(place));
    const auto got = events(client);
    const auto reset =
        std::find_if(got.begin(), got.end(), [](const SseEvent& e) { return e.name == "reset"; });
    ASSERT_NE(reset, got.end());
    std::vector<std::string> rooms;
    const auto listed = reset->json();
    for (const auto& room : listed.at("rooms"))
      rooms.push_back(room.at("room"));
    EXPECT_THAT(rooms, ::testing::Contains("a"));
  }
}

TEST_F(SseTest, EndsWhatIsLeftWithTheServer) {
  Client client = connect();
  open(client, "/events");
  sse_.reset();
  settle(client);
  EXPECT_TRUE(client.eof());
  EXPECT_EQ(hub_.sessions(), 0U);
}

}  // namespace
}  // namespace confab::net::test
