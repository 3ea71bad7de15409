// SPDX-License-Identifier: MIT
#include "net/room_routes.hpp"

#include <stdexcept>

#include "unit/net/sse_fixture.hpp"

namespace confab::net::test {
namespace {

std::string filled(std::string_view text) {
  HttpRequest request = parsed(get("/x/one/t%7Bb%7D"));
  request.bind_variable("a", 1);
  request.bind_variable("b", 2);
  return RoomTemplate(text).fill(request);
}

TEST(RoomTemplate, PutsVariablesIntoTheirPlaces) {
  EXPECT_EQ(filled("news"), "news");
  EXPECT_EQ(filled("{a}"), "one");
  EXPECT_EQ(filled("r:{a}"), "r:one");
  EXPECT_EQ(filled("{a}:r"), "one:r");
  EXPECT_EQ(filled("{a}{a}-{a}"), "oneone-one");
  EXPECT_EQ(filled("{b}/{a}"), "t{b}/one");
}

TEST(RoomTemplate, HasNothingForAVariableThatIsntThere) {
  EXPECT_EQ(filled("r{c}"), "r");
}

TEST(RoomTemplate, TakesABraceAloneAsItIs) {
  EXPECT_EQ(filled("r{a"), "r{a");
  EXPECT_EQ(filled("r}a"), "r}a");
  EXPECT_EQ(filled(""), "");
}

TEST_F(SseTest, RefusesARouteThatIsTaken) {
  server();
  const std::vector<config::SseRoute> taken = {{"/events", "news"}};
  EXPECT_THROW(add_room_routes(router_, *sse_, taken), std::logic_error);
}

}  // namespace
}  // namespace confab::net::test
