// SPDX-License-Identifier: MIT
#include "confab/core/ice_servers.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace confab {
namespace {

using json = nlohmann::json;

constexpr WallMicros kNow = 1'795'514'400'999'999;

json told(const IceServers& servers, std::string_view user = "ann") {
  return json::parse('{' + servers.members(user, kNow) + '}');
}

WebRtc with_turn() {
  WebRtc settings;
  settings.turn_urls = {"turn:turn.example.org:3478?transport=udp", "turns:turn.example.org"};
  settings.turn_secret = "north";
  settings.turn_ttl = std::chrono::seconds(600);
  return settings;
}

TEST(IceServers, AreNoneWhereNoneAreConfigured) {
  EXPECT_EQ(told(IceServers()), (json{{"iceServers", json::array()}, {"ttl", 3600}}));
}

TEST(IceServers, AreToldAsConfiguredWithTheTurnServerLast) {
  WebRtc settings = with_turn();
  settings.ice_servers = {{{"stun:a", "stun:b"}, "", ""}, {{"turn:c"}, "me", "pass\"word"}};
  const json all = told(IceServers(settings));
  EXPECT_EQ(all.at("ttl"), 600);
  ASSERT_EQ(all.at("iceServers").size(), 3U);
  EXPECT_EQ(all["iceServers"][0], (json{{"urls", {"stun:a", "stun:b"}}}));
  EXPECT_EQ(all["iceServers"][1],
            (json{{"urls", {"turn:c"}}, {"username", "me"}, {"credential", "pass\"word"}}));
  EXPECT_EQ(all["iceServers"][2].at("urls"), settings.turn_urls);
}

// The credential is what `openssl dgst -sha1 -hmac north -binary | base64` makes of the name.
TEST(IceServers, CredentialsAreTheHmacOfANameThatSaysWhenTheyEnd) {
  const json turn = told(IceServers(with_turn())).at("iceServers").at(0);
  EXPECT_EQ(turn.at("username"), "1795515000:ann");
  EXPECT_EQ(turn.at("credential"), "L8p0JCs55gkiONxpWrEujZ3U94c=");
}

TEST(IceServers, ThereIsNoTurnServerWithoutItsSecretOrItsAddress) {
  WebRtc settings = with_turn();
  settings.turn_secret.clear();
  EXPECT_TRUE(told(IceServers(settings)).at("iceServers").empty());
  settings = with_turn();
  settings.turn_urls.clear();
  EXPECT_TRUE(told(IceServers(settings)).at("iceServers").empty());
}

TEST(IceServers, NamesForTurnHaveNothingThatCoturnRefuses) {
  EXPECT_EQ(IceServers::turn_username("ann", 7), "7:ann");
  EXPECT_EQ(IceServers::turn_username("a:b!~@c.d", 7), "7:a:b!~@c.d");
  EXPECT_EQ(IceServers::turn_username("Zo\xc3\xab", 7), "7:Zo\xc3\xab");
  EXPECT_EQ(IceServers::turn_username("O'N \"x\" \\ 5%", 7), "7:O%27N%20%22x%22%20%5c%205%25");
  // The longest name there is stays within the 508 bytes of RFC 8489, section 14.3.
  EXPECT_LE(IceServers::turn_username(std::string(120, ' '), kNow / 1'000'000).size(), 508U);
}

TEST(IceServers, NewSettingsHoldAtOnce) {
  IceServers servers;
  servers.set(with_turn());
  EXPECT_EQ(told(servers).at("iceServers").size(), 1U);
}

TEST(IceServers, TheRuleTellsGuestsFromUsers) {
  const Identity guest{"guest-1", true};
  const Identity user{"ann", false};
  IceServers servers;
  EXPECT_TRUE(servers.may_call(guest));
  EXPECT_TRUE(servers.may_call(user));
  servers.set({.allow = CallRule::user});
  EXPECT_EQ(servers.may_call(guest).error().code, errc::forbidden);
  EXPECT_TRUE(servers.may_call(user));
  servers.set({.allow = CallRule::nobody});
  EXPECT_EQ(servers.may_call(guest).error().code, errc::forbidden);
  EXPECT_EQ(servers.may_call(user).error().code, errc::forbidden);
}

}  // namespace
}  // namespace confab
