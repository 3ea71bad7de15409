// SPDX-License-Identifier: MIT
#include "net/http_request.hpp"

#include <gtest/gtest.h>

#include "unit/net/http_fixture.hpp"

namespace confab::net {
namespace {

using test::get;
using test::parsed;
using List = std::vector<std::string>;

std::string decode_fault(std::string_view target) {
  auto request = HttpRequest::parse(get(target), 100);
  if (!request) return "(not parsed)";
  const auto decoded = request->decode();
  if (decoded) return "(decoded)";
  EXPECT_EQ(decoded.error().code, errc::bad_message);
  return decoded.error().field;
}

TEST(HttpRequest, KnowsItsParts) {
  const HttpRequest request = parsed(
      "DELETE /api/rooms/a%20b?x=1&y HTTP/1.1\r\nHost: h:1\r\nX-One:  a \t\r\nx-one: b\r\nEmpty:\r\n\r\n");
  EXPECT_EQ(request.method(), Method::delete_);
  EXPECT_EQ(request.method_name(), "DELETE");
  EXPECT_EQ(request.target(), "/api/rooms/a%20b?x=1&y");
  EXPECT_EQ(request.path(), "/api/rooms/a%20b");
  EXPECT_EQ(request.segments(), (List{"api", "rooms", "a b"}));
  EXPECT_TRUE(request.http11());
  EXPECT_TRUE(request.keep_alive());
  EXPECT_EQ(request.header("X-ONE"), "a");
  EXPECT_EQ(request.header_count("X-One"), 2U);
  EXPECT_EQ(request.header("Empty"), "");
  EXPECT_EQ(request.header("None"), std::nullopt);
  EXPECT_EQ(request.framing(), HttpRequest::Framing::none);
  std::string all;
  request.for_each_header(
      [&](std::string_view name, std::string_view value) { all.append(name).append(value); });
  EXPECT_EQ(all, "Hosth:1X-Oneax-onebEmpty");
}

TEST(HttpRequest, KeepsItsViewsWhenItMoves) {
  HttpRequest first = parsed(get("/a?b=c", "D: e\r\n"));
  const HttpRequest second = std::move(first);
  EXPECT_EQ(second.target(), "/a?b=c");
  EXPECT_EQ(second.header("D"), "e");
  EXPECT_EQ(second.query("b"), "c");
}

TEST(HttpRequest, NamesEveryMethodBothWays) {
  for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::delete_,
                              Method::patch, Method::options}) {
    EXPECT_EQ(parse_method(to_string(method)), method);
  }
  EXPECT_EQ(parse_method("get"), Method::other);
  EXPECT_EQ(parse_method(""), Method::other);
  EXPECT_EQ(parse_method("TRACE"), Method::other);
  EXPECT_EQ(to_string(Method::other), "");
}

TEST(HttpRequest, SplitsThePathBeforeItDecodesIt) {
  EXPECT_EQ(parsed(get("/")).segments(), List{""});
  EXPECT_EQ(parsed(get("/a%2Fb/c")).segments(), (List{"a/b", "c"}));
  EXPECT_EQ(parsed(get("/a/")).segments(), (List{"a", ""}));
  EXPECT_EQ(parsed(get("//a")).segments(), (List{"", "a"}));
  EXPECT_EQ(parsed(get("/a/../b")).segments(), (List{"a", "..", "b"}));
  EXPECT_EQ(parsed(get("/a+b")).segments(), List{"a+b"});
  EXPECT_EQ(parsed(get("/%3F%23")).segments(), List{"?#"});
  EXPECT_EQ(parsed(get("/%00")).segments(), List{std::string(1, '\0')});
}

TEST(HttpRequest, ReadsTheQueryAsAForm) {
  const HttpRequest request = parsed(get("/?room=a&room=b%26c&x=1+2%2B&flag&&=v&e=&u=%C3%A9&q=a=b?c/d"));
  EXPECT_EQ(request.query("room"), "a");
  EXPECT_EQ(request.queries("room"), (std::vector<std::string_view>{"a", "b&c"}));
  EXPECT_EQ(request.query("x"), "1 2+");
  EXPECT_EQ(request.query("flag"), "");
  EXPECT_EQ(request.query(""), "v");
  EXPECT_EQ(request.query("e"), "");
  EXPECT_EQ(request.query("u"), "\u00e9");
  EXPECT_EQ(request.query("q"), "a=b?c/d");
  EXPECT_EQ(request.query("nothing"), std::nullopt);
  EXPECT_TRUE(request.queries("nothing").empty());
  EXPECT_EQ(parsed(get("/?")).query(""), std::nullopt);
  EXPECT_EQ(parsed(get("/?r%6Fom=z")).query("room"), "z");
}

