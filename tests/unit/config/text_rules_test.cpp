// SPDX-License-Identifier: MIT
#include "config/text_rules.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace confab::config {
namespace {

void expect_fits(const TextRule& rule, const std::vector<std::string>& texts) {
  for (const auto& text : texts)
    EXPECT_TRUE(rule.fits(text)) << text;
}

void expect_refused(const TextRule& rule, const std::vector<std::string>& texts) {
  for (const auto& text : texts)
    EXPECT_FALSE(rule.fits(text)) << text;
}

TEST(TextRules, NodeTag) {
  expect_fits(kNodeTag, {"", "a", "node-1", "0123456789abcdef"});
  expect_refused(kNodeTag, {"0123456789abcdefg", "A", "a_b", "a b", "ü"});
}

TEST(TextRules, Path) {
  expect_fits(kPath, {"", "/var/log/confab.log", "relative", "/with space", std::string(4095, 'a')});
  expect_refused(kPath, {"a\nb", std::string("a\0b", 3), std::string(4096, 'a')});
}

TEST(TextRules, OriginPattern) {
  expect_fits(kOriginPattern, {"*", "https://example.com", "http://localhost:3000", "https://*.example.com",
                               "https://*.example.com:8443", "http://127.0.0.1:1", "http://[::1]",
                               "http://[::1]:65535", "capacitor://localhost"});
  expect_refused(kOriginPattern, {"",
                                  "null",
                                  "example.com",
                                  "https://",
                                  "https://example.com/",
                                  "https://a/b",
                                  "https://*",
                                  "https://*.",
                                  "https://a.*.com",
                                  "https://*a.com",
                                  "https://**.a.com",
                                  "https://a:0",
                                  "https://a:65536",
                                  "https://a:",
                                  "https://a b",
                                  "https://u@a",
                                  "://a",
                                  "1a://b",
                                  "HTTPS://a",
                                  "https://[::g]",
                                  "https://::1",
                                  "https://a?b",
                                  "**",
                                  "https://1.2.3",
                                  "*://a"});
}

TEST(TextRules, ApiKeyAndName) {
  expect_fits(kApiKey, {std::string(16, 'k'), std::string(256, 'k'), "!\"#$%&'()*+,-./~"});
  expect_refused(kApiKey,
                 {"", std::string(15, 'k'), std::string(257, 'k'), "0123456789 abcdef", "0123456789abcdeü"});
  expect_fits(kKeyName, {"a", "the backend", std::string(64, 'n')});
  expect_refused(kKeyName, {"", "a\nb", std::string(65, 'n')});
}

TEST(TextRules, IceUrls) {
  const std::vector<std::string> turn{"turn:a", "turns:turn.example.org:5349",
                                      "turn:10.0.0.1:3478?transport=udp", "turn:[::1]:3478?transport=tcp",
                                      "turns:[::1]"};
  expect_fits(kTurnUrl, turn);
  expect_fits(kIceUrl, turn);
  const std::vector<std::string> stun{"stun:stun.example.org", "stuns:a:65535", "stun:[2001:db8::1]:1"};
  expect_fits(kIceUrl, stun);
  expect_refused(kTurnUrl, stun);
  const std::vector<std::string> bad{"",
                                     "stun",
                                     "stun:",
                                     "stun://a",
                                     "http://a",
                                     "STUN:a",
                                     "stun:a?transport=udp",
                                     "turn:a?transport=sctp",
                                     "turn:a?transport=",
                                     "turn:a?",
                                     "turn:a?x=y",
                                     "turn:a:0",
                                     "turn:a:65536",
                                     "turn:a:",
                                     "turn:[::g]",
                                     "turn:::1",
                                     "turn:a b",
                                     "turn:u@a",
                                     "turn:a/b"};
  expect_refused(kIceUrl, bad);
  expect_refused(kTurnUrl, bad);
}

TEST(TextRules, IceCredentialsAndTurnSecret) {
  expect_fits(kIceCredential, {"", "me", "with space", "ü", std::string(512, 'c')});
  expect_refused(kIceCredential, {"a\nb", std::string(513, 'c')});
  expect_fits(kTurnSecret, {"", "n", std::string(256, 's')});
  expect_refused(kTurnSecret, {"a b", "ü", std::string(257, 's')});
}

TEST(TextRules, RoomNameAndPattern) {
  expect_fits(kRoomName, {"general", "a", "...", "ü b", "a@b", std::string(128, 'r')});
  expect_refused(kRoomName, {"", ".", "..", "@ann", "$all", "a\tb", std::string(129, 'r')});
  expect_fits(kRoomPattern, {"*", "@*", "$all", "stocks:*", std::string(128, '*')});
  expect_refused(kRoomPattern, {"", "a\x7F", std::string(129, '*')});
}

TEST(TextRules, RoutePath) {
  expect_fits(kRoutePath, {"/a", "/api/stocks/{symbol}/updates", "/{a}/{b}", "/a-b._~!$&'()+,;=:@", "/{_x1}",
                           "/" + std::string(255, 'a')});
  expect_refused(kRoutePath, {"",      "/",     "a",      "//",     "/a/",      "/a//b",
                              "/.",    "/a/..", "/{}",    "/{a",    "/a}",      "/{a}b",
                              "/b{a}", "/{A}",  "/{1a}",  "/{a-b}", "/{a}/{a}", "/a b",
                              "/a?b",  "/a#b",  "/a%20b", "/ü",     "/*",       "/" + std::string(256, 'a')});
}

TEST(TextRules, RouteRoom) {
  expect_fits(kRouteRoom, {"stocks:{symbol}", "{a}", "{a}{b}", "fixed"});
  expect_refused(kRouteRoom, {"", "{", "}", "{}", "a}", "{a", "{{a}}", "{A}", "@{a}", "$x", ".."});
}

TEST(TextRules, VariablesComeInTheirOrderUntilTheCallbackRefuses) {
  std::vector<std::string> names;
  const auto take = [&](std::string_view name) {
    names.emplace_back(name);
    return name != "stop";
  };
  EXPECT_TRUE(for_each_variable("x{a}y{b}", take));
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(for_each_variable("{stop}{c}", take));
  EXPECT_EQ(names.back(), "stop");
}

TEST(TextRules, TellWhatMeansTheSame) {
  EXPECT_TRUE(kListenAddress.same("[::1]:80", "[0:0::1]:80"));
  EXPECT_FALSE(kListenAddress.same("[::1]:80", "[::1]:81"));
  EXPECT_TRUE(kNetwork.same("10.0.0.1", "10.0.0.1/32"));
  EXPECT_FALSE(kNetwork.same("10.0.0.0/8", "10.0.0.0/9"));
}

}  // namespace
}  // namespace confab::config
