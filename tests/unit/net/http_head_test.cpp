// SPDX-License-Identifier: MIT
#include "net/http_head.hpp"

#include <gtest/gtest.h>

namespace confab::net {
namespace {

using Status = HeadScanner::Status;

constexpr std::string_view kHead = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(HeadScanner, FindsTheEndWhateverThePieces) {
  for (std::size_t first = 0; first <= kHead.size(); ++first) {
    HeadScanner scanner;
    EXPECT_EQ(scanner.scan(kHead.substr(0, first)),
              first == kHead.size() ? Status::complete : Status::incomplete);
    EXPECT_EQ(scanner.scan(std::string(kHead) + "GET /next"), Status::complete);
    EXPECT_EQ(scanner.length(), kHead.size());
  }
  HeadScanner scanner;
  for (std::size_t n = 0; n < kHead.size(); ++n) {
    EXPECT_EQ(scanner.scan(kHead.substr(0, n)), Status::incomplete) << n;
  }
  EXPECT_EQ(scanner.scan(kHead), Status::complete);
}

TEST(HeadScanner, RefusesABrokenHeadAsSoonAsItIsBroken) {
  for (const std::string_view broken :
       {"\n", " ", ":", "\x16", "\r", "\x80", "GET / HTTP/1.1\n", "GET /\r ", "GET /\r\r", "G /\r\nHost: a\n",
        "G /\r\n ", "G /\r\n\t", "G /\r\na: b\r\n ", "G /\r\na: b\r\n\t", "G /\r\na: b\r\n\n",
        "G /\r\na: b\r\n\rx"}) {
    HeadScanner scanner;
    for (std::size_t n = 0; n < broken.size(); ++n) {
      EXPECT_EQ(scanner.scan(broken.substr(0, n)), Status::incomplete) << broken;
    }
    EXPECT_EQ(scanner.scan(broken), Status::malformed) << broken;
  }
}

TEST(HeadScanner, LeavesWhatFollowsTheHeadAlone) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan(std::string(kHead) + " \n\r\r"), Status::complete);
  EXPECT_EQ(scanner.length(), kHead.size());
}

}  // namespace
}  // namespace confab::net
