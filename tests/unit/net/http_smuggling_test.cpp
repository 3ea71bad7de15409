// SPDX-License-Identifier: MIT
#include <random>

#include "unit/net/http_fixture.hpp"

namespace confab::net::test {
namespace {

struct Shape {
  const char* name;
  std::string bytes;
};

std::string with(std::string_view fields, std::string_view body = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n\r\n" + std::string(body);
}

class SmugglingTest : public HttpTest, public ::testing::WithParamInterface<Shape> {};

// Each is 400 and the end, and the request that hides behind it reaches nobody.
TEST_P(SmugglingTest, IsRefusedAndEndsTheConnection) {
  for (const bool byte_by_byte : {false, true}) {
    Client client = connect();
    const std::string bytes = GetParam().bytes + get("/hidden");
    if (byte_by_byte) {
      for (const char byte : bytes) {
        client.send({&byte, 1});
        poll();
      }
    } else {
      client.send(bytes);
    }
    pump(client);
    const Answer answer = take_answer(client.received());
    EXPECT_EQ(answer.status, 400U);
    EXPECT_NE(answer.body.find(R"({"error":{"code":"bad_message","message":")"), std::string::npos)
        << answer.body;
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_EQ(client.received(), "");
    EXPECT_TRUE(client.eof());
    EXPECT_EQ(requests_, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Every, SmugglingTest,
    ::testing::Values(
        Shape{"LengthAndChunked", with("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n")},
        Shape{"ChunkedAndLength", with("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n")},
        Shape{"LengthAndUnknownCoding", with("Content-Length: 5\r\nTransfer-Encoding: identity", "hello")},
        Shape{"DifferentLengths", with("Content-Length: 5\r\nContent-Length: 6", "hello")},
        Shape{"DifferentLengthsInAList", with("Content-Length: 5, 6", "hello")},
        Shape{"EqualLengthsTwice", with("Content-Length: 5\r\nContent-Length: 5", "hello")},
        Shape{"EqualLengthsInAList", with("Content-Length: 5, 5", "hello")},
        Shape{"EmptyLength", with("Content-Length:")}, Shape{"NegativeLength", with("Content-Length: -1")},
        Shape{"SignedLength", with("Content-Length: +5", "hello")},
        Shape{"HexadecimalLength", with("Content-Length: 0x5", "hello")},
        Shape{"LengthWithASpace", with("Content-Length: 5 5", "hello")},
        Shape{"LengthOver64Bits", with("Content-Length: 18446744073709551616", "hello")},
        Shape{"UnknownCoding", with("Transfer-Encoding: gzip")},
        Shape{"IdentityCoding", with("Transfer-Encoding: identity", "0\r\n\r\n")},
        Shape{"EmptyCoding", with("Transfer-Encoding:", "0\r\n\r\n")},
        Shape{"MisspeltCoding", with("Transfer-Encoding: xchunked", "0\r\n\r\n")},
        Shape{"QuotedCoding", with("Transfer-Encoding: \"chunked\"", "0\r\n\r\n")},
        Shape{"CodingWithAParameter", with("Transfer-Encoding: chunked;q=1", "0\r\n\r\n")},
        Shape{"CodingWithAVerticalTab", with("Transfer-Encoding: \x0B"
                                             "chunked",
                                             "0\r\n\r\n")},
        Shape{"GzipThenChunked", with("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")},
        Shape{"ChunkedThenIdentity", with("Transfer-Encoding: chunked, identity", "0\r\n\r\n")},
        Shape{"ChunkedInTwoFields",
              with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")},
        Shape{"GzipAndChunkedInTwoFields",
              with("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "0\r\n\r\n")},
        Shape{"ChunkedInHttp10", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        Shape{"SpaceBeforeColon", with("Transfer-Encoding : chunked", "0\r\n\r\n")},
        Shape{"SpaceBeforeColonOfLength", with("Content-Length : 5", "hello")},
        Shape{"TabBeforeColon", with("Content-Length\t: 5", "hello")},
        Shape{"FoldedField", with("X: a\r\n Content-Length: 5", "hello")},
        Shape{"FoldedFieldWithATab", with("Transfer-Encoding:\r\n\tchunked", "0\r\n\r\n")},
        Shape{"FoldedFirstField", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
        Shape{"BareLfAfterTheRequestLine", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
        Shape{"BareLfAfterAField", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"},
        Shape{"BareLfs", "GET / HTTP/1.1\nHost: a\n\n"},
        Shape{"BareLfAtTheEnd", "GET / HTTP/1.1\r\nHost: a\r\n\n"},
        Shape{"BareCr", with("X: a\rContent-Length: 5", "hello")},
        Shape{"NulInAField", with(std::string("X: a\0b", 6))},
        Shape{"NulInAName", with(std::string("X\0: a", 5))}, Shape{"ControlInAField", with("X: \x01")},
        Shape{"DelInAField", with("X: \x7F")}, Shape{"NameWithASpace", with("X Y: a")},
        Shape{"EmptyName", with(": a")}, Shape{"NoColon", with("X")},
        Shape{"NameOutsideAscii", with("X\xC3\xA9: a")}, Shape{"NoHost", "GET / HTTP/1.1\r\n\r\n"},
        Shape{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        Shape{"TheSameHostTwice", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"},
        Shape{"TwoHostsInHttp10", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
        Shape{"HostsInAList", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
        Shape{"HostWithAPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        Shape{"HostWithAUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
        Shape{"NoVersion", "GET /\r\nHost: a\r\n\r\n"},
        Shape{"OldVersion", "GET / HTTP/0.9\r\nHost: a\r\n\r\n"},
        Shape{"NewVersion", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
        Shape{"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n"},
        Shape{"LongVersion", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"},
        Shape{"SpaceAfterTheVersion", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
        Shape{"TwoSpacesBeforeTheTarget", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
        Shape{"TwoSpacesBeforeTheVersion", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"},
        Shape{"SpaceInTheTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
        Shape{"TabInTheRequestLine", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"},
        Shape{"NoTarget", "GET HTTP/1.1\r\nHost: a\r\n\r\n"},
        Shape{"NoMethod", " / HTTP/1.1\r\nHost: a\r\n\r\n"},
        Shape{"MethodThatIsNoToken", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"},
        Shape{"Connect", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"},
        Shape{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}, Shape{"TlsHello", "\x16\x03\x01\x02"},
        Shape{"ChunkSizeWithAPrefix", with("Transfer-Encoding: chunked", "0x1\r\na\r\n0\r\n\r\n")},
        Shape{"ChunkSizeWithASign", with("Transfer-Encoding: chunked", "+1\r\na\r\n0\r\n\r\n")},
        Shape{"ChunkWithoutASize", with("Transfer-Encoding: chunked", "\r\n\r\n")},
        Shape{"ChunkWithABareLf", with("Transfer-Encoding: chunked", "1\na\r\n0\r\n\r\n")},
        Shape{"ChunkLongerThanItsSize", with("Transfer-Encoding: chunked", "1\r\nabc\r\n0\r\n\r\n")},
        Shape{"ChunkExtensionWithALf", with("Transfer-Encoding: chunked", "1;a=\"\n\"\r\na\r\n0\r\n\r\n")},
        Shape{"ChunkEndWithABareLf", with("Transfer-Encoding: chunked", "1\r\na\n0\r\n\r\n")},
        Shape{"LastChunkWithABareLf", with("Transfer-Encoding: chunked", "0\n\n")},
        Shape{"TrailerWithABareLf", with("Transfer-Encoding: chunked", "0\r\nA: b\n\r\n")}),
    [](const auto& tested) { return tested.param.name; });

class HttpFramingTest : public HttpTest {};

TEST_F(HttpFramingTest, NeverLetsATrailerBecomeAField) {
  bool seen = false;
  on_ = [&](const HttpExchangePtr& exchange) {
    seen = exchange->request().header("Authorization").has_value();
    echo(*exchange);
  };
  Client client = connect();
  EXPECT_EQ(
      ask(client, with("Transfer-Encoding: Chunked", "1\r\nx\r\n0\r\nAuthorization: Bearer key\r\n\r\n"))
          .body,
      "POST / x");
  EXPECT_FALSE(seen);
}

TEST_F(HttpFramingTest, ReadsABodyOfAGetToo) {
  Client client = connect();
  EXPECT_EQ(ask(client, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi").body, "GET / hi");
  EXPECT_EQ(ask(client, get("/next")).body, "GET /next ");
}

TEST_F(HttpFramingTest, TakesLeadingZerosAndWhiteSpaceAroundALength) {
  Client client = connect();
  EXPECT_EQ(ask(client, with("Content-Length: \t005 ", "hello")).body, "POST / hello");
}

TEST_F(HttpFramingTest, SkipsEmptyLinesBeforeARequest) {
  Client client = connect();
  EXPECT_EQ(ask(client, "\r\n\r\n" + get("/a")).body, "GET /a ");
  client.send("\r");
  pump(client);
  EXPECT_EQ(client.received(), "");
  EXPECT_EQ(ask(client, "\n" + get("/b")).body, "GET /b ");
}

// Whatever is sent, how it is cut into pieces changes nothing of what comes back.
TEST_F(HttpFramingTest, ReadsTheSameFromEveryCut) {
  std::mt19937 random(11);
  const std::string kinds[] = {
      get("/a?b=c"), with("Content-Length: 5", "hello"),
      with("Transfer-Encoding: chunked", "3\r\nabc\r\n2;x\r\nde\r\n0\r\nA: b\r\n\r\n"),
      "HEAD /h HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "\r\n"};
  const std::string_view bytes = "\r\n\t :;,/0159afx\x7F\x80";
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    std::string text;
    for (unsigned n = 1 + random() % 4; n > 0; --n)
      text += kinds[random() % std::size(kinds)];
    for (unsigned n = random() % 3; n > 0; --n) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0) {
        text[at] = bytes[random() % bytes.size()];
      } else {
        text.insert(at, 1, bytes[random() % bytes.size()]);
      }
    }
    std::string received[2];
    for (std::string& each : received) {
      Client client = connect();
      const std::size_t piece = &each == received ? text.size() : 1 + random() % 7;
      for (std::size_t at = 0; at < text.size(); at += piece) {
        client.send(std::string_view(text).substr(at, piece));
        poll();
      }
      client.finish();
      pump(client);
      EXPECT_TRUE(client.eof());
      each = client.received();
    }
    ASSERT_EQ(received[0], received[1]) << text;
    refused += received[0].find(" 400 ") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(refused, 50);
  EXPECT_LT(refused, 350);
  EXPECT_EQ(server().size(), 0U);
}

}  // namespace
}  // namespace confab::net::test
