// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "broker/memory_broker.hpp"
#include "support/fake_client.hpp"
#include "support/fake_loop.hpp"

namespace confab {
namespace {

/// Holds the hub to a model of sets, over 100,000 random joins, leaves and closes.
TEST(HubMembership, AgreesWithAModelOverRandomJoinsLeavesAndCloses) {
  testing::FakeLoop loop;
  Limits limits;
  RoomRules rules;
  testing::PlainCodec codec;
  MemoryBroker broker(loop, rules, limits);
  Hub hub(loop, broker, rules, limits, "node");
  broker.start(hub);

  constexpr std::size_t kClients = 60;
  constexpr std::size_t kRooms = 15;
  std::mt19937 random(3);
  std::vector<std::unique_ptr<testing::FakeTransport>> clients(kClients);
  std::vector<std::set<std::string>> in(kClients);
  std::vector<std::string> users(kClients);

  const auto check = [&](const std::string& name) {
    const Room* room = hub.find_room(name);
    std::set<const Session*> expected;
    std::map<std::string, std::uint32_t> present;
    for (std::size_t i = 0; i < kClients; ++i) {
      if (!in[i].contains(name)) continue;
      expected.insert(clients[i]->session);
      if (!users[i].empty()) ++present[users[i]];
    }
    ASSERT_EQ(room != nullptr, !expected.empty());
    if (room == nullptr) return;
    std::set<const Session*> members;
    for (std::uint32_t i = 0; i < room->members().size(); ++i) {
      const Member& member = room->members()[i];
      members.insert(member.session);
      const Membership& back = member.session->memberships().at(member.index);
      ASSERT_EQ(back.room, room);
      ASSERT_EQ(back.index, i);
    }
    ASSERT_EQ(members, expected);
    ASSERT_EQ(room->members().size(), expected.size());
    ASSERT_EQ(room->sessions(), expected.size());
    std::map<std::string, std::uint32_t> listed;
    room->roster().list("", "", 1000, [&](const std::string& user, const Attendance& attendance) {
      listed[user] = attendance.connections;
    });
    ASSERT_EQ(listed, present);
  };

  for (int step = 0; step < 100'000; ++step) {
    const std::size_t i = random() % kClients;
    const std::string room = "room" + std::to_string(random() % kRooms);
    if (!clients[i]) {
      clients[i] = std::make_unique<testing::FakeTransport>();
      clients[i]->session = hub.open(*clients[i], codec);
      // Guests, and users with several sessions.
      users[i] = i % 3 == 0 ? "" : "user" + std::to_string(i % 10);
      if (!users[i].empty()) {
        ASSERT_TRUE(hub.name(*clients[i]->session, users[i]));
      }
    }
    const auto action = random() % 100;
    if (action < 55) {
      hub.enter(*clients[i]->session, room, Member::kEverything,
                [](const result<Room*>& entered) { ASSERT_TRUE(entered); });
      in[i].insert(room);
    } else if (action < 95) {
      ASSERT_EQ(hub.leave(*clients[i]->session, room).has_value(), in[i].erase(room) == 1);
    } else {
      clients[i]->session->close(CloseReason::normal);
      loop.end_turn();
      ASSERT_EQ(clients[i]->closed, CloseReason::normal);
      clients[i].reset();
      in[i].clear();
      users[i].clear();
    }
    if (random() % 10 == 0) loop.end_turn();
    check(room);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace confab
