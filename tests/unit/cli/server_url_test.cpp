// SPDX-License-Identifier: MIT
#include "cli/server_url.hpp"

#include <gtest/gtest.h>

namespace confab::cli {
namespace {

ServerUrl url_of(std::string_view text) {
  auto url = ServerUrl::parse(text);
  EXPECT_TRUE(url) << text;
  return url ? *url : ServerUrl{};
}

TEST(CliServerUrl, HasAHostAndAPort) {
  const ServerUrl url = url_of("http://127.0.0.1:3000");
  EXPECT_EQ(url.scheme, ServerUrl::Scheme::http);
  EXPECT_EQ(url.host, "127.0.0.1");
  EXPECT_EQ(url.port, "3000");
  EXPECT_EQ(url.prefix, "");
  EXPECT_EQ(url.authority(), "127.0.0.1:3000");
  EXPECT_EQ(url.text(), "http://127.0.0.1:3000");
}

TEST(CliServerUrl, TakesTheSchemesPortWhereNoneIsGiven) {
  EXPECT_EQ(url_of("http://h").port, "80");
  EXPECT_EQ(url_of("https://h").port, "443");
  EXPECT_EQ(url_of("https://h").scheme, ServerUrl::Scheme::https);
  EXPECT_EQ(url_of("http://h:80").authority(), "h");
  EXPECT_EQ(url_of("https://h:443").authority(), "h");
  EXPECT_EQ(url_of("https://h:80").authority(), "h:80");
}

TEST(CliServerUrl, KnowsIpv6Addresses) {
  const ServerUrl url = url_of("http://[::1]:3000");
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, "3000");
  EXPECT_EQ(url.authority(), "[::1]:3000");
  EXPECT_EQ(url_of("http://[::1]").authority(), "[::1]");
}

TEST(CliServerUrl, KeepsAPrefixWithoutItsLastSlash) {
  EXPECT_EQ(url_of("http://h/").prefix, "");
  EXPECT_EQ(url_of("http://h/chat").prefix, "/chat");
  EXPECT_EQ(url_of("http://h/a/b//").prefix, "/a/b");
  EXPECT_EQ(url_of("https://h:8443/a/").text(), "https://h:8443/a");
}

TEST(CliServerUrl, BoundsThePort) {
  EXPECT_EQ(url_of("http://h:1").port, "1");
  EXPECT_EQ(url_of("http://h:65535").port, "65535");
  for (const char* text :
       {"http://h:0", "http://h:65536", "http://h:", "http://h:x", "http://h:1x", "http://h:-1"})
    EXPECT_FALSE(ServerUrl::parse(text)) << text;
}

TEST(CliServerUrl, RefusesWhatIsNoAddressOfAServer) {
  for (const char* text :
       {"", "h", "127.0.0.1:3000", "//h", "ws://h", "HTTP://h", "http://", "http://:3000", "http:///x",
        "http://u@h", "http://u:p@h", "http://h?x=1", "http://h/#x", "http://h /", "http://h\n",
        "http://caf\xC3\xA9", "http://[::1", "http://[]", "http://[::1]3000"}) {
    const auto url = ServerUrl::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().exit_code(), ExitCode::usage);
  }
}

TEST(CliPercentEncoding, KeepsOnlyTheUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b/c?d=e&f+g%"), "a%20b%2Fc%3Fd%3De%26f%2Bg%25");
  EXPECT_EQ(percent_encode("stocks:AAPL"), "stocks%3AAAPL");
  EXPECT_EQ(percent_encode("\xC3\xA9"), "%C3%A9");
  EXPECT_EQ(percent_encode(""), "");
}

}  // namespace
}  // namespace confab::cli
