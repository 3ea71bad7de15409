// SPDX-License-Identifier: MIT
#include "confab/core/roster.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

std::string names(const Roster& roster, std::string_view after, std::size_t limit) {
  std::string out;
  const bool more =
      roster.list("", after, limit, [&](const std::string& user, const Attendance&) { out += user + " "; });
  return out + (more ? "more" : "");
}

TEST(Roster, CountsSessionsByUser) {
  Roster roster;
  EXPECT_TRUE(roster.enter("ann", 1));
  EXPECT_FALSE(roster.enter("ann", 2));
  EXPECT_EQ(roster.users(), 1U);
  EXPECT_FALSE(roster.leave("ann"));
  EXPECT_TRUE(roster.leave("ann"));
  EXPECT_FALSE(roster.leave("ann"));
  EXPECT_EQ(roster.users(), 0U);
}

TEST(Roster, RemembersWhenTheFirstSessionCame) {
  Roster roster;
  roster.enter("ann", 1);
  roster.enter("ann", 2);
  roster.list("", "", 1, [](const std::string&, const Attendance& attendance) {
    EXPECT_EQ(attendance.joined_at, 1);
    EXPECT_EQ(attendance.connections, 2U);
  });
}

TEST(Roster, IsListedInPagesByName) {
  Roster roster;
  for (const char* user : {"cat", "ann", "bob"})
    roster.enter(user, 1);
  EXPECT_EQ(names(roster, "", 2), "ann bob more");
  EXPECT_EQ(names(roster, "bob", 2), "cat ");
  EXPECT_EQ(names(roster, "cat", 2), "");
  EXPECT_EQ(names(roster, "b", 1), "bob more");
}

}  // namespace
}  // namespace confab
