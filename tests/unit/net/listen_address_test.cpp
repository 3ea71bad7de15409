// SPDX-License-Identifier: MIT
#include "net/listen_address.hpp"

#include <gtest/gtest.h>

namespace confab::net {
namespace {

using Kind = ListenAddress::Kind;

TEST(ListenAddress, ReadsEveryForm) {
  const auto tcp = ListenAddress::parse("127.0.0.1:3000");
  ASSERT_TRUE(tcp.has_value());
  EXPECT_EQ(tcp->kind, Kind::tcp);
  EXPECT_EQ(tcp->host, "127.0.0.1");
  EXPECT_EQ(tcp->port, 3000);
  const auto v6 = ListenAddress::parse("[::1]:65535");
  ASSERT_TRUE(v6.has_value());
  EXPECT_EQ(v6->kind, Kind::tcp);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->port, 65535);
  const auto every = ListenAddress::parse(":0");
  ASSERT_TRUE(every.has_value());
  EXPECT_EQ(every->host, "");
  EXPECT_EQ(every->port, 0);
  const auto path = ListenAddress::parse("unix:/run/confab.sock");
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(path->kind, Kind::unix_path);
  EXPECT_EQ(path->path, "/run/confab.sock");
  const auto descriptor = ListenAddress::parse("fd://3");
  ASSERT_TRUE(descriptor.has_value());
  EXPECT_EQ(descriptor->kind, Kind::descriptor);
  EXPECT_EQ(descriptor->descriptor, 3);
}

TEST(ListenAddress, HoldsThePathToWhatTheKernelTakes) {
  EXPECT_TRUE(ListenAddress::parse("unix:/" + std::string(106, 'a')).has_value());
  EXPECT_FALSE(ListenAddress::parse("unix:/" + std::string(107, 'a')).has_value());
}

TEST(ListenAddress, RefusesTheRest) {
  for (const auto* text :
       {"", "localhost", "3000", "a:", "a:65536", "a:-1", "a:1x", "a:+1", "a: 1", "::1:3000", "[::1]", "[::1",
        "[::1]3000", "unix:", "fd://", "fd://x", "fd://-1", "fd://1x"}) {
    const auto parsed = ListenAddress::parse(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, errc::bad_message);
  }
}

}  // namespace
}  // namespace confab::net
