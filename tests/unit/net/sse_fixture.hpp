// SPDX-License-Identifier: MIT
#pragma once
#include <nlohmann/json.hpp>
#include <optional>

#include "broker/memory_broker.hpp"
#include "broker/memory_rooms.hpp"
#include "net/cors.hpp"
#include "net/room_routes.hpp"
#include "net/router.hpp"
#include "net/sse_server.hpp"
#include "support/fake_loop.hpp"
#include "unit/net/http_fixture.hpp"

namespace confab::net::test {

/// One event as an EventSource would fire it.
struct SseEvent {
  std::string id;
  std::string name;
  std::string data;

  nlohmann::json json() const { return nlohmann::json::parse(data); }
};

/// Takes the complete events off the front of a stream.
inline std::vector<SseEvent> take_events(std::string& stream) {
  std::vector<SseEvent> events;
  for (std::size_t end; (end = stream.find("\n\n")) != std::string::npos; stream.erase(0, end + 2)) {
    SseEvent event;
    std::size_t at = 0;
    while (at < end) {
      const std::size_t line_end = std::min(stream.find('\n', at), end);
      const std::string line = stream.substr(at, line_end - at);
      const auto take = [&](std::string_view field, std::string& into) {
        if (line.starts_with(field)) into = line.substr(field.size());
      };
      take("id: ", event.id);
      take("event: ", event.name);
      take("data: ", event.data);
      at = line_end + 1;
    }
    if (!event.name.empty()) events.push_back(std::move(event));
  }
  return events;
}

/// Takes no notes.
class NoJournal final : public Journal {
 public:
  void on_refused(const Session&, const Fault&, std::string_view) override {}
};

/// The whole way from a socket to the hub and the memory broker, on a loop of which the test moves the clock.
class SseTest : public ::testing::Test {
 protected:
  SseTest() { broker_.start(hub_); }

  void make_server(const SseOptions& options = {}) {
    sse_ = std::make_unique<SseServer>(context_, codecs_, subscriber_, options);
    router_.add(Method::get, "/events", Access::client,
                [this](const HttpExchangePtr& exchange) { sse_->on_request(exchange); });
    const std::vector<config::SseRoute> routes = {{"/api/stocks/{symbol}/updates", "stocks:{symbol}"},
                                                  {"/any/{a}/of/{b}", "{b}-{a}"},
                                                  {"/raw/{room}", "{room}"},
                                                  {"/news", "news"}};
    add_room_routes(router_, *sse_, routes);
  }

  SseServer& server() {
    if (sse_ == nullptr) make_server();
    return *sse_;
  }

  Client connect() {
    server();
    const auto [mine, its] = socket_pair();
    server_fd_ = its;
    http_.accept(adopt(io_, its));
    return Client(mine);
  }

  void turn() {
    io_.restart();
    while (io_.poll() > 0) {
    }
    loop_.end_turn();
  }

  /// Turns until nothing is left to do; what arrives is left in the socket.
  void settle() {
    do {
      turn();
      io_.restart();
    } while (!loop_.idle() || io_.poll() > 0);
  }

  void settle(Client& client) {
    do {
      settle();
    } while (client.receive());
  }

  /// Asks and takes the head of the answer.
  Answer open(Client& client, std::string_view target, std::string_view fields = "") {
    client.send(get(target, fields));
    settle(client);
    return take_answer(client.received(), true);
  }

  /// Asks for something that is refused.
  Answer refused(std::string_view target, std::string_view fields = "") {
    Client client = connect();
    client.send(get(target, fields));
    settle(client);
    EXPECT_EQ(hub_.sessions(), 0U) << target;
    return take_answer(client.received());
  }

  std::vector<SseEvent> events(Client& client) {
    settle(client);
    return take_events(client.received());
  }

  std::vector<std::string> names(Client& client) {
    std::vector<std::string> out;
    for (const SseEvent& event : events(client))
      out.push_back(event.name);
    return out;
  }

  void publish(std::string_view room, std::string_view text, EventShape shape = EventShape::flat) {
    const std::string body =
        shape == EventShape::flat ? "\"text\":\"" + std::string(text) + "\"" : std::string(text);
    Publication publication;
    publication.room = room;
    publication.name = shape == EventShape::flat ? "chat" : "price_update";
    publication.user = "bob";
    publication.body = body;
    publication.shape = shape;
    broker_.publish(publication, [](const result<Published>& answer) { EXPECT_TRUE(answer); });
  }

  /// The texts of the chats among the events.
  static std::vector<std::string> texts(const std::vector<SseEvent>& events) {
    std::vector<std::string> out;
    for (const SseEvent& event : events)
      if (event.name == "chat") out.push_back(event.json().at("text"));
    return out;
  }

  Session& only_session() {
    Session* only = nullptr;
    hub_.each_session([&](Session& session) { only = &session; });
    EXPECT_EQ(hub_.sessions(), 1U);
    return *only;
  }

  void small_buffer() const {
    const int size = 4096;
    ASSERT_EQ(::setsockopt(server_fd_, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
  }

  boost::asio::io_context io_{1};
  confab::testing::FakeLoop loop_;
  Limits limits_;
  RoomRules rules_;
  MemoryBroker broker_{loop_, rules_, limits_};
  Hub hub_{loop_, broker_, rules_, limits_, "node"};
  Sanctions sanctions_{loop_};
  Permissions permissions_{rules_, sanctions_};
  MemoryRooms rooms_{loop_, broker_, hub_, rules_, limits_};
  Arrivals arrivals_{hub_, broker_, rooms_};
  Subscriber subscriber_{permissions_, arrivals_};
  Publisher publisher_{hub_, broker_};
  Typing typing_{loop_, hub_, publisher_, limits_};
  NoJournal journal_;
  Calls calls_{hub_};
  IceServers ice_servers_;
  Dispatcher dispatcher_{Services{.loop = loop_,
                                  .hub = hub_,
                                  .history = broker_,
                                  .rules = rules_,
                                  .limits = limits_,
                                  .permissions = permissions_,
                                  .publisher = publisher_,
                                  .typing = typing_,
                                  .arrivals = arrivals_,
                                  .state = rooms_,
                                  .markers = rooms_,
                                  .journal = journal_,
                                  .calls = calls_,
                                  .ice_servers = ice_servers_}};
  native::Receiver receiver_{dispatcher_, limits_};
  SessionKey key_;
  std::array<char, 65536> buffer_{};
  ClientContext context_{
      loop_, hub_, broker_, receiver_, key_, buffer_, {std::chrono::seconds(25), std::chrono::seconds(20)}};
  Codecs codecs_{0};
  Cors cors_{std::vector<std::string>{"https://a.example"}};
  Router router_{cors_, {}};
  std::unique_ptr<SseServer> sse_;
  HttpServer http_{loop_, buffer_, router_, {}};
  int server_fd_ = -1;
};

}  // namespace confab::net::test
