// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/memory_broker.hpp"
#include "broker/memory_rooms.hpp"
#include "confab/base/ids.hpp"
#include "confab/core/dispatcher.hpp"
#include "confab/core/hub.hpp"
#include "net/client_context.hpp"
#include "net/router.hpp"
#include "net/signaling.hpp"
#include "net/websocket_server.hpp"
#include "protocol/native/msgpack_codec.hpp"
#include "protocol/native/receiver.hpp"
#include "protocol/websocket/deflater.hpp"
#include "protocol/websocket/frame_encode.hpp"
#include "support/deflating_client.hpp"
#include "support/fake_loop.hpp"
#include "support/websocket_client_codec.hpp"
#include "unit/net/http_fixture.hpp"

namespace confab::net::test {

using namespace confab::test;

/// A wire that is easy to read: "name members" and "name room user body" in text frames, deflated or not.
class WordsCodec final : public Codec {
 public:
  enum class Form { plain, deflated };

  WordsCodec(std::size_t slot, Form form) : Codec(slot), form_(form) {}

  FramePtr encode(const Event& event) const override {
    return frame(std::string(event.name()) + " " + std::string(event.room()) + " " +
                 std::string(event.user()) + " " + std::string(event.body()));
  }

  FramePtr encode(const Reply& reply) const override {
    return frame(std::string(reply.name) + " " + std::string(reply.members));
  }

 private:
  FramePtr frame(std::string_view text) const {
    return form_ == Form::plain ? ws::make_message(ws::Opcode::text, text)
                                : ws::make_deflated_message(ws::Opcode::text, deflater_.deflate(text));
  }

  Form form_;
  mutable ws::Deflater deflater_;
};

/// Everything between the loop and the handlers, with a memory broker behind it.
class ChatServer {
 public:
  ChatServer(Loop& loop, std::span<char> buffer, const Limits& limits, const WebSocketOptions& options,
             ClientContext::Heartbeat heartbeat)
      : limits_(limits),
        broker_(loop, rules_, limits_),
        hub_(loop, broker_, rules_, limits_, "n1"),
        sanctions_(loop),
        publisher_(hub_, broker_),
        typing_(loop, hub_, publisher_, limits_),
        rooms_(loop, broker_, hub_, rules_, limits_),
        arrivals_(hub_, broker_, rooms_),
        dispatcher_({.loop = loop,
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
                     .ice_servers = ice_servers_}),
        context_{loop, hub_, broker_, receiver_, key_, buffer, heartbeat},
        sockets_(std::make_unique<WebSocketServer>(
            context_,
            [this](native::Encoding encoding,
                   const std::optional<ws::DeflateParams>& params) -> const Codec& {
              encoding_ = encoding;
              if (encoding == native::Encoding::msgpack) return msgpack_;
              return params ? deflated_ : plain_;
            },
            cors_, options)),
        http_(std::make_unique<HttpServer>(loop, buffer, router_, HttpLimits{})) {
    broker_.start(hub_);
    const auto handler = [this](const HttpExchangePtr& exchange) { sockets_->on_request(exchange); };
    router_.add(Method::get, "/ws", Access::open, handler);
    add_signaling(router_, *sockets_, receiver_);
    router_.add(Method::get, "/", Access::open, [this](const HttpExchangePtr& exchange) {
      if (WebSocketServer::wants_upgrade(exchange->request())) return sockets_->on_request(exchange);
      exchange->reply(HttpReply::text("the page", "text/plain"));
    });
  }

  struct Unread final : Journal {
    void on_refused(const Session&, const Fault&, std::string_view) override {}
  };

  RoomRules rules_;
  Limits limits_;
  Unread journal_;
  MemoryBroker broker_;
  Hub hub_;
  Sanctions sanctions_;
  Permissions permissions_{rules_, sanctions_};
  Publisher publisher_;
  Typing typing_;
  MemoryRooms rooms_;
  Arrivals arrivals_;
  Calls calls_{hub_};
  IceServers ice_servers_;
  Dispatcher dispatcher_;
  native::Receiver receiver_{dispatcher_, limits_};
  SessionKey key_;
  ClientContext context_;
  Cors cors_{{"https://good.example"}};
  WordsCodec plain_{0, WordsCodec::Form::plain};
  WordsCodec deflated_{1, WordsCodec::Form::deflated};
  native::WebSocketMsgpackCodec msgpack_{2};
  native::Encoding encoding_ = native::Encoding::json;  // of the newest connection
  Router router_{cors_, nullptr};
  std::unique_ptr<WebSocketServer> sockets_;
  std::unique_ptr<HttpServer> http_;
};

inline constexpr std::string_view kUpgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// The client's end of a WebSocket.
class Peer {
 public:
  explicit Peer(Client client) : client(std::move(client)) {}

