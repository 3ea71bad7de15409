// SPDX-License-Identifier: MIT
// Connections that speak MessagePack, and what is asked of a connection by its query.
#include <nlohmann/json.hpp>

#include "unit/net/websocket_fixture.hpp"

namespace confab::net::test {
namespace {

using Tree = nlohmann::json;

constexpr std::string_view kOffer = "Sec-WebSocket-Protocol: confab.v1.msgpack\r\n";

class WebSocketMsgpackTest : public WebSocketTest {
 protected:
  static std::string packed(const Tree& message) {
    const auto bytes = Tree::to_msgpack(message);
    return {bytes.begin(), bytes.end()};
  }

  static Tree unpacked(std::string_view word) {
    EXPECT_TRUE(word.starts_with("binary:")) << word;
    return word.starts_with("binary:") ? Tree::from_msgpack(word.substr(7)) : Tree::object();
  }

  /// Its one answer.
  Tree ask_for(Peer& peer, const Tree& message) {
    const Words words = say(peer, client_binary(packed(message)));
    EXPECT_EQ(words.size(), 1U);
    return words.empty() ? Tree::object() : unpacked(words[0]);
  }
};

TEST_F(WebSocketMsgpackTest, GreetsAndAnswersInBinaryFrames) {
  Peer peer = open("/ws", kOffer);
  const Tree greeting = unpacked(peer.greeting);
  EXPECT_EQ(greeting.at("type"), "connected");
  EXPECT_EQ(greeting.at("heartbeat"), 25'000);
  const Tree pong = ask_for(peer, Tree{{"type", "ping"}, {"id", "p1"}});
  EXPECT_EQ(pong.at("type"), "pong");
  EXPECT_EQ(pong.at("id"), "p1");
  EXPECT_TRUE(pong.at("timestamp").is_number_integer());
}

TEST_F(WebSocketMsgpackTest, AnswersWhatIsNoMessagePackAndGoesOn) {
  Peer peer = open("/ws", kOffer);
  for (const std::string_view bytes : {"", "\xc1", "\x81\xa4type", "{\"type\":\"ping\"}"}) {
    const Words words = say(peer, client_binary(bytes));
    ASSERT_EQ(words.size(), 1U);
    EXPECT_EQ(unpacked(words[0]).at("code"), "bad_message");
  }
  EXPECT_EQ(ask_for(peer, Tree{{"type", "ping"}, {"id", "x"}}).at("type"), "pong");
}

TEST_F(WebSocketMsgpackTest, ATextFrameIsTheWrongKind) {
  Peer peer = open("/ws", kOffer);
  EXPECT_EQ(say(peer, client_text("{}") + client_binary("\x80")), (Words{"close:1003:Wrong kind of frame"}));
}

TEST_F(WebSocketMsgpackTest, ABinaryFrameIsTheWrongKindForJson) {
  for (const std::string_view offer : {"", "Sec-WebSocket-Protocol: confab.v1.json\r\n"}) {
    Peer peer = open("/ws", offer);
    EXPECT_EQ(say(peer, client_binary(packed(Tree{{"type", "ping"}, {"id", "x"}}))),
              (Words{"close:1003:Wrong kind of frame"}));
  }
}

TEST_F(WebSocketMsgpackTest, TakesDeflatedMessages) {
  Peer peer = open("/ws", std::string(kOffer) + "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  const std::string message = packed(Tree{{"type", "ping"}, {"id", "x"}, {"more", std::string(500, '\x7f')}});
  const Words words = say(peer, client_deflated(2, DeflatingClient().message(message)));
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(unpacked(words[0]).at("type"), "pong");
}

TEST_F(WebSocketMsgpackTest, TellsWhatIsSpokenToWhoChoosesTheCodec) {
  using native::Encoding;
  const auto chosen = [this](std::string_view target, std::string_view fields) {
    open(target, fields);
    return chat_->encoding_;
  };
  EXPECT_EQ(chosen("/ws", ""), Encoding::json);
  EXPECT_EQ(chosen("/ws", "Sec-WebSocket-Protocol: confab.v1.json\r\n"), Encoding::json);
  EXPECT_EQ(chosen("/ws", kOffer), Encoding::msgpack);
  EXPECT_EQ(chosen("/ws?envelope=gzip", ""), Encoding::gzip_envelope);
  EXPECT_EQ(chosen("/?envelope=gzip", "Sec-WebSocket-Protocol: confab.v1.json\r\n"), Encoding::gzip_envelope);
  EXPECT_EQ(chosen("/ws?envelope=gzip", kOffer), Encoding::msgpack);
}

TEST_F(WebSocketMsgpackTest, AnEnvelopedConnectionTakesBareMessagesToo) {
  Peer peer = open("/ws?envelope=gzip");
  EXPECT_EQ(say(peer, client_text(R"({"type":"ping"})")).size(), 1U);
  EXPECT_EQ(say(peer, client_text(R"({"compressed":false,"data":"{\"type\":\"ping\"}"})")).size(), 1U);
  EXPECT_EQ(say(peer, client_binary("\x80")), (Words{"close:1003:Wrong kind of frame"}));
}

TEST_F(WebSocketMsgpackTest, RefusesAnEnvelopeThatThereIsNotBeforeTheUpgrade) {
  for (const std::string_view envelope : {"", "1", "0", "GZIP", "deflate"}) {
    Client client = connect();
    const Answer answer = ask(client, get("/ws?envelope=" + std::string(envelope), kUpgrade));
    EXPECT_EQ(answer.status, 400U) << envelope;
    EXPECT_NE(answer.body.find(R"("field":"envelope")"), std::string::npos);
  }
  EXPECT_EQ(chat_->hub_.counters().sessions_opened, 0U);
}

}  // namespace
}  // namespace confab::net::test
