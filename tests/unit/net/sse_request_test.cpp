// SPDX-License-Identifier: MIT
#include "net/sse_request.hpp"

#include "unit/net/http_fixture.hpp"

namespace confab::net::test {
namespace {

using Rooms = std::vector<std::string>;

result<SseRequest> read(std::string_view query, std::string_view fields = "", Rooms rooms = {}) {
  return SseRequest::read(parsed(get("/events" + std::string(query), fields)), std::move(rooms));
}

/// The field at fault; "" where there is no fault.
std::string fault(std::string_view query) {
  const auto read_request = read(query);
  if (read_request) return "";
  EXPECT_EQ(read_request.error().code, errc::bad_message);
  return read_request.error().field;
}

TEST(SseRequest, AsksForNothingByDefault) {
  const auto request = read("");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->user, "");
  EXPECT_TRUE(request->identity().guest);
  EXPECT_TRUE(request->subscription.rooms.empty());
  EXPECT_FALSE(request->subscription.after);
  EXPECT_FALSE(request->subscription.history);
  EXPECT_EQ(request->shape, sse::Shape::bare);
}

TEST(SseRequest, TakesRoomsFromItsAddressAndThenFromItsQuery) {
  EXPECT_EQ(read("?room=a&room=b%20c")->subscription.rooms, (Rooms{"a", "b c"}));
  EXPECT_EQ(read("?room=a", "", {"stocks:X"})->subscription.rooms, (Rooms{"stocks:X", "a"}));
  EXPECT_EQ(read("", "", {"stocks:X"})->subscription.rooms, Rooms{"stocks:X"});
}

TEST(SseRequest, TakesALegalUserOnly) {
  EXPECT_EQ(read("?user=ann")->user, "ann");
  EXPECT_EQ(read("?user=ann")->identity().user, "ann");
  EXPECT_FALSE(read("?user=ann")->identity().guest);
  for (const std::string_view bad : {"?user=", "?user=@ann", "?user=$x", "?user=guest-1", "?user=a%0Ab"})
    EXPECT_EQ(fault(bad), "user") << bad;
}

TEST(SseRequest, TakesAHistoryWithinItsBounds) {
  EXPECT_EQ(read("?history=0")->subscription.history, 0U);
  EXPECT_EQ(read("?history=007")->subscription.history, 7U);
  EXPECT_EQ(read("?history=100000")->subscription.history, 100'000U);
  for (const std::string_view bad :
       {"?history=", "?history=100001", "?history=-1", "?history=%2B1", "?history=1x", "?history=x",
        "?history=%201", "?history=1.0", "?history=99999999999999999999999", "?history=18446744073709551616"})
    EXPECT_EQ(fault(bad), "history") << bad;
}

TEST(SseRequest, TakesAnEnvelopeOrNone) {
  EXPECT_EQ(read("?envelope=0")->shape, sse::Shape::bare);
  EXPECT_EQ(read("?envelope=1")->shape, sse::Shape::enveloped);
  for (const std::string_view bad : {"?envelope=", "?envelope=2", "?envelope=true", "?envelope=01"})
    EXPECT_EQ(fault(bad), "envelope") << bad;
}

TEST(SseRequest, GoesOnAfterTheLastEvent) {
  const auto by_query = read("?lastEventId=g.5");
  ASSERT_TRUE(by_query->subscription.after);
  EXPECT_EQ(by_query->subscription.after->generation, "g");
  EXPECT_EQ(by_query->subscription.after->stamp, 5);
  const auto by_header = read("?lastEventId=g.5", "Last-Event-ID: h.6\r\n");
  ASSERT_TRUE(by_header->subscription.after);
  EXPECT_EQ(by_header->subscription.after->generation, "h");
  EXPECT_EQ(by_header->subscription.after->stamp, 6);
}

TEST(SseRequest, TakesAnEmptyLastEventForNone) {
  EXPECT_FALSE(read("?lastEventId=")->subscription.after);
  EXPECT_FALSE(read("", "Last-Event-ID: \r\n")->subscription.after);
  EXPECT_EQ(read("?lastEventId=g.5", "Last-Event-ID: \r\n")->subscription.after->stamp, 5);
}

TEST(SseRequest, MakesAPlaceThatNobodyKnowsOfOneThatCantBeRead) {
  for (const std::string_view bad : {"42", "g.", "g.x", "%20"}) {
    const auto request = read("?lastEventId=" + std::string(bad));
    ASSERT_TRUE(request->subscription.after) << bad;
    EXPECT_EQ(request->subscription.after->generation, "");
    EXPECT_EQ(request->subscription.after->stamp, 0);
  }
  // The header counts though it can't be read.
  EXPECT_EQ(read("?lastEventId=g.5", "Last-Event-ID: 42\r\n")->subscription.after->generation, "");
}

TEST(AcceptsGzip, WhereItIsNamedOrAnythingGoes) {
  const auto accepts = [](std::string_view value) {
    return accepts_gzip(parsed(get("/events", "Accept-Encoding: " + std::string(value) + "\r\n")));
  };
  for (const std::string_view yes :
       {"gzip", "GZip", "deflate, gzip, br", "gzip;q=1", "gzip; q=0.5", "gzip;q=0.001", "gzip;Q=1.000", "*",
        "*;q=0.1", "br;q=0, gzip", "*;q=0, gzip", "gzip;level=9"})
    EXPECT_TRUE(accepts(yes)) << yes;
  for (const std::string_view no : {"", "identity", "deflate, br", "gzip;q=0", "gzip;q=0.000", "gzip ; q=0.0",
                                    "*;q=0", "*, gzip;q=0", "gzip;q=0, *", "xgzip", "gzip;q=abc", "gzip;q="})
    EXPECT_FALSE(accepts(no)) << no;
  EXPECT_FALSE(accepts_gzip(parsed(get("/events"))));
  EXPECT_TRUE(accepts_gzip(parsed(get("/events", "Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n"))));
}

}  // namespace
}  // namespace confab::net::test
