// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "protocol/websocket/close_code.hpp"
#include "protocol/websocket/decoder.hpp"
#include "support/websocket_client_codec.hpp"
#include "support/websocket_recorder.hpp"

namespace confab::ws {
namespace {

using test::bytewise;
using test::client_close;
using test::ClientFrame;
using test::Conversation;
using test::Events;
using test::whole;

/// Spelled as a list, unlike the code under test.
bool legal(unsigned code) {
  if (code < 1000 || code > 4999) return false;
  if (code >= 3000) return true;
  for (const unsigned known :
       {1000U, 1001U, 1002U, 1003U, 1007U, 1008U, 1009U, 1010U, 1011U, 1012U, 1013U, 1014U}) {
    if (code == known) return true;
  }
  return false;
}

TEST(Close, EveryCodeIsTakenOrRefused) {
  for (unsigned code = 0; code <= 65535; ++code) {
    const Events expected = {legal(code) ? "close:" + std::to_string(code) + ":" : "fail:1002"};
    ASSERT_EQ(whole(client_close(code)), expected);
    ASSERT_EQ(is_legal_close_code(static_cast<std::uint16_t>(code)), legal(code));
  }
}

TEST(Close, AnIllegalCodeWithAReasonIsRefused) {
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2999U, 5000U, 65535U}) {
    EXPECT_EQ(bytewise(client_close(code, "reason")), Events{"fail:1002"});
  }
}

TEST(Close, MayHaveNoCode) {
  EXPECT_EQ(whole(ClientFrame{.opcode = 8}.bytes()), Events{"close:1005:"});
  EXPECT_EQ(bytewise(ClientFrame{.opcode = 8}.bytes()), Events{"close:1005:"});
}

TEST(Close, HalfACodeIsRefused) {
  const std::string bytes = ClientFrame{.opcode = 8, .payload = "\x03"}.bytes();
  EXPECT_EQ(whole(bytes), Events{"fail:1002"});
  Conversation conversation;
  EXPECT_EQ(conversation.feed_in_pieces(bytes), 2U);
}

TEST(Close, ReasonsOfEveryLengthAreTaken) {
  for (std::size_t size = 0; size <= 123; ++size) {
    const std::string reason(size, 'r');
    EXPECT_EQ(whole(client_close(1000, reason)), Events{"close:1000:" + reason});
    EXPECT_EQ(bytewise(client_close(4321, reason)), Events{"close:4321:" + reason});
  }
  EXPECT_EQ(whole(client_close(1000, std::string(124, 'r'))), Events{"fail:1002"});
}

TEST(Close, AReasonIsWellFormedText) {
  EXPECT_EQ(bytewise(client_close(1000, "\xce\xba\xe1\xbd\xb9\xf0\x9f\x98\x80")),
            Events{"close:1000:\xce\xba\xe1\xbd\xb9\xf0\x9f\x98\x80"});
  for (const std::string bad :
       {"\xff", "ok\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "cut\xe2\x82", "\xf0"}) {
    EXPECT_EQ(whole(client_close(1000, bad)), Events{"fail:1007"});
    EXPECT_EQ(bytewise(client_close(1000, bad)), Events{"fail:1007"});
  }
}

}  // namespace
}  // namespace confab::ws
