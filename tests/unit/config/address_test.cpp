// SPDX-License-Identifier: MIT
#include "config/address.hpp"

#include <gtest/gtest.h>

namespace confab::config {
namespace {

TEST(ListenAddress, TakesAHostAndAPort) {
  const auto address = parse_listen_address("127.0.0.1:3000");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->kind, ListenAddress::Kind::tcp);
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 3000);
  EXPECT_EQ(parse_listen_address("localhost:0")->port, 0);
  EXPECT_EQ(parse_listen_address("a-b.example:65535")->port, 65535);
}

TEST(ListenAddress, TakesIpv6InBracketsAndShortensIt) {
  EXPECT_EQ(parse_listen_address("[::1]:80")->host, "::1");
  EXPECT_EQ(parse_listen_address("[0:0:0:0:0:0:0:1]:80"), parse_listen_address("[::1]:80"));
}

TEST(ListenAddress, TakesUnixSockets) {
  const auto address = parse_listen_address("unix:/run/confab.sock");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->kind, ListenAddress::Kind::unix_path);
  EXPECT_EQ(address->path, "/run/confab.sock");
  EXPECT_TRUE(parse_listen_address("unix:/" + std::string(106, 'a')));
  EXPECT_FALSE(parse_listen_address("unix:/" + std::string(107, 'a')));
  for (const char* text : {"unix:", "unix:run/a", "unix:/", "unix:/run/", "unix://"})
    EXPECT_FALSE(parse_listen_address(text)) << text;
}

TEST(ListenAddress, TakesDescriptors) {
  const auto address = parse_listen_address("fd://3");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->kind, ListenAddress::Kind::descriptor);
  EXPECT_EQ(address->descriptor, 3);
  EXPECT_EQ(parse_listen_address("fd://0")->descriptor, 0);
  EXPECT_EQ(parse_listen_address("fd://2147483647")->descriptor, 2147483647);
  for (const char* text : {"fd://", "fd://-1", "fd://a", "fd://03", "fd://2147483648", "fd:/3"})
    EXPECT_FALSE(parse_listen_address(text)) << text;
}

TEST(ListenAddress, RefusesWhatIsNone) {
  for (const char* text : {"",
                           ":",
                           "3000",
                           ":3000",
                           "localhost",
                           "localhost:",
                           "localhost:65536",
                           "localhost:-1",
                           "localhost:+1",
                           "localhost:03",
                           "localhost: 80",
                           "local host:80",
                           "::1:80",
                           "[::1]",
                           "[::1]:",
                           "[]:80",
                           "[::g]:80",
                           "[127.0.0.1]:80",
                           "[::1%lo]:80",
                           "1.2.3:80",
                           "1.2.3.256:80",
                           "1.2.3.4.5:80",
                           "-a:80",
                           "a-:80",
                           "a..b:80",
                           ".a:80",
                           "a.:80",
                           "ü:80",
                           "*:80",
                           "http://a:80",
                           "a:b:80"})
    EXPECT_FALSE(parse_listen_address(text)) << text;
}

TEST(Host, KeepsTheLengthsOfNames) {
  EXPECT_TRUE(is_host(std::string(63, 'a')));
  EXPECT_FALSE(is_host(std::string(64, 'a')));
  std::string longest;
  while (longest.size() < 252)
    longest += "a.";
  EXPECT_TRUE(is_host(longest + "a"));
  EXPECT_FALSE(is_host(longest + "aa"));
  EXPECT_FALSE(is_host(std::string(17, '1')));
}

TEST(Port, IsSixteenBits) {
  EXPECT_EQ(parse_port("0"), 0);
  EXPECT_EQ(parse_port("65535"), 65535);
  for (const char* text : {"", "65536", "99999999999", "1a", " 1", "-1", "00"})
    EXPECT_FALSE(parse_port(text)) << text;
}

TEST(Network, TakesAddressesAndRanges) {
  const auto ten = parse_network("10.0.0.0/8");
  ASSERT_TRUE(ten);
  EXPECT_EQ(ten->family, Network::Family::v4);
  EXPECT_EQ(ten->prefix, 8u);
  EXPECT_EQ(ten->address[0], 10);
  EXPECT_EQ(parse_network("10.1.2.3")->prefix, 32u);
  EXPECT_EQ(parse_network("10.1.2.3/32"), parse_network("10.1.2.3"));
  EXPECT_EQ(parse_network("0.0.0.0/0")->prefix, 0u);
  EXPECT_EQ(parse_network("::/0")->prefix, 0u);
  const auto local = parse_network("fd00::/8");
  ASSERT_TRUE(local);
  EXPECT_EQ(local->family, Network::Family::v6);
  EXPECT_EQ(local->address[0], 0xFD);
  EXPECT_EQ(parse_network("::1")->prefix, 128u);
  EXPECT_EQ(parse_network("172.16.0.0/12")->prefix, 12u);
}

TEST(Network, RefusesBitsBeyondThePrefix) {
  EXPECT_FALSE(parse_network("10.0.0.5/8"));
  EXPECT_FALSE(parse_network("172.16.0.0/11"));
  EXPECT_FALSE(parse_network("0.0.0.1/31"));
  EXPECT_FALSE(parse_network("fd00::1/127"));
}

TEST(Network, RefusesWhatIsNone) {
  for (const char* text :
       {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/a", "10/8",
        "::/129", "::1/", "localhost", "[::1]/128", "10.0.0.0/8/8", " 10.0.0.0/8"})
    EXPECT_FALSE(parse_network(text)) << text;
}

}  // namespace
}  // namespace confab::config
