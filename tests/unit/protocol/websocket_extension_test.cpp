// SPDX-License-Identifier: MIT
#include "protocol/websocket/extension.hpp"

#include <gtest/gtest.h>

#include <string>

namespace confab::ws {
namespace {

constexpr const char* kPlain = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

std::string with_window(int bits) {
  return std::string(kPlain) + "; server_max_window_bits=" + std::to_string(bits);
}

/// The answer to an offer; "declined" where there is none.
std::string answer(std::string_view header) {
  const auto params = negotiate(header);
  return params ? response_header(*params) : "declined";
}

TEST(DeflateOffer, IsAnsweredWithoutContextTakeover) {
  for (const char* offer : {
           "permessage-deflate",
           "permessage-deflate; client_max_window_bits",
           "permessage-deflate; client_max_window_bits=8",
           "permessage-deflate; client_max_window_bits=9",
           "permessage-deflate; client_max_window_bits=15",
           "permessage-deflate; client_max_window_bits=\"12\"",
           "permessage-deflate; server_no_context_takeover",
           "permessage-deflate; client_no_context_takeover",
           "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
           "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
           "client_max_window_bits",
           "permessage-deflate;client_max_window_bits",
           "  permessage-deflate\t;  client_max_window_bits  ",
           "Permessage-Deflate; Client_Max_Window_Bits",
           ", permessage-deflate ,",
       }) {
    EXPECT_EQ(answer(offer), kPlain) << offer;
    EXPECT_EQ(negotiate(offer)->window_bits(), 15) << offer;
  }
}

TEST(DeflateOffer, AWindowForTheServerIsKeptAndAnswered) {
  for (int bits = 9; bits <= 15; ++bits) {
    const std::string value = std::to_string(bits);
    for (const std::string& offer : {
             "permessage-deflate; server_max_window_bits=" + value,
             "permessage-deflate; server_max_window_bits=\"" + value + "\"",
             "permessage-deflate; server_max_window_bits = " + value,
             "permessage-deflate; client_max_window_bits=10; server_max_window_bits=" + value +
                 "; server_no_context_takeover; client_no_context_takeover",
         }) {
      EXPECT_EQ(answer(offer), with_window(bits)) << offer;
      EXPECT_EQ(negotiate(offer)->window_bits(), bits);
    }
  }
}

TEST(DeflateOffer, AWindowOf8BitsForTheServerIsDeclined) {
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=8"), "declined");
}

TEST(DeflateOffer, WithParametersOutOfTheRuleIsDeclined) {
  for (const char* parameters : {
           "server_max_window_bits",
           "server_max_window_bits=7",
           "server_max_window_bits=16",
           "server_max_window_bits=0",
           "server_max_window_bits=09",
           "server_max_window_bits=010",
           "server_max_window_bits=+10",
           "server_max_window_bits=-10",
           "server_max_window_bits=10x",
           "server_max_window_bits=100",
           "server_max_window_bits=x",
           "server_max_window_bits=99999999999999999999",
           "client_max_window_bits=7",
           "client_max_window_bits=16",
           "client_max_window_bits=08",
           "client_max_window_bits=x",
           "client_max_window_bits=1",
           "client_max_window_bits=20",
           "server_no_context_takeover=1",
           "server_no_context_takeover=true",
           "client_no_context_takeover=1",
           "client_no_context_takeover=\"x\"",
           "unknown",
           "unknown=1",
           "server_no_context_takeover; unknown",
           "server_max_window_bits=10; server_max_window_bits=10",
           "server_max_window_bits=10; server_max_window_bits=11",
           "client_max_window_bits; client_max_window_bits",
           "client_max_window_bits; client_max_window_bits=10",
           "client_no_context_takeover; client_no_context_takeover",
           "server_no_context_takeover; server_no_context_takeover",
           "Server_No_Context_Takeover; server_no_context_takeover",
       }) {
    EXPECT_EQ(answer(std::string("permessage-deflate; ") + parameters), "declined") << parameters;
    // The next offer is tried.
    EXPECT_EQ(answer(std::string("permessage-deflate; ") + parameters + ", permessage-deflate"), kPlain)
        << parameters;
    EXPECT_TRUE(parse_extensions(std::string("permessage-deflate; ") + parameters)) << parameters;
  }
}

TEST(DeflateOffer, TheFirstThatCanBeKeptIsTaken) {
  EXPECT_EQ(
      answer("permessage-deflate; server_max_window_bits=10, permessage-deflate; server_max_window_bits=12"),
      with_window(10));
  EXPECT_EQ(
      answer("permessage-deflate; server_max_window_bits=12, permessage-deflate; server_max_window_bits=10"),
      with_window(12));
  EXPECT_EQ(
      answer("permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=9"),
      with_window(9));
  EXPECT_EQ(answer("permessage-deflate, permessage-deflate; server_max_window_bits=10"), kPlain);
  EXPECT_EQ(
      answer("permessage-bzip2; level=9, x-webkit-deflate-frame, permessage-deflate; client_max_window_bits"),
      kPlain);
}

TEST(DeflateOffer, OtherExtensionsAreDeclined) {
  for (const char* header :
       {"", " ", ",", ", ,", "permessage-bzip2", "x-webkit-deflate-frame", "permessage-deflat",
        "permessage-deflate2", "deflate; permessage-deflate", "mux; max-channels=4; flow-control"}) {
    EXPECT_EQ(answer(header), "declined") << header;
    EXPECT_TRUE(parse_extensions(header)) << header;
  }
}

TEST(DeflateOffer, AHeaderOutOfTheGrammarIsDeclinedWhole) {
  for (const char* header : {
           "permessage-deflate;",
           "permessage-deflate; ",
           "permessage-deflate; ;",
           "permessage-deflate; =",
           "permessage-deflate; =10",
           "permessage-deflate; server_max_window_bits=",
           "permessage-deflate; server_max_window_bits=\"",
           "permessage-deflate; server_max_window_bits=\"\"",
           "permessage-deflate; server_max_window_bits=\"10",
           "permessage-deflate; server_max_window_bits=\"1 0\"",
           "permessage-deflate; server_max_window_bits=\"10\\",
           "permessage-deflate; server_max_window_bits=\"10\"x",
           "permessage-deflate; server_max_window_bits=10 11",
           "permessage-deflate; a=b=c",
           "permessage-deflate permessage-deflate",
           "permessage-deflate, ;",
           "; permessage-deflate",
           "=",
           "permessage-deflate, b@d",
           "permessage-deflate, \x7f",
           "permessage-deflate, \xc3\xa9",
           "permessage-deflate\r\n",
           "permessage-deflate, \"quoted\"",
       }) {
    EXPECT_FALSE(parse_extensions(header)) << header;
    EXPECT_EQ(answer(header), "declined") << header;
  }
  EXPECT_FALSE(parse_extensions(std::string_view("permessage-deflate\0", 19)));
}

TEST(DeflateOffer, AQuotedValueMayHoldEscapes) {
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=\"1\\0\""), with_window(10));
}

TEST(ExtensionGrammar, GivesNamesAndValuesInOrder) {
  const auto offers = parse_extensions("foo; a; b=1; c=\"x\\y\" , bar,, !#$%&'*+-.^_`|~");
  ASSERT_TRUE(offers);
  ASSERT_EQ(offers->size(), 3U);
  const auto& foo = (*offers)[0];
  EXPECT_EQ(foo.name, "foo");
  ASSERT_EQ(foo.parameters.size(), 3U);
  EXPECT_EQ(foo.parameters[0].name, "a");
  EXPECT_FALSE(foo.parameters[0].value);
  EXPECT_EQ(foo.parameters[1].value, "1");
  EXPECT_EQ(foo.parameters[2].name, "c");
  EXPECT_EQ(foo.parameters[2].value, "xy");
  EXPECT_EQ((*offers)[1].name, "bar");
  EXPECT_TRUE((*offers)[1].parameters.empty());
  EXPECT_EQ((*offers)[2].name, "!#$%&'*+-.^_`|~");
}

}  // namespace
}  // namespace confab::ws