TEST(HttpRequest, SaysWhichPartCannotBeDecoded) {
  EXPECT_EQ(decode_fault("/%"), "path");
  EXPECT_EQ(decode_fault("/a/%zz"), "path");
  EXPECT_EQ(decode_fault("/%FF"), "path");
  EXPECT_EQ(decode_fault("/\xFF"), "path");
  EXPECT_EQ(decode_fault("/?%"), "query");
  EXPECT_EQ(decode_fault("/?a=%4"), "query");
  EXPECT_EQ(decode_fault("/?%80=1"), "query");
  EXPECT_EQ(decode_fault("/?a=%ED%A0%80"), "query");
  EXPECT_EQ(decode_fault("/\xC3\xA9?\xC3\xA9"), "(decoded)");
}

TEST(HttpRequest, BoundsSegmentsAndParameters) {
  std::string path;
  for (int i = 0; i < 64; ++i)
    path += "/x";
  EXPECT_EQ(decode_fault(path), "(decoded)");
  EXPECT_EQ(decode_fault(path + "/x"), "path");
  std::string query = "/?a";
  for (int i = 1; i < 256; ++i)
    query += "&a";
  EXPECT_EQ(decode_fault(query), "(decoded)");
  EXPECT_EQ(decode_fault(query + "&a"), "query");
}

TEST(HttpRequest, TakesEveryFormOfTarget) {
  EXPECT_EQ(parsed(get("http://example.com/a?b=1")).path(), "/a");
  EXPECT_EQ(parsed(get("HTTPS://example.com/a?b=1")).query("b"), "1");
  EXPECT_EQ(parsed(get("http://example.com")).segments(), List{""});
  EXPECT_EQ(parsed(get("http://example.com?b=1")).query("b"), "1");
  EXPECT_EQ(parsed("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").path(), "*");
  for (const auto* bad : {"*", "a", "ftp://x/", "http://", "http:///a", "/a#b", "example.com:80", "?a=b"}) {
    EXPECT_EQ(decode_fault(bad), "(not parsed)") << bad;
  }
}

TEST(HttpRequest, TellsHowLongTheConnectionLives) {
  const auto keeps = [](std::string_view version, std::string_view fields) {
    return parsed("GET / HTTP/" + std::string(version) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n")
        .keep_alive();
  };
  EXPECT_TRUE(keeps("1.1", ""));
  EXPECT_FALSE(keeps("1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("1.1", "Connection: upgrade, CLOSE\r\n"));
  EXPECT_FALSE(keeps("1.0", ""));
  EXPECT_TRUE(keeps("1.0", "Connection: Keep-Alive\r\n"));
}

TEST(HttpRequest, LooksForTokensInEveryFieldOfTheName) {
  const HttpRequest request = parsed(get("/", "Connection: keep-alive\r\nConnection: Foo , UPGRADE\r\n"));
  EXPECT_TRUE(request.header_has_token("connection", "upgrade"));
  EXPECT_TRUE(request.header_has_token("connection", "keep-alive"));
  EXPECT_FALSE(request.header_has_token("connection", "up"));
  EXPECT_FALSE(request.header_has_token("upgrade", "websocket"));
}

TEST(HttpRequest, HoldsTheBoundOfFields) {
  std::string fields;
  for (int i = 1; i < 100; ++i)
    fields += "a: b\r\n";
  EXPECT_TRUE(HttpRequest::parse(get("/", fields), 100).has_value());
  const auto over = HttpRequest::parse(get("/", fields + "a: b\r\n"), 100);
  ASSERT_FALSE(over.has_value());
  EXPECT_EQ(over.error().code, errc::headers_too_large);
}

TEST(HttpRequest, FindsWhatTheRouterBound) {
  HttpRequest request = parsed(get("/rooms/a%2Fb"));
  request.bind_variable("room", 1);
  EXPECT_EQ(request.variable("room"), "a/b");
  EXPECT_EQ(request.variable("user"), "");
}

TEST(HttpRequest, RefusesFoldedFieldsAndHalfAHead) {
  EXPECT_FALSE(HttpRequest::parse(get("/", "A: b\r\n c\r\n"), 100).has_value());
  EXPECT_FALSE(HttpRequest::parse(get("/", "A: b\r\n\tc\r\n"), 100).has_value());
  EXPECT_FALSE(HttpRequest::parse("", 100).has_value());
  const std::string whole = get("/");
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_FALSE(HttpRequest::parse(whole.substr(0, n), 100).has_value()) << n;
  }
  EXPECT_FALSE(HttpRequest::parse(whole + "x", 100).has_value());
}

}  // namespace
}  // namespace confab::net
