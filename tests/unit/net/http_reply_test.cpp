// SPDX-License-Identifier: MIT
#include "net/http_reply.hpp"

#include <gtest/gtest.h>

namespace confab::net {
namespace {

std::string written(const HttpReply& reply, ReplyContext context = {}) {
  context.date = "NOW";
  std::string out = "|";
  serialise(out, reply, context);
  return out.substr(1);
}

TEST(HttpReply, IsWrittenWithLengthAndDate) {
  EXPECT_EQ(written(HttpReply::json("{}")),
            "HTTP/1.1 200 OK\r\nDate: NOW\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(written(HttpReply::text("hi", "text/plain", 404)),
            "HTTP/1.1 404 Not Found\r\nDate: NOW\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(written(HttpReply::empty(200)), "HTTP/1.1 200 OK\r\nDate: NOW\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpReply, HasNoLengthWhereThereCanBeNoBody) {
  EXPECT_EQ(written(HttpReply::json("{}", 204)), "HTTP/1.1 204 No Content\r\nDate: NOW\r\n\r\n");
  EXPECT_EQ(written(HttpReply::empty(304)), "HTTP/1.1 304 Not Modified\r\nDate: NOW\r\n\r\n");
  EXPECT_EQ(written(HttpReply::empty(101)), "HTTP/1.1 101 Switching Protocols\r\nDate: NOW\r\n\r\n");
}

TEST(HttpReply, TellsHeadTheLengthOfTheBodyItLeavesOut) {
  ReplyContext context;
  context.body = ReplyContext::Body::omitted;
  EXPECT_EQ(written(HttpReply::json("{...}"), context),
            "HTTP/1.1 200 OK\r\nDate: NOW\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n");
}

TEST(HttpReply, SaysWhatBecomesOfTheConnection) {
  ReplyContext context;
  context.after = AfterReply::close;
  EXPECT_EQ(written(HttpReply::empty(204), context),
            "HTTP/1.1 204 No Content\r\nDate: NOW\r\nConnection: close\r\n\r\n");
  context.version = ReplyContext::Version::http10;
  EXPECT_EQ(written(HttpReply::empty(204), context),
            "HTTP/1.1 204 No Content\r\nDate: NOW\r\nConnection: close\r\n\r\n");
  context.after = AfterReply::keep_alive;
  EXPECT_EQ(written(HttpReply::empty(204), context),
            "HTTP/1.1 204 No Content\r\nDate: NOW\r\nConnection: keep-alive\r\n\r\n");
}

TEST(HttpReply, CarriesTheFieldsOfTheConnectionAndItsOwn) {
  ReplyContext context;
  context.common_lines = "Vary: Origin\r\n";
  HttpReply reply = HttpReply::empty(204);
  reply.header("Allow", "GET").header("X", "");
  EXPECT_EQ(written(reply, context),
            "HTTP/1.1 204 No Content\r\nDate: NOW\r\nVary: Origin\r\nAllow: GET\r\nX: \r\n\r\n");
}

TEST(HttpReply, DropsFieldsThatWouldSplitTheAnswer) {
  HttpReply reply;
  for (const std::string_view value : std::initializer_list<std::string_view>{
           "a\r\nB: c", "a\n", "\r", std::string_view("\0", 1), "\x7F", "\x1B"}) {
    reply.header("Name", value);
  }
  for (const auto* name : {"", "a b", "a:", "a\r\n", "\xC3\xA9", "("})
    reply.header(name, "value");
  EXPECT_EQ(reply.header_lines(), "");
  reply.header("Name", "tab\tand \xC3\xA9");
  EXPECT_EQ(reply.header_lines(), "Name: tab\tand \xC3\xA9\r\n");
  EXPECT_EQ(written(HttpReply::text("", "text/html\r\nX: y")),
            "HTTP/1.1 200 OK\r\nDate: NOW\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpReply, MakesTheBodyOfAFault) {
  EXPECT_EQ(
      error_body({errc::bad_room, nullptr, nullptr}),
      R"({"error":{"code":"bad_room","message":"The room is missing, or its name is not a legal one."}})");
  EXPECT_EQ(error_body({errc::bad_message, "text", "Say \"more\"."}),
            R"({"error":{"code":"bad_message","message":"Say \"more\".","field":"text"}})");
  const HttpReply reply = HttpReply::from({errc::rate_limited, nullptr, nullptr});
  EXPECT_EQ(reply.status, 429U);
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_EQ(reply.header_lines(), "");
}

TEST(HttpReply, ChallengesWhoIsUnauthorized) {
  EXPECT_EQ(HttpReply::from({errc::unauthorized, nullptr, nullptr}).header_lines(),
            "WWW-Authenticate: Bearer\r\n");
}

TEST(HttpDate, IsTheOneOfTheStandard) {
  HttpDate date;
  EXPECT_EQ(date.at(784'111'777'000'000), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(784'111'777'999'999), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(784'111'778'000'000), "Sun, 06 Nov 1994 08:49:38 GMT");
  EXPECT_EQ(date.at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(HttpDate().at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace confab::net
