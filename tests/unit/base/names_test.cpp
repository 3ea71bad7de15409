// SPDX-License-Identifier: MIT
#include "confab/base/names.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "confab/base/event_names.hpp"

namespace confab {
namespace {

using namespace std::string_view_literals;
using Rule = bool (*)(std::string_view) noexcept;

std::string of_size(std::size_t bytes) {
  return std::string(bytes, 'a');
}

void expect_text_rules(Rule legal, std::size_t longest) {
  EXPECT_FALSE(legal(""));
  EXPECT_TRUE(legal("a"));
  EXPECT_TRUE(legal(of_size(longest)));
  EXPECT_FALSE(legal(of_size(longest + 1)));
  // Sizes are bytes: the euro sign is three.
  std::string euros;
  while (euros.size() + 3 <= longest)
    euros += "\xe2\x82\xac";
  EXPECT_TRUE(legal(euros));
  EXPECT_FALSE(legal(euros + "\xe2\x82\xac"));
  for (std::string_view bad : {"\xff"sv, "a\xc3"sv, "\xed\xa0\x80"sv, "\xc0\x80"sv, "\x80"sv})
    EXPECT_FALSE(legal(bad));
}

void expect_no_controls(Rule legal) {
  for (int c = 0; c < 0xA1; ++c) {
    const std::string text = c < 0x80 ? std::string{'x', static_cast<char>(c), 'x'}
                                      : std::string{'x', '\xc2', static_cast<char>(c), 'x'};
    EXPECT_EQ(legal(text), (c >= 0x20 && c < 0x7F) || c >= 0xA0) << c;
  }
  EXPECT_TRUE(legal("caf\xc3\xa9 \xc3\x80\xc3\x9f \xf0\x9f\x98\x80"));
  EXPECT_FALSE(legal("name\n"));
  EXPECT_FALSE(legal("\0"sv));
}

TEST(Names, RoomsAreUtf8OfUpTo128BytesWithoutControlCharacters) {
  expect_text_rules(legal_room_name, 128);
  expect_no_controls(legal_room_name);
  for (std::string_view good :
       {"general", "stocks:AAPL", "a/b", " ", "...", ".a", "a.", "@ann", "$all", "guest-1"}) {
    EXPECT_TRUE(legal_room_name(good)) << good;
  }
  EXPECT_FALSE(legal_room_name("."));
  EXPECT_FALSE(legal_room_name(".."));
}

TEST(Names, RoomsOfTheServerBeginWithAtOrDollar) {
  for (std::string_view server : {"@ann", "@", "$all", "$"})
    EXPECT_TRUE(is_server_room(server)) << server;
  for (std::string_view other : {"", "ann", "a@", "a$", " @ann",
                                 "\xef\xbc\xa0"
                                 "ann"})
    EXPECT_FALSE(is_server_room(other)) << other;
}

TEST(Names, UsersAreUtf8OfUpTo120BytesWithoutControlCharacters) {
  expect_text_rules(legal_user_name, 120);
  expect_no_controls(legal_user_name);
  for (std::string_view good :
       {"JohnDoe", "John Doe", "a@b.example", "a$", ".", "..", "guest", "guest_1", "Guest-1", "xguest-"}) {
    EXPECT_TRUE(legal_user_name(good)) << good;
  }
  for (std::string_view bad : {"@", "@ann", "$", "$all", "guest-", "guest-a1b2c3d4"})
    EXPECT_FALSE(legal_user_name(bad)) << bad;
}

TEST(Names, EventsAreUtf8OfUpTo64BytesWithoutControlCharacters) {
  expect_text_rules(legal_event_name, 64);
  expect_no_controls(legal_event_name);
  for (std::string_view good :
       {"price_update", "message", "Chat", "chat ", "joiny", "chat:new", "@x", "$x", ".", "zz", "0"}) {
    EXPECT_TRUE(legal_event_name(good)) << good;
  }
}

TEST(Names, EventsAreNoneThatMeanSomethingAlready) {
  for (std::string_view own :
       {// what clients send
        "auth", "join", "leave", "chat", "typing", "publish", "direct", "read", "state", "history",
        "presence", "batch", "kick", "ban", "mute", "unban", "unmute", "delete", "ping", "call_request",
        "call_accept", "call_reject", "call_end", "offer", "answer", "ice-candidate", "ice_servers",
        "join_room", "chat_message",
        // what they get
        "connected", "ack", "error", "joined", "user_joined", "user_left", "user_typing", "user_read",
        "delta", "messages", "kicked", "banned", "muted", "message_deleted", "pong", "occupancy", "reconnect",
        "reset", "token_expiring", "notification",
        // Socket.IO's and EventSource's
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", "open"}) {
    EXPECT_TRUE(reserved_event_name(own)) << own;
    EXPECT_FALSE(legal_event_name(own)) << own;
  }
  EXPECT_FALSE(reserved_event_name("message"));
  EXPECT_FALSE(reserved_event_name(""));
}

TEST(Names, MessageIdsAreAnyUtf8OfUpTo64Bytes) {
  expect_text_rules(legal_message_id, 64);
  for (std::string_view good : {"1"sv, "a b"sv, "\n"sv, "\0"sv, "\x7f"sv, "chat"sv, "\xc2\x80"sv})
    EXPECT_TRUE(legal_message_id(good));
}

}  // namespace
}  // namespace confab
