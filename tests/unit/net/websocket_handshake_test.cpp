// SPDX-License-Identifier: MIT
#include "net/websocket_handshake.hpp"

#include "unit/net/websocket_fixture.hpp"

namespace confab::net::test {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, what.size(), with);
}

class WebSocketHandshakeTest : public WebSocketTest {
 protected:
  Answer upgrade(std::string_view fields, std::string_view target = "/ws") {
    Client client = connect();
    return ask(client, get(target, fields));
  }

  Answer with(std::string_view more) { return upgrade(std::string(kUpgrade) + std::string(more)); }

  /// The good handshake with one part of it changed.
  Answer changed(std::string_view what, std::string_view into) {
    return upgrade(replaced(std::string(kUpgrade), what, into));
  }

  void expect_nobody() { EXPECT_EQ(chat_->hub_.counters().sessions_opened, 0U); }
};

TEST(WebSocketAccept, IsThatOfTheStandardsExample) {
  EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_F(WebSocketHandshakeTest, Answers101) {
  const Answer answer = upgrade(kUpgrade);
  EXPECT_EQ(answer.status, 101U);
  EXPECT_EQ(answer.field("upgrade"), "websocket");
  EXPECT_EQ(answer.field("connection"), "Upgrade");
  EXPECT_EQ(answer.field("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(answer.field("sec-websocket-extensions"), "(none)");
  EXPECT_EQ(answer.field("sec-websocket-protocol"), "(none)");
  EXPECT_EQ(answer.field("content-length"), "(none)");
}

TEST_F(WebSocketHandshakeTest, TakesTokensInAnyCaseAndAmongOthers) {
  EXPECT_EQ(upgrade("upgrade: h2c, WebSocket\r\nconnection: keep-alive, UPGRADE\r\n"
                    "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
                .status,
            101U);
}

TEST_F(WebSocketHandshakeTest, TellsWhatToUpgradeTo) {
  for (const std::string_view fields : {"", "Upgrade: h2c\r\nConnection: Upgrade\r\n",
                                        "Connection: Upgrade\r\n", "Upgrade: websockets\r\n"}) {
    const Answer answer = upgrade(fields);
    EXPECT_EQ(answer.status, 426U) << fields;
    EXPECT_EQ(answer.field("upgrade"), "websocket");
    EXPECT_EQ(answer.field("connection"), "Upgrade");
    EXPECT_EQ(answer.field("sec-websocket-version"), "13");
    EXPECT_NE(answer.body.find(R"("field":"upgrade")"), std::string::npos);
  }
  expect_nobody();
}

TEST_F(WebSocketHandshakeTest, DoesNotUpgradeHttp10OrHead) {
  Client client = connect();
  client.send("GET /ws HTTP/1.0\r\nHost: a\r\n" + std::string(kUpgrade) + "\r\n");
  pump();
  client.receive();
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 426 ")) << client.received();
  Client other = connect();
  other.send("HEAD /ws HTTP/1.1\r\nHost: a\r\n" + std::string(kUpgrade) + "\r\n");
  pump();
  other.receive();
  EXPECT_EQ(take_answer(other.received(), true).status, 426U);
  expect_nobody();
}

TEST_F(WebSocketHandshakeTest, WantsConnectionUpgrade) {
  for (const std::string_view field : {"", "Connection: close\r\n", "Connection: keep-alive\r\n"}) {
    const Answer answer = changed("Connection: Upgrade\r\n", field);
    EXPECT_EQ(answer.status, 400U) << field;
    EXPECT_NE(answer.body.find(R"("field":"connection")"), std::string::npos);
  }
  expect_nobody();
}

TEST_F(WebSocketHandshakeTest, SpeaksVersion13Only) {
  for (const std::string_view version :
       {"", "Sec-WebSocket-Version: 8\r\n", "Sec-WebSocket-Version: 013\r\n", "Sec-WebSocket-Version: \r\n",
        "Sec-WebSocket-Version: 13, 8\r\n", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13\r\n"}) {
    const Answer answer = changed("Sec-WebSocket-Version: 13\r\n", version);
    EXPECT_EQ(answer.status, 426U) << version;
    EXPECT_EQ(answer.field("sec-websocket-version"), "13");
  }
  expect_nobody();
}

TEST_F(WebSocketHandshakeTest, WantsOneKeyOfSixteenBytes) {
  constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
  const std::string line = "Sec-WebSocket-Key: " + std::string(key) + "\r\n";
  EXPECT_EQ(changed(line, "").status, 400U);
  EXPECT_EQ(changed(line, line + line).status, 400U);
  for (const std::string_view bad :
       {"", "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQA=", "dGhlIHNhbXBsZSBub25jZQ====",
        "dGhlIHNhbXBsZSBub25j==", "dGhlIHNhbXBsZSBub25-ZQ==", "dGhlIHNhbXBsZSBub25jZQ== x"}) {
    const Answer answer = changed(key, bad);
    EXPECT_EQ(answer.status, 400U) << bad;
    EXPECT_NE(answer.body.find(R"("field":"sec-websocket-key")"), std::string::npos);
  }
  expect_nobody();
  // The unused bits of the last character may be set.
  EXPECT_EQ(changed(key, "abcdefghijklmnopqrstuv==").status, 101U);
  EXPECT_EQ(changed(key, "++++++++++//////////09==").status, 101U);
}

TEST_F(WebSocketHandshakeTest, RefusesOtherOrigins) {
  EXPECT_EQ(with("Origin: https://good.example\r\n").status, 101U);
  EXPECT_EQ(with("Origin: https://GOOD.example:443\r\n").status, 101U);
  EXPECT_EQ(chat_->hub_.counters().sessions_opened, 2U);
  for (const std::string_view origin : {"https://evil.example", "http://good.example", "null"}) {
    EXPECT_EQ(with("Origin: " + std::string(origin) + "\r\n").status, 403U) << origin;
  }
  EXPECT_EQ(chat_->hub_.counters().sessions_opened, 2U);
}

TEST_F(WebSocketHandshakeTest, AgreesOnDeflateWhereItIsOffered) {
  constexpr std::string_view agreed =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  EXPECT_EQ(with("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")
                .field("sec-websocket-extensions"),
            agreed);
  EXPECT_EQ(with("Sec-WebSocket-Extensions: x-other\r\n"
                 "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n")
                .field("sec-websocket-extensions"),
            std::string(agreed) + "; server_max_window_bits=10");
  EXPECT_EQ(with("Sec-WebSocket-Extensions: x-other\r\n").field("sec-websocket-extensions"), "(none)");
}

TEST_F(WebSocketHandshakeTest, DeclinesDeflateWhereItIsSwitchedOff) {
  WebSocketOptions options;
  options.deflate = DeflateOffer::declined;
  chat_->sockets_->set_options(options);
  const Answer answer = with("Sec-WebSocket-Extensions: permessage-deflate\r\n");
  EXPECT_EQ(answer.status, 101U);
  EXPECT_EQ(answer.field("sec-websocket-extensions"), "(none)");
  EXPECT_EQ(with("Sec-WebSocket-Extensions: ;\r\n").status, 400U);
}

TEST_F(WebSocketHandshakeTest, RefusesExtensionsThatAreNone) {
  for (const std::string_view bad : {"permessage-deflate;", "permessage-deflate; =1", "a b", "\"x\""}) {
    const Answer answer = with("Sec-WebSocket-Extensions: " + std::string(bad) + "\r\n");
    EXPECT_EQ(answer.status, 400U) << bad;
    EXPECT_NE(answer.body.find(R"("field":"sec-websocket-extensions")"), std::string::npos);
  }
  // Each for itself would do, and together they don't.
  EXPECT_EQ(with("Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Extensions: a b\r\n").status,
            400U);
  expect_nobody();
}

TEST_F(WebSocketHandshakeTest, ChoosesItsOwnSubprotocolAndEchoesNoToken) {
  const auto chosen = [&](std::string_view offers) { return with(offers).field("sec-websocket-protocol"); };
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: confab.v1.json\r\n"), "confab.v1.json");
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: bearer.abc, confab.v1.json\r\n"), "confab.v1.json");
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: bearer.abc\r\nSec-WebSocket-Protocol: confab.v1.json\r\n"),
            "confab.v1.json");
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: bearer.abc\r\n"), "(none)");
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: graphql-ws, CONFAB.V1.JSON\r\n"), "(none)");
  EXPECT_EQ(chosen("Sec-WebSocket-Protocol: confab.v1.jsonx\r\n"), "(none)");
}

TEST_F(WebSocketHandshakeTest, TheFirstKnownSubprotocolOfTheClientsWins) {
  const auto chosen = [&](std::string_view offers) {
    return with("Sec-WebSocket-Protocol: " + std::string(offers) + "\r\n").field("sec-websocket-protocol");
  };
  EXPECT_EQ(chosen("confab.v1.msgpack"), "confab.v1.msgpack");
  EXPECT_EQ(chosen("confab.v1.msgpack, confab.v1.json"), "confab.v1.msgpack");
  EXPECT_EQ(chosen("confab.v1.json, confab.v1.msgpack"), "confab.v1.json");
  EXPECT_EQ(chosen("bearer.abc, confab.v2.msgpack, confab.v1.msgpack"), "confab.v1.msgpack");
  EXPECT_EQ(chosen("confab.v1.msgpack\r\nSec-WebSocket-Protocol: confab.v1.json"), "confab.v1.msgpack");
  EXPECT_EQ(chosen("bearer.abc\r\nSec-WebSocket-Protocol: confab.v1.msgpack"), "confab.v1.msgpack");
  EXPECT_EQ(chosen("Confab.v1.msgpack, confab.v1.msgpac, confab.v1.msgpack2"), "(none)");
  EXPECT_EQ(chosen("bearer.confab.v1.msgpack"), "(none)");
}

TEST_F(WebSocketHandshakeTest, RefusesAnIllegalNameBeforeTheUpgrade) {
  for (const std::string_view name : {"", "guest-x", "%40ann", "%24x", "a%0Ab"}) {
    const Answer answer = upgrade(kUpgrade, "/ws?user=" + std::string(name));
    EXPECT_EQ(answer.status, 400U) << name;
    EXPECT_NE(answer.body.find(R"("code":"bad_message")"), std::string::npos);
    EXPECT_NE(answer.body.find(R"("field":"user")"), std::string::npos);
  }
  EXPECT_EQ(upgrade(kUpgrade, "/ws?user=" + std::string(121, 'x')).status, 400U);
  expect_nobody();
}

TEST_F(WebSocketHandshakeTest, TellsAWebSocketFromAPageOnOnePath) {
  EXPECT_EQ(upgrade(kUpgrade, "/").status, 101U);
  const Answer page = upgrade("", "/");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.body, "the page");
}

TEST_F(WebSocketHandshakeTest, KeepsTheConnectionAfterARefusal) {
  Client client = connect();
  EXPECT_EQ(ask(client, get("/ws")).status, 426U);
  EXPECT_EQ(ask(client, get("/ws?user=", kUpgrade)).status, 400U);
  EXPECT_EQ(ask(client, get("/ws", kUpgrade)).status, 101U);
}

}  // namespace
}  // namespace confab::net::test
