// SPDX-License-Identifier: MIT
#include "config/changes.hpp"

#include <gtest/gtest.h>

#include "config/load.hpp"
#include "config/options.hpp"

namespace confab::config {
namespace {

Config config_of(std::vector<std::string> sets) {
  auto result = load({{}, {}, std::move(sets)});
  for (const auto& problem : result.problems)
    ADD_FAILURE() << problem.text();
  return result.config;
}

TEST(Changes, AreNoneBetweenEquals) {
  EXPECT_TRUE(reloadable_changes(defaults(), config_of({})).empty());
}

TEST(Changes, HaveBothValuesAndWhetherTheyCanBeApplied) {
  const auto changes = reloadable_changes(defaults(), config_of({"log.level=debug", "limits.message_size=1KB",
                                                                 "heartbeat.interval=1s", "rooms=[]"}));
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes[0].path, "heartbeat.interval");
  EXPECT_EQ(changes[0].before, "25s");
  EXPECT_EQ(changes[0].after, "1s");
  EXPECT_EQ(changes[0].reload, Reload::at_start);
  EXPECT_EQ(changes[1].path, "limits.message_size");
  EXPECT_EQ(changes[1].before, "64KiB");
  EXPECT_EQ(changes[1].after, "1KB");
  EXPECT_EQ(changes[1].reload, Reload::on_sighup);
  EXPECT_EQ(changes[2].path, "rooms");
  EXPECT_EQ(changes[2].after, "[]");
  EXPECT_EQ(changes[3].path, "log.level");
  EXPECT_EQ(changes[3].before, "info");
  EXPECT_EQ(changes[3].after, "debug");
}

TEST(Changes, TellThatASecretChangedWithoutShowingIt) {
  const auto changes =
      reloadable_changes(config_of({"api.keys=[{name: a, key: 0123456789abcdef, scopes: [read]}]"}),
                         config_of({"api.keys=[{name: a, key: fedcba9876543210, scopes: [read]}]"}));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].path, "api.keys");
  EXPECT_EQ(changes[0].before, "[{name: \"a\", key: (hidden), scopes: [read]}]");
  EXPECT_EQ(changes[0].after, changes[0].before);
}

TEST(Changes, OfEveryOptionAreNoticed) {
  const Config other = config_of(
      {"server={listen: [\"a:1\"], reuse_port: true, node: n, shutdown_grace: 1s, static_dir: /s, "
       "trusted_proxies: []}",
       "api.keys=[{name: a, key: 0123456789abcdef, scopes: [admin]}]", "origins=[]",
       "heartbeat={interval: 1s, timeout: 1s}",
       "limits={connections: 1, rooms_per_session: 1, rooms: 1, message_size: 1, messages_per_second: 1, "
       "message_burst: 1, "
       "flood: 1, queue_size: 2, queued_memory: 1, history_memory: 1, read_markers_per_room: 1, "
       "header_timeout: 1s, idle_timeout: 1s, "
       "inactive_timeout: 1s}",
       "delivery.compress_over=1", "rooms=[{history: {ttl: 1s}}]", "sse={retry: 1s, gzip: true, routes: []}",
       "long_poll={timeout: 1s, max_timeout: 1s, session_ttl: 1s, default_room: r}",
       "webrtc={allow: user, ice_servers: [stun:a], turn: {urls: [turn:a], secret: s, ttl: 1s}}",
       "log={level: warn, format: json, file: /f}"});
  EXPECT_EQ(reloadable_changes(defaults(), other).size(), options().options().size());
}

TEST(Changes, ApplyOnlyWhatCanBeChanged) {
  const Config fresh = config_of({"log.level=debug", "log.format=json", "limits.rooms=5", "server.node=b",
                                  "rooms=[{match: a}]", "origins=[\"https://a\"]",
                                  "api.keys=[{name: a, key: 0123456789abcdef, scopes: [read]}]"});
  Config running = defaults();
  apply_reloadable(running, fresh);
  EXPECT_EQ(running.log.level, LogLevel::debug);
  EXPECT_EQ(running.limits.rooms, 5u);
  EXPECT_EQ(running.rooms, fresh.rooms);
  EXPECT_EQ(running.origins, fresh.origins);
  EXPECT_EQ(running.api.keys, fresh.api.keys);
  EXPECT_EQ(running.log.format, LogFormat::text);
  EXPECT_EQ(running.server.node, "");
  const auto left = reloadable_changes(running, fresh);
  ASSERT_EQ(left.size(), 2u);
  for (const auto& change : left)
    EXPECT_EQ(change.reload, Reload::at_start);
}

}  // namespace
}  // namespace confab::config
