// SPDX-License-Identifier: MIT
#include "config/options.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "config/changes.hpp"
#include "config/load.hpp"

namespace confab::config {
namespace {

using namespace std::chrono_literals;

LoadResult load_file(const std::string& text) {
  Sources sources;
  sources.file = Sources::File{"confabd.yaml", text};
  return load(sources);
}

void expect_defaults(const LoadResult& result) {
  for (const auto& problem : result.problems)
    ADD_FAILURE() << problem.text();
  for (const auto& change : reloadable_changes(defaults(), result.config))
    ADD_FAILURE() << change.path << ": " << change.before << " became " << change.after;
}

TEST(Options, DefaultsFitTheirOwnTypesAndRanges) {
  EXPECT_TRUE(options().faults().empty());
  EXPECT_TRUE(room_options().faults().empty());
  EXPECT_TRUE(api_key_options().faults().empty());
  EXPECT_TRUE(sse_route_options().faults().empty());
  EXPECT_TRUE(ice_server_options().faults().empty());
}

TEST(Options, HaveTheDefaultsOfTheContract) {
  const Config& c = defaults();
  EXPECT_EQ(c.server.listen, (std::vector<std::string>{"127.0.0.1:3000", "[::1]:3000"}));
  EXPECT_FALSE(c.server.reuse_port);
  EXPECT_EQ(c.server.node, "");
  EXPECT_EQ(c.server.shutdown_grace, 15s);
  EXPECT_EQ(c.server.static_dir, "");
  EXPECT_EQ(c.server.trusted_proxies, (std::vector<std::string>{"127.0.0.0/8", "::1/128"}));
  EXPECT_TRUE(c.api.keys.empty());
  EXPECT_EQ(c.origins, (std::vector<std::string>{"*"}));
  EXPECT_EQ(c.heartbeat.interval, 25s);
  EXPECT_EQ(c.heartbeat.timeout, 20s);
  EXPECT_EQ(c.limits.connections, 100'000u);
  EXPECT_EQ(c.limits.rooms_per_session, 100u);
  EXPECT_EQ(c.limits.rooms, 1'000'000u);
  EXPECT_EQ(c.limits.message_size, 65'536u);
  EXPECT_EQ(c.limits.messages_per_second, 50u);
  EXPECT_EQ(c.limits.message_burst, 100u);
  EXPECT_EQ(c.limits.flood, 200u);
  EXPECT_EQ(c.limits.queue_size, 1'048'576u);
  EXPECT_EQ(c.limits.queued_memory, std::size_t{512} << 20);
  EXPECT_EQ(c.limits.history_memory, std::size_t{256} << 20);
  EXPECT_EQ(c.limits.header_timeout, 10s);
  EXPECT_EQ(c.limits.idle_timeout, 5min);
  EXPECT_EQ(c.limits.inactive_timeout, 0s);
  EXPECT_EQ(c.delivery.compress_over, 1024u);
  ASSERT_EQ(c.rooms.size(), 1u);
  EXPECT_EQ(c.rooms[0], (RoomRule{"*",
                                  Join::anyone,
                                  Publish::member,
                                  {"*"},
                                  {100, 1'048'576, 1h, 24h},
                                  true,
                                  500,
                                  0ms,
                                  Sanitize::none,
                                  0,
                                  {100, 65'536}}));
  EXPECT_EQ(c.sse.retry, 3s);
  EXPECT_FALSE(c.sse.gzip);
  ASSERT_EQ(c.sse.routes.size(), 1u);
  EXPECT_EQ(c.sse.routes[0], (SseRoute{"/api/stocks/{symbol}/updates", "stocks:{symbol}"}));
  EXPECT_EQ(c.long_poll.timeout, 25s);
  EXPECT_EQ(c.long_poll.max_timeout, 30s);
  EXPECT_EQ(c.long_poll.session_ttl, 60s);
  EXPECT_EQ(c.long_poll.default_room, "general");
  EXPECT_EQ(c.webrtc.allow, WebRtcAllow::anyone);
  EXPECT_TRUE(c.webrtc.ice_servers.empty());
  EXPECT_TRUE(c.webrtc.turn.urls.empty());
  EXPECT_EQ(c.webrtc.turn.secret, "");
  EXPECT_EQ(c.webrtc.turn.ttl, 1h);
  EXPECT_EQ(c.log.level, LogLevel::info);
  EXPECT_EQ(c.log.format, LogFormat::text);
  EXPECT_EQ(c.log.file, "");
}

TEST(Options, PrintTheDefaultAsTheTableHasIt) {
  for (const auto& option : options().options()) {
    if (option.path == "rooms") continue;  // the table's is short, the printed one whole
    EXPECT_EQ(option.print(defaults()), *option.default_text) << option.path;
  }
  EXPECT_EQ(
      options().find("rooms")->print(defaults()),
      R"([{match: "*", join: anyone, publish: member, events: ["*"], history: {size: 100, bytes: 1MiB, ttl: 1h, )"
      R"(meta_ttl: 24h}, presence: true, presence_events_up_to: 500, leave_grace: 0s, sanitize: none, )"
      R"(max_members: 0, state: {keys: 100, size: 64KiB}}])");
}

TEST(Options, EachSayWhatTheyAreAndHaveAVariableOfTheirOwn) {
  std::set<std::string> variables;
  for (const auto& option : options().options()) {
    EXPECT_FALSE(option.help.empty()) << option.path;
    EXPECT_TRUE(option.help.ends_with('.')) << option.path;
    EXPECT_FALSE(option.allowed.empty()) << option.path;
    EXPECT_TRUE(variables.insert(variable_of(option.path)).second) << option.path;
  }
  EXPECT_EQ(variables.size(), 41u);
}

TEST(Options, ReloadOnSighupAreLimitsRoomsKeysOriginsWebRtcAndTheLogLevel) {
  for (const auto& option : options().options()) {
    const bool expected = option.path.starts_with("limits.") || option.path == "rooms" ||
                          option.path == "api.keys" || option.path == "origins" ||
                          option.path.starts_with("webrtc.") || option.path == "log.level";
    EXPECT_EQ(option.reload == Reload::on_sighup, expected) << option.path;
  }
}

TEST(Options, OnlyApiKeysAndTheCredentialsOfWebRtcAreSecret) {
  for (const auto& option : options().options()) {
    const bool expected = option.path == "api.keys" || option.path == "webrtc.ice_servers" ||
                          option.path == "webrtc.turn.secret";
    EXPECT_EQ(option.secrecy == Secrecy::secret, expected) << option.path;
  }
}

TEST(Reference, LoadsToTheDefaults) {
  expect_defaults(load_file(print_reference()));
}

TEST(Reference, NamesEveryKeyWithItsHelp) {
  const std::string text = print_reference();
  const auto names = [&](const auto& table) {
    for (const auto& option : table.options()) {
      const auto key = option.path.substr(option.path.rfind('.') + 1);
      EXPECT_NE(text.find(key + ":"), std::string::npos) << option.path;
      EXPECT_NE(text.find(option.help.substr(0, option.help.find(' '))), std::string::npos) << option.path;
    }
  };
  names(options());
  names(room_options());
  names(api_key_options());
  names(sse_route_options());
  names(ice_server_options());
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 110u) << line;
}

TEST(Reference, IsTheFileInTheTree) {
  std::ifstream in(CONFAB_REFERENCE, std::ios::binary);
  ASSERT_TRUE(in) << "config/confabd.yaml is missing";
  std::ostringstream file;
  file << in.rdbuf();
  EXPECT_EQ(file.str(), print_reference()) << "Write it anew: confabd --print-config > config/confabd.yaml";
}

/// An option with a range: the smallest and the largest value, and what is just beyond.
struct Bounds {
  const char* path;
  const char* min;
  const char* below;  ///< null where nothing is less
  const char* max;
  const char* above;
};

// Other settings that keep the extremes from contradicting each other.
constexpr const char* kRoomy =
    "limits: {queue_size: 4GiB}\nlong_poll: {timeout: 0s, max_timeout: 10m}\n"
    "webrtc: {turn: {secret: north}}\n";

class RangeOf : public testing::TestWithParam<Bounds> {};

LoadResult set_with(const char* path, const char* value) {
  Sources sources;
  sources.file = Sources::File{"roomy.yaml", kRoomy};
  sources.sets = {std::string(path) + '=' + value};
  if (std::string_view(path) == "limits.queue_size") sources.sets.emplace_back("limits.message_size=1");
  return load(sources);
}

void expect_value(const Bounds& bounds, const char* value) {
  const auto result = set_with(bounds.path, value);
  for (const auto& problem : result.problems)
    ADD_FAILURE() << problem.text();
  EXPECT_EQ(options().find(bounds.path)->print(result.config), value);
}

void expect_out_of_range(const Bounds& bounds, const char* value) {
  const auto result = set_with(bounds.path, value);
  ASSERT_EQ(result.problems.size(), 1u) << value;
  EXPECT_EQ(result.problems[0].path, bounds.path);
  EXPECT_TRUE(result.problems[0].message.starts_with(std::string("found ") + value + "; allowed: ") ||
              result.problems[0].message.starts_with(std::string("found ") + value + ", negative; allowed: "))
      << result.problems[0].message;
  EXPECT_NE(result.problems[0].message.find(std::string(" from ") + bounds.min + " to " + bounds.max),
            std::string::npos)
      << result.problems[0].message;
}

TEST_P(RangeOf, TakesItsBoundsAndNothingBeyond) {
  const Bounds& bounds = GetParam();
  expect_value(bounds, bounds.min);
  expect_value(bounds, bounds.max);
  if (bounds.below) expect_out_of_range(bounds, bounds.below);
  expect_out_of_range(bounds, bounds.above);
}

INSTANTIATE_TEST_SUITE_P(
    Options, RangeOf,
    testing::Values(Bounds{"server.shutdown_grace", "0s", "-1ms", "1h", "3600001ms"},
                    Bounds{"heartbeat.interval", "100ms", "99ms", "1h", "3600001ms"},
                    Bounds{"heartbeat.timeout", "100ms", "99ms", "1h", "3600001ms"},
                    Bounds{"limits.connections", "1", "0", "10000000", "10000001"},
                    Bounds{"limits.rooms_per_session", "1", "0", "100000", "100001"},
                    Bounds{"limits.rooms", "1", "0", "100000000", "100000001"},
                    Bounds{"limits.message_size", "1", "0", "16MiB", "16777217"},
                    Bounds{"limits.messages_per_second", "0", "-1", "1000000", "1000001"},
                    Bounds{"limits.message_burst", "1", "0", "1000000", "1000001"},
                    Bounds{"limits.flood", "1", "0", "1000000", "1000001"},
                    Bounds{"limits.queue_size", "2", "1", "4GiB", "4294967297"},
                    Bounds{"limits.queued_memory", "1", "0", "1024GiB", "1099511627777"},
                    Bounds{"limits.history_memory", "0", "-1", "1024GiB", "1099511627777"},
                    Bounds{"limits.read_markers_per_room", "0", "-1", "10000000", "10000001"},
                    Bounds{"limits.header_timeout", "10ms", "9ms", "1h", "3600001ms"},
                    Bounds{"limits.idle_timeout", "10ms", "9ms", "24h", "86400001ms"},
                    Bounds{"limits.inactive_timeout", "0s", "-1s", "8760h", "31536000001ms"},
                    Bounds{"delivery.compress_over", "0", "-1", "16MiB", "16777217"},
                    Bounds{"sse.retry", "0s", "-1ms", "1h", "3600001ms"},
                    Bounds{"long_poll.timeout", "0s", "-1ms", "10m", "600001ms"},
                    Bounds{"long_poll.max_timeout", "0s", "-1ms", "10m", "600001ms"},
                    Bounds{"long_poll.session_ttl", "100ms", "99ms", "24h", "86400001ms"},
                    Bounds{"webrtc.turn.ttl", "1s", "999ms", "24h", "86400001ms"}),
    [](const auto& tested) { return variable_of(tested.param.path).substr(7); });

class RoomRangeOf : public testing::TestWithParam<Bounds> {};

LoadResult load_room(std::string_view path, std::string_view value) {
  const auto dot = path.find('.');
  const std::string inner =
      std::string(path.substr(dot == std::string_view::npos ? 0 : dot + 1)) + ": " + std::string(value);
  const std::string entry =
      dot == std::string_view::npos ? inner : std::string(path.substr(0, dot)) + ": {" + inner + '}';
  return load_file("rooms: [{" + entry + "}]\n");
}

TEST_P(RoomRangeOf, TakesItsBoundsAndNothingBeyond) {
  const Bounds& bounds = GetParam();
  for (const char* value : {bounds.min, bounds.max}) {
    const auto result = load_room(bounds.path, value);
    ASSERT_TRUE(result.problems.empty()) << result.problems[0].text();
    EXPECT_EQ(room_options().find(bounds.path)->print(result.config.rooms.at(0)), value);
  }
  for (const char* value : {bounds.below, bounds.above}) {
    const auto result = load_room(bounds.path, value);
    ASSERT_EQ(result.problems.size(), 1u) << value;
    EXPECT_EQ(result.problems[0].path, "rooms[0]." + std::string(bounds.path));
    EXPECT_NE(result.problems[0].message.find(std::string(" from ") + bounds.min + " to " + bounds.max),
              std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Options, RoomRangeOf,
                         testing::Values(Bounds{"history.size", "0", "-1", "1000000", "1000001"},
                                         Bounds{"history.bytes", "0", "-1", "16GiB", "17179869185"},
                                         Bounds{"history.ttl", "0s", "-1s", "8760h", "31536000001ms"},
                                         Bounds{"history.meta_ttl", "0s", "-1s", "8760h", "31536000001ms"},
                                         Bounds{"presence_events_up_to", "0", "-1", "10000000", "10000001"},
                                         Bounds{"leave_grace", "0s", "-1s", "1h", "3600001ms"},
                                         Bounds{"state.keys", "0", "-1", "1000000", "1000001"},
                                         Bounds{"state.size", "0", "-1", "1GiB", "1073741825"},
                                         Bounds{"max_members", "0", "-1", "10000000", "10000001"}),
                         [](const auto& tested) { return variable_of(tested.param.path).substr(7); });

/// Options of a few words, flags and texts: each legal value as it is written, and one that is not legal.
struct Words {
  const char* path;
  std::vector<const char*> legal;
  const char* illegal;
};

TEST(Options, OfWordsTakeEachOfThemAndNoOther) {
  const std::vector<Words> table{
      {"server.reuse_port", {"true", "false"}, "yes"},
      {"sse.gzip", {"true", "false"}, "1"},
      {"server.node", {"a", "node-1"}, "Node"},
      {"server.static_dir", {"/srv/www"}, nullptr},
      {"log.file", {"/var/log/confab.log"}, nullptr},
      {"long_poll.default_room", {"lobby"}, "@ann"},
      {"log.level", {"trace", "debug", "info", "warn", "error"}, "INFO"},
      {"log.format", {"text", "json"}, "xml"},
      {"webrtc.allow", {"anyone", "user", "nobody"}, "guest"},
  };
  for (const auto& [path, legal, illegal] : table) {
    for (const char* value : legal) {
      const auto result = set_with(path, value);
      ASSERT_TRUE(result.problems.empty()) << result.problems[0].text();
      const std::string printed = options().find(path)->print(result.config);
      EXPECT_TRUE(printed == value || printed == quoted(value)) << printed;
    }
    if (!illegal) continue;
    const auto result = set_with(path, illegal);
    ASSERT_EQ(result.problems.size(), 1u) << path;
    EXPECT_EQ(result.problems[0].message,
              std::string("found ") + illegal + "; allowed: " + options().find(path)->allowed);
  }
}

TEST(Options, OfRoomsTakeEachOfTheirWords) {
  for (const char* word : {"anyone", "user", "nobody"})
    EXPECT_EQ(room_options().find("join")->print(load_room("join", word).config.rooms.at(0)), word);
  for (const char* word : {"member", "anyone", "user", "server", "nobody"})
    EXPECT_EQ(room_options().find("publish")->print(load_room("publish", word).config.rooms.at(0)), word);
  for (const char* word : {"none", "html"})
    EXPECT_EQ(room_options().find("sanitize")->print(load_room("sanitize", word).config.rooms.at(0)), word);
  EXPECT_EQ(load_room("sanitize", "all").problems.size(), 1u);
  EXPECT_EQ(load_room("events", "[a, 'b:*']").config.rooms.at(0).events,
            (std::vector<std::string>{"a", "b:*"}));
  EXPECT_EQ(load_room("events", "['']").problems.size(), 1u);
  EXPECT_FALSE(load_room("presence", "false").config.rooms.at(0).presence);
  EXPECT_EQ(load_room("match", "a*").config.rooms.at(0).match, "a*");
  EXPECT_EQ(load_room("join", "member").problems.size(), 1u);
  EXPECT_EQ(load_room("publish", "hook").problems.size(), 1u);
  EXPECT_EQ(load_room("presence", "yes").problems.size(), 1u);
  EXPECT_EQ(load_room("match", "''").problems.size(), 1u);
}

std::string list_of(std::size_t count, const std::function<std::string(std::size_t)>& entry) {
  std::string out = "[";
  for (std::size_t i = 0; i < count; ++i)
    out += (i ? ", " : "") + entry(i);
  return out + "]";
}

TEST(Options, OfListsKeepTheirLengths) {
  struct Lengths {
    const char* path;
    std::size_t min;
    std::size_t max;
    std::function<std::string(std::size_t)> entry;
  };

  const std::vector<Lengths> table{
      {"server.listen", 1, 64, [](std::size_t i) { return "\"a:" + std::to_string(i) + "\""; }},
      {"server.trusted_proxies", 0, 1000,
       [](std::size_t i) { return "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256); }},
      {"origins", 0, 1000, [](std::size_t i) { return "\"https://a" + std::to_string(i) + "\""; }},
      {"api.keys", 0, 1000,
       [](std::size_t i) {
         return "{name: n" + std::to_string(i) + ", key: 0123456789abcdef" + std::to_string(i) +
                ", scopes: [read]}";
       }},
      {"rooms", 0, 1000, [](std::size_t i) { return "{match: r" + std::to_string(i) + "}"; }},
      {"webrtc.ice_servers", 0, 32, [](std::size_t i) { return "\"stun:a" + std::to_string(i) + "\""; }},
      {"webrtc.turn.urls", 0, 16, [](std::size_t i) { return "\"turn:a" + std::to_string(i) + "\""; }},
      {"sse.routes", 0, 1000, [](std::size_t i) { return "{path: /p" + std::to_string(i) + ", room: r}"; }},
  };
  for (const auto& [path, min, max, entry] : table) {
    for (const std::size_t count : {min, max}) {
      const auto result = set_with(path, list_of(count, entry).c_str());
      ASSERT_TRUE(result.problems.empty()) << result.problems[0].text();
    }
    const auto above = set_with(path, list_of(max + 1, entry).c_str());
    ASSERT_EQ(above.problems.size(), 1u) << path;
    EXPECT_TRUE(above.problems[0].message.starts_with("found a list, " + std::to_string(max + 1) +
                                                      " entries; allowed: "))
        << above.problems[0].message;
    if (min > 0) EXPECT_EQ(set_with(path, list_of(min - 1, entry).c_str()).problems.size(), 1u) << path;
  }
}

TEST(Options, OfElementsHaveTheDefaultsOfTheirTable) {
  const auto result = load_file("rooms:\n  - match: 'a*'\n    history: {size: 0}\n  - {}\n");
  ASSERT_TRUE(result.problems.empty());
  RoomRule expected = room_options().defaults();
  EXPECT_EQ(result.config.rooms.at(1), expected);
  expected.match = "a*";
  expected.history.size = 0;
  EXPECT_EQ(result.config.rooms.at(0), expected);
}

TEST(Options, OfIceServersTakeWhatABrowserTakes) {
  const auto result = load_file(
      "webrtc:\n  ice_servers:\n    - stun:a\n    - {urls: 'stun:b'}\n    - urls: ['turn:c', 'turns:c']\n"
      "      username: me\n      credential: pass\n");
  ASSERT_TRUE(result.problems.empty()) << result.problems[0].text();
  EXPECT_EQ(result.config.webrtc.ice_servers,
            (std::vector<IceServer>{
                {{"stun:a"}, "", ""}, {{"stun:b"}, "", ""}, {{"turn:c", "turns:c"}, "me", "pass"}}));
  EXPECT_EQ(options().find("webrtc.ice_servers")->print(result.config),
            R"([{urls: ["stun:a"], username: "", credential: ""}, {urls: ["stun:b"], username: "", )"
            R"(credential: ""}, {urls: ["turn:c", "turns:c"], username: "me", credential: (hidden)}])");
}

TEST(Options, OfIceServersSayWhatIsWrongWithOne) {
  const auto problem = [](const std::string& entry) {
    const auto result = load_file("webrtc: {ice_servers: [" + entry + "]}\n");
    EXPECT_EQ(result.problems.size(), 1U) << entry;
    return result.problems.empty() ? std::string() : result.problems[0].text();
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(problem("'http://a'"), "webrtc.ice_servers[0].urls[0]: "));
  EXPECT_TRUE(has(problem("{urls: []}"), "webrtc.ice_servers[0].urls: "));
  EXPECT_TRUE(has(problem("{username: me}"), "webrtc.ice_servers[0].urls: missing"));
  EXPECT_TRUE(has(problem("{urls: 'stun:a', user: me}"), "webrtc.ice_servers[0].user: unknown key"));
  EXPECT_TRUE(has(problem("['stun:a']"), "webrtc.ice_servers[0]: "));
  EXPECT_TRUE(has(problem("'turn:a'"), "a TURN server without username and credential"));
  EXPECT_TRUE(has(problem("{urls: 'turn:a', username: me}"), "username and credential come together"));
  const std::string secret = problem("{urls: 'turn:a', username: me, credential: [topsecret]}");
  EXPECT_TRUE(has(secret, "webrtc.ice_servers[0].credential: "));
  EXPECT_FALSE(has(secret, "topsecret"));
  EXPECT_TRUE(has(load_file("webrtc: {ice_servers: stun:a}\n").problems.at(0).text(), "a list of 0 to 32"));
}

TEST(Options, PrintedAsTheyAreSetReadBackToTheSame) {
  const auto first = load_file(
      "api: {keys: []}\nlimits: {message_size: 1KB, idle_timeout: 90s}\norigins: ['https://*.a.com']\n"
      "rooms: [{match: \"a\\\"\\\\b\", join: user, history: {bytes: 3000}}, {match: '@*', presence: false}]\n"
      "sse: {routes: []}\nlog: {level: trace, file: \"/a b#c\"}\n");
  ASSERT_TRUE(first.problems.empty()) << first.problems[0].text();
  Sources sources;
  for (const auto& option : options().options())
    sources.sets.push_back(option.path + '=' + option.print(first.config));
  const auto second = load(sources);
  for (const auto& problem : second.problems)
    ADD_FAILURE() << problem.text();
  EXPECT_TRUE(reloadable_changes(first.config, second.config).empty());
  EXPECT_EQ(second.config.rooms.at(0).match, "a\"\\b");
}

}  // namespace
}  // namespace confab::config
