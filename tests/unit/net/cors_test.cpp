// SPDX-License-Identifier: MIT
#include "net/cors.hpp"

#include <gtest/gtest.h>

#include "unit/net/http_fixture.hpp"

namespace confab::net {
namespace {

using test::get;
using test::parsed;

TEST(Cors, AllowsEveryOriginWithAStar) {
  const Cors cors({"*"});
  EXPECT_TRUE(cors.allows("https://a.example"));
  EXPECT_TRUE(cors.allows("null"));
  EXPECT_TRUE(cors.allows(""));
}

TEST(Cors, AllowsWhatSendsNoOrigin) {
  EXPECT_TRUE(Cors({}).allows(parsed(get("/"))));
  EXPECT_FALSE(Cors({}).allows(parsed(get("/", "Origin: https://a.example\r\n"))));
}

TEST(Cors, ComparesSchemeHostAndPort) {
  const Cors cors(
      {"https://a.example:8443", "http://b.example", "https://c.example:443", "http://[::1]:3000"});
  for (const auto* yes :
       {"https://a.example:8443", "HTTPS://A.Example:8443", "http://b.example", "http://b.example:80",
        "https://c.example", "https://c.example:443", "http://[::1]:3000"}) {
    EXPECT_TRUE(cors.allows(yes)) << yes;
  }
  for (const auto* no :
       {"https://a.example", "http://a.example:8443", "https://a.example:8444", "https://b.example",
        "http://b.example:8080", "https://x.a.example:8443", "https://a.example:8443/",
        "https://a.example:8443.evil.example", "https://evil@a.example:8443", "a.example:8443", "null", "",
        "http://b.example.", "http://b.example:", "http://[::1]", "://b.example", "http://"}) {
    EXPECT_FALSE(cors.allows(no)) << no;
  }
}

TEST(Cors, LetsAStarStandForAnyDepthOfLabels) {
  const Cors cors({"https://*.example.com"});
  EXPECT_TRUE(cors.allows("https://a.example.com"));
  EXPECT_TRUE(cors.allows("https://a.b.EXAMPLE.com"));
  for (const auto* no :
       {"https://example.com", "https://.example.com", "https://aexample.com", "http://a.example.com",
        "https://a.example.com:8443", "https://a.example.com.evil.org", "https://evil.org/.example.com",
        "https://evil.org?.example.com", "https://evil.org#.example.com"}) {
    EXPECT_FALSE(cors.allows(no)) << no;
  }
}

TEST(Cors, RefusesPatternsThatMeanNothing) {
  for (const auto* bad : {"", "a.example", "https://", "https://a.*.example", "https://*",
                          "https://a.example/", "**", "https://a.example:x", "*.example.com"}) {
    EXPECT_THROW(Cors({bad}), std::invalid_argument) << bad;
  }
}

TEST(Cors, AnswersAPageAccordingToTheList) {
  const HttpRequest page = parsed(get("/", "Origin: https://a.example\r\n"));
  const HttpRequest other = parsed(get("/", "Origin: https://evil.example\r\n"));
  const HttpRequest none = parsed(get("/"));
  EXPECT_EQ(Cors({"*"}).answer_lines(page), "Access-Control-Allow-Origin: *\r\n");
  EXPECT_EQ(Cors({"*"}).answer_lines(none), "");
  const Cors cors({"https://a.example"});
  EXPECT_EQ(cors.answer_lines(page),
            "Vary: Origin\r\nAccess-Control-Allow-Origin: https://a.example\r\n"
            "Access-Control-Allow-Credentials: true\r\n");
  EXPECT_EQ(cors.answer_lines(other), "Vary: Origin\r\n");
  EXPECT_EQ(cors.answer_lines(none), "Vary: Origin\r\n");
}

TEST(Cors, TrustsNoRequestWithTwoOrigins) {
  const HttpRequest two = parsed(get("/", "Origin: https://a.example\r\nOrigin: https://a.example\r\n"));
  EXPECT_FALSE(Cors({"https://a.example"}).allows(two));
}

std::string preflight(const Cors& cors, std::string_view fields) {
  HttpReply reply;
  cors.answer_preflight(reply, parsed("OPTIONS / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n"),
                        "GET, POST");
  return reply.header_lines();
}

constexpr const char* kAsk = "Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n";

TEST(Cors, AnswersAPreflight) {
  const Cors cors({"https://a.example"});
  EXPECT_EQ(preflight(cors, kAsk),
            "Access-Control-Allow-Methods: GET, POST\r\n"
            "Access-Control-Allow-Headers: Authorization, Content-Type, Last-Event-ID, X-API-Key\r\n"
            "Access-Control-Max-Age: 600\r\n");
}

TEST(Cors, EchoesOnlyTheFieldsItKnows) {
  const Cors cors({"*"});
  EXPECT_EQ(
      preflight(cors,
                std::string(kAsk) +
                    "Access-Control-Request-Headers: content-type, x-evil, cache-control,content-type\r\n"),
      "Access-Control-Allow-Methods: GET, POST\r\n"
      "Access-Control-Allow-Headers: Content-Type, Cache-Control\r\n"
      "Access-Control-Max-Age: 600\r\n");
}

TEST(Cors, AddsNothingToWhatIsNoPreflightOrIsNotAllowed) {
  EXPECT_EQ(preflight(Cors({"*"}), "Origin: https://a.example\r\n"), "");
  EXPECT_EQ(preflight(Cors({"*"}), "Access-Control-Request-Method: POST\r\n"), "");
  EXPECT_EQ(preflight(Cors({"https://b.example"}), kAsk), "");
}

}  // namespace
}  // namespace confab::net
