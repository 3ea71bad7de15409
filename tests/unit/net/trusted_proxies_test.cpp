// SPDX-License-Identifier: MIT
#include "net/trusted_proxies.hpp"

#include <gtest/gtest.h>

namespace confab::net {
namespace {

std::string client(std::string_view peer, const std::string& fields) {
  const TrustedProxies proxies({"127.0.0.0/8", "10.1.0.0/16", "fd00::/8"});
  const auto request = HttpRequest::parse("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n", 100);
  return proxies.client_of(peer, request.value());
}

TEST(TrustedProxies, OfAPeerThatIsNoneTakeNoWord) {
  EXPECT_EQ(client("203.0.113.9", "X-Forwarded-For: 198.51.100.1\r\n"), "203.0.113.9");
  EXPECT_EQ(client("10.2.0.1", "X-Forwarded-For: 198.51.100.1\r\n"), "10.2.0.1");
}

TEST(TrustedProxies, AreReadFromRightToLeft) {
  EXPECT_EQ(client("127.0.0.1", ""), "127.0.0.1");
  EXPECT_EQ(client("127.0.0.1", "X-Forwarded-For: 198.51.100.1\r\n"), "198.51.100.1");
  EXPECT_EQ(client("unix", "X-Forwarded-For: 198.51.100.1\r\n"), "198.51.100.1");
  EXPECT_EQ(client("127.0.0.1", "X-Forwarded-For: 1.1.1.1, 198.51.100.1, 10.1.2.3\r\n"), "198.51.100.1");
  EXPECT_EQ(client("127.0.0.1", "X-Forwarded-For: 198.51.100.1\r\nx-forwarded-for: 10.1.2.3,fd00::5\r\n"),
            "198.51.100.1");
  EXPECT_EQ(client("127.0.0.1", "X-Forwarded-For: 10.1.2.3\r\n"), "10.1.2.3");
  EXPECT_EQ(client("fd00::1", "X-Forwarded-For: 2001:db8::1\r\n"), "2001:db8::1");
}

TEST(TrustedProxies, WhatIsNoAddressEndsTheWalk) {
  EXPECT_EQ(client("127.0.0.1", "X-Forwarded-For: 198.51.100.1, unknown\r\n"), "127.0.0.1");
  EXPECT_EQ(client("127.0.0.1", "X-Forwarded-For: 198.51.100.1, x, 10.1.2.3\r\n"), "10.1.2.3");
  EXPECT_EQ(client("127.0.0.1", "X-Forwarded-For: 198.51.100.1:80\r\n"), "127.0.0.1");
}

}  // namespace
}  // namespace confab::net