  /// What has come since it was last asked, as words: "text", "ping:…", "pong:…", "close:CODE:REASON",
  /// "binary:…".
  std::vector<std::string> take() {
    client.receive();
    reader.feed(client.received());
    client.received().clear();
    std::vector<std::string> words;
    while (auto frame = reader.next())
      words.push_back(describe(*frame));
    return words;
  }

  static std::string describe(const ServerFrame& frame) {
    EXPECT_TRUE(frame.fin);
    EXPECT_FALSE(frame.masked);
    switch (frame.opcode) {
      case 1:
        return frame.rsv == 4 ? "deflated:" + inflate_as_client(frame.payload) : frame.payload;
      case 2:
        return "binary:" + frame.payload;
      case 8:
        return "close:" + std::to_string(frame.close_code()) + ":" +
               (frame.payload.size() < 2 ? "" : frame.payload.substr(2));
      case 9:
        return "ping:" + frame.payload;
      case 10:
        return "pong:" + frame.payload;
      default:
        return "opcode " + std::to_string(frame.opcode);
    }
  }

  bool ended() {
    client.receive();
    return client.eof() || client.reset();
  }

  Client client;
  ServerFrameReader reader;
  std::string greeting;
  std::uint64_t number = 0;  ///< of its session
};

using Words = std::vector<std::string>;

/// A chat server over socket pairs, driven step by step with a clock that the test moves.
class WebSocketTest : public ::testing::Test {
 protected:
  explicit WebSocketTest(const Limits& limits = {}, const WebSocketOptions& options = {},
                         ClientContext::Heartbeat heartbeat = {Milliseconds(25'000), Milliseconds(20'000)})
      : chat_(std::make_unique<ChatServer>(loop_, buffer_, limits, options, heartbeat)) {}

  ~WebSocketTest() override {
    chat_.reset();
    poll();
  }

  bool poll() {
    io_.restart();
    bool any = false;
    while (io_.poll() > 0)
      any = true;
    return any;
  }

  /// Runs turns until nothing happens any more.
  void pump() {
    while (poll() || !loop_.idle())
      loop_.end_turn();
  }

  /// Lets time pass in small steps, with all that comes of it.
  void pass(Milliseconds time) {
    for (constexpr Milliseconds step{10}; time.count() > 0; time -= step) {
      loop_.advance(std::min(step, time));
      pump();
    }
  }

  /// A connection that has said nothing yet. `send_buffer`: bytes of the server's, 0: as it is.
  Client connect(int send_buffer = 0) {
    const auto [mine, its] = socket_pair();
    if (send_buffer != 0) ::setsockopt(its, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    chat_->http_->accept(adopt(io_, its));
    return Client(mine);
  }

  Answer ask(Client& client, std::string_view request) {
    client.send(request);
    pump();
    client.receive();
    return take_answer(client.received());
  }

  /// A WebSocket that has been greeted.
  Peer open(std::string_view target = "/ws", std::string_view fields = "", int send_buffer = 0) {
    Peer peer(connect(send_buffer));
    EXPECT_EQ(ask(peer.client, get(target, std::string(kUpgrade) + std::string(fields))).status, 101U);
    const Words words = peer.take();
    EXPECT_EQ(words.size(), 1U);
    if (words.empty()) return peer;
    peer.greeting = words[0];
    const auto at = peer.greeting.find("n1.");
    EXPECT_NE(at, std::string::npos);
    peer.number = parse_hex64(std::string_view(peer.greeting).substr(at + 3, 16)).value_or(0);
    EXPECT_NE(session(peer), nullptr);
    return peer;
  }

  Session* session(const Peer& peer) const { return chat_->hub_.find(peer.number); }

  /// Sends bytes and answers what came of it.
  Words say(Peer& peer, std::string_view bytes) {
    EXPECT_EQ(peer.client.send(bytes), bytes.size());
    pump();
    return peer.take();
  }

  void queue(const Peer& peer, std::string_view text) {
    session(peer)->send(ws::make_message(ws::Opcode::text, text), EventClass::ordinary);
  }

  std::size_t connections() const { return chat_->sockets_->size(); }

  boost::asio::io_context io_{1};
  confab::testing::FakeLoop loop_;
  std::array<char, 65536> buffer_{};
  std::unique_ptr<ChatServer> chat_;
};

}  // namespace confab::net::test
