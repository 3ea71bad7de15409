// SPDX-License-Identifier: MIT
#include "confab/core/permissions.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/fake_loop.hpp"

namespace confab {
namespace {

using Standing = Permissions::Standing;

std::string said(const result<void>& answer) {
  return answer ? "yes" : std::string(describe(answer.error().code).name);
}

RoomRules rules() {
  std::vector<RoomRule> list;
  for (const JoinRule join : {JoinRule::anyone, JoinRule::user, JoinRule::nobody}) {
    for (const PublishRule publish : {PublishRule::member, PublishRule::anyone, PublishRule::user,
                                      PublishRule::server, PublishRule::nobody}) {
      RoomRule rule;
      rule.match = std::to_string(static_cast<int>(join)) + "-" + std::to_string(static_cast<int>(publish));
      rule.join = join;
      rule.publish = publish;
      list.push_back(rule);
    }
  }
  return RoomRules(list);
}

std::string name(JoinRule join, PublishRule publish = PublishRule::member) {
  return std::to_string(static_cast<int>(join)) + "-" + std::to_string(static_cast<int>(publish));
}

class PermissionsTest : public ::testing::Test {
 protected:
  RoomRules rules_ = rules();
  testing::FakeLoop loop_;
  Sanctions sanctions_{loop_};
  Permissions permissions_{rules_, sanctions_};
  Identity guest_{"guest-12345678", true};
  Identity ann_{"ann", false};
};

TEST_F(PermissionsTest, TheJoinRuleSaysWhoComesIn) {
  EXPECT_EQ(said(permissions_.may_join(guest_, name(JoinRule::anyone))), "yes");
  EXPECT_EQ(said(permissions_.may_join(guest_, name(JoinRule::user))), "forbidden");
  EXPECT_EQ(said(permissions_.may_join(ann_, name(JoinRule::user))), "yes");
  EXPECT_EQ(said(permissions_.may_join(ann_, name(JoinRule::nobody))), "forbidden");
  EXPECT_EQ(said(permissions_.may_join(guest_, "no rule of its own")), "yes");
}

TEST_F(PermissionsTest, OfTheServersRoomsOnlyAllAndOnesOwnAreOpen) {
  EXPECT_EQ(said(permissions_.may_join(guest_, "$all")), "yes");
  EXPECT_EQ(said(permissions_.may_join(ann_, "@ann")), "yes");
  for (const char* room : {"@bob", "@", "@anna", "@an", "$", "$all2", "$other"})
    EXPECT_EQ(said(permissions_.may_join(ann_, room)), "forbidden") << room;
  EXPECT_EQ(said(permissions_.may_join(guest_, "@guest-12345678")), "forbidden");
}

TEST_F(PermissionsTest, AnIllegalNameIsSaidBeforeAnythingElse) {
  for (const std::string& room : {std::string(), std::string("."), std::string(".."), std::string("a\nb"),
                                  std::string(129, 'x'), std::string("@") + std::string(128, 'x')}) {
    EXPECT_EQ(said(permissions_.may_join(ann_, room)), "bad_room");
    EXPECT_EQ(said(permissions_.may_list(ann_, room)), "bad_room");
    EXPECT_EQ(said(permissions_.may_publish(ann_, room, Standing::member)), "bad_room");
  }
  EXPECT_STREQ(permissions_.may_join(ann_, "").error().field, "room");
}

TEST_F(PermissionsTest, StreamsAndPollsNameNoneOfTheServersRooms) {
  EXPECT_EQ(said(permissions_.may_follow(guest_, name(JoinRule::anyone))), "yes");
  EXPECT_EQ(said(permissions_.may_follow(guest_, name(JoinRule::user))), "forbidden");
  EXPECT_EQ(said(permissions_.may_follow(ann_, name(JoinRule::user))), "yes");
  EXPECT_EQ(said(permissions_.may_follow(ann_, name(JoinRule::nobody))), "forbidden");
  for (const char* room : {"$all", "@ann", "@bob"})
    EXPECT_EQ(said(permissions_.may_follow(ann_, room)), "forbidden") << room;
  EXPECT_EQ(said(permissions_.may_follow(ann_, ".")), "bad_room");
}

TEST_F(PermissionsTest, WhoMayJoinIsToldWhoIsThere) {
  EXPECT_EQ(said(permissions_.may_list(guest_, name(JoinRule::anyone))), "yes");
  EXPECT_EQ(said(permissions_.may_list(guest_, name(JoinRule::user))), "forbidden");
  EXPECT_EQ(said(permissions_.may_list(ann_, name(JoinRule::nobody))), "forbidden");
  EXPECT_EQ(said(permissions_.may_list(ann_, "@ann")), "forbidden") << "it has no presence";
  EXPECT_EQ(said(permissions_.may_list(ann_, "$all")), "forbidden");
}

TEST_F(PermissionsTest, ThePublishRuleSaysWhoWrites) {
  struct Case {
    PublishRule rule;
    Standing standing;
    const char* guest;
    const char* user;
  };

  for (const Case& one : {
           Case{PublishRule::member, Standing::member, "yes", "yes"},
           Case{PublishRule::member, Standing::outside, "not_joined", "not_joined"},
           Case{PublishRule::anyone, Standing::member, "yes", "yes"},
           Case{PublishRule::anyone, Standing::outside, "yes", "yes"},
           Case{PublishRule::anyone, Standing::sessionless, "yes", "yes"},
           Case{PublishRule::user, Standing::member, "forbidden", "yes"},
           Case{PublishRule::user, Standing::outside, "forbidden", "yes"},
           Case{PublishRule::user, Standing::sessionless, "forbidden", "yes"},
           Case{PublishRule::server, Standing::member, "forbidden", "forbidden"},
           Case{PublishRule::server, Standing::sessionless, "forbidden", "forbidden"},
           Case{PublishRule::nobody, Standing::member, "forbidden", "forbidden"},
           Case{PublishRule::nobody, Standing::sessionless, "forbidden", "forbidden"},
       }) {
    const auto room = name(JoinRule::anyone, one.rule);
    EXPECT_EQ(said(permissions_.may_publish(guest_, room, one.standing)), one.guest) << room;
    EXPECT_EQ(said(permissions_.may_publish(ann_, room, one.standing)), one.user) << room;
  }
}

TEST_F(PermissionsTest, WithoutASessionWhomTheJoinRuleLetsInCountsAsAMember) {
  const auto may = [&](const Identity& who, JoinRule join) {
    return said(permissions_.may_publish(who, name(join), Standing::sessionless));
  };
  EXPECT_EQ(may(guest_, JoinRule::anyone), "yes");
  EXPECT_EQ(may(guest_, JoinRule::user), "forbidden");
  EXPECT_EQ(may(ann_, JoinRule::user), "yes");
  EXPECT_EQ(may(ann_, JoinRule::nobody), "forbidden");
}

TEST_F(PermissionsTest, NoClientWritesIntoTheServersRooms) {
  for (const char* room : {"$all", "@ann", "@bob"})
    for (const Standing standing : {Standing::member, Standing::outside, Standing::sessionless})
      EXPECT_EQ(said(permissions_.may_publish(ann_, room, standing)), "forbidden") << room;
}

}  // namespace
}  // namespace confab
