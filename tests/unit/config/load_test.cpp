// SPDX-License-Identifier: MIT
#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/options.hpp"

namespace confab::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Environment = std::map<std::string, std::string>;

LoadResult load_from(const std::string& text, Environment environment = {},
                     std::vector<std::string> sets = {}) {
  return load({Sources::File{"confabd.yaml", text}, std::move(environment), std::move(sets)});
}

std::vector<std::string> texts(const LoadResult& result) {
  std::vector<std::string> out;
  for (const auto& problem : result.problems)
    out.push_back(problem.text());
  return out;
}

std::vector<std::string> file_problems(const std::string& text) {
  return texts(load_from(text));
}

std::vector<std::string> set_problems(std::vector<std::string> sets) {
  return texts(load({{}, {}, std::move(sets)}));
}

std::vector<std::string> variable_problems(Environment environment) {
  return texts(load({{}, std::move(environment), {}}));
}

TEST(Load, RunsOnTheDefaultsWithoutAnySource) {
  const auto result = load({});
  EXPECT_THAT(texts(result), IsEmpty());
  EXPECT_THAT(result.warnings, IsEmpty());
  EXPECT_EQ(result.config.limits.rooms, 1'000'000u);
}

TEST(Load, AnEmptyFileAndEmptySectionsSayNothing) {
  EXPECT_THAT(file_problems(""), IsEmpty());
  EXPECT_THAT(file_problems("# only a comment\n"), IsEmpty());
  EXPECT_THAT(file_problems("limits:\n  # rooms: 5\nlog:\n"), IsEmpty());
  EXPECT_THAT(file_problems("rooms: [{history: }]"), IsEmpty());
}

TEST(Load, TheFileBeatsTheDefaultAndTheVariableTheFileAndTheArgumentAll) {
  const std::string file = "limits: {rooms: 1, connections: 1, flood: 1}\n";
  const Environment variables{{"CONFAB_LIMITS_CONNECTIONS", "2"}, {"CONFAB_LIMITS_FLOOD", "2"}};
  const auto result = load_from(file, variables, {"limits.flood=3"});
  EXPECT_THAT(texts(result), IsEmpty());
  EXPECT_EQ(result.config.limits.rooms, 1u);
  EXPECT_EQ(result.config.limits.connections, 2u);
  EXPECT_EQ(result.config.limits.flood, 3u);
  EXPECT_EQ(result.config.limits.message_burst, 100u);
}

TEST(Load, OfTwoArgumentsForOneKeyTheLastCounts) {
  EXPECT_EQ(load({{}, {}, {"limits.rooms=1", "limits.rooms=2"}}).config.limits.rooms, 2u);
}

TEST(Load, AListIsReplacedWholeAndASectionKeyByKey) {
  const auto result =
      load_from("origins: ['https://a', 'https://b']\nheartbeat: {interval: 1s, timeout: 2s}\n", {},
                {"origins=[\"https://c\"]", "heartbeat={timeout: 3s}"});
  EXPECT_THAT(texts(result), IsEmpty());
  EXPECT_THAT(result.config.origins, ElementsAre("https://c"));
  EXPECT_EQ(result.config.heartbeat.interval, 1s);
  EXPECT_EQ(result.config.heartbeat.timeout, 3s);
}

TEST(Load, SetsListsAndMapsFromArgumentsAndVariables) {
  const auto result = load({{},
                            {{"CONFAB_ROOMS", "[{match: 'a*', history: {size: 0}}]"}},
                            {"server.listen=[\"unix:/run/confab.sock\", \"[::1]:0\"]",
                             "api.keys=[{name: a, key: 0123456789abcdef, scopes: [read, admin]}]"}});
  EXPECT_THAT(texts(result), IsEmpty());
  EXPECT_EQ(result.config.rooms.at(0).match, "a*");
  EXPECT_EQ(result.config.rooms.at(0).history.size, 0u);
  EXPECT_THAT(result.config.server.listen, ElementsAre("unix:/run/confab.sock", "[::1]:0"));
  EXPECT_THAT(result.config.api.keys.at(0).scopes, ElementsAre(Scope::read, Scope::admin));
}

TEST(Load, TakesTextOfArgumentsAndVariablesAsItIs) {
  const auto result =
      load({{},
            {{"CONFAB_LOG_FILE", "/a: b #c"}},
            {"server.static_dir=*&!%@`|>-", "server.node=", "long_poll.default_room=\"a\\tb\""}});
  EXPECT_EQ(result.config.log.file, "/a: b #c");
  EXPECT_EQ(result.config.server.static_dir, "*&!%@`|>-");
  EXPECT_EQ(result.config.server.node, "");
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].text(), "--set: long_poll.default_room: found \"a\\x09b\"; allowed: " +
                                           options().find("long_poll.default_room")->allowed);
}

TEST(Load, AnArgumentMayHaveEqualsSignsInItsValue) {
  EXPECT_EQ(load({{}, {}, {"log.file=/a=b=c"}}).config.log.file, "/a=b=c");
}

TEST(Load, SmallValuesAreLegal) {
  const auto result = load_from(
      "heartbeat: {interval: 100ms, timeout: 1s}\nrooms: [{history: {size: 0, bytes: 0, ttl: 0s}}]\n"
      "limits: {message_size: 1, queue_size: 2, history_memory: 0}\n"
      "long_poll: {timeout: 0s, max_timeout: 0s}\nserver: {shutdown_grace: 0}\n");
  EXPECT_THAT(texts(result), IsEmpty());
  EXPECT_EQ(result.config.heartbeat.interval, 100ms);
}

TEST(Load, NamesFileLineAndColumnOfAnUnknownKeyAndTheNearestKnown) {
  EXPECT_THAT(
      file_problems("limits:\n  mesage_size: 64KiB\n"),
      ElementsAre("confabd.yaml:2:3: limits.mesage_size: unknown key; did you mean limits.message_size?"));
  EXPECT_THAT(file_problems("log:\n  level: info\nlimit: {rooms: 5}\n"),
              ElementsAre("confabd.yaml:3:1: limit: unknown key; did you mean limits?"));
  EXPECT_THAT(file_problems("message_size: 64KiB\n"),
              ElementsAre("confabd.yaml:1:1: message_size: unknown key; did you mean limits.message_size?"));
  EXPECT_THAT(file_problems("colour: red\n"), ElementsAre("confabd.yaml:1:1: colour: unknown key"));
  EXPECT_THAT(file_problems("colour:\n"), ElementsAre("confabd.yaml:1:1: colour: unknown key"));
  EXPECT_THAT(file_problems("<<: {a: 1}\n"), ElementsAre("confabd.yaml:1:1: <<: unknown key"));
}

TEST(Load, NamesTheEntryInWhichAKeyIsUnknown) {
  EXPECT_THAT(
      file_problems("rooms:\n  - match: a\n  - match: b\n    history: {sise: 5}\n"),
      ElementsAre(
          "confabd.yaml:4:15: rooms[1].history.sise: unknown key; did you mean rooms[1].history.size?"));
  EXPECT_THAT(set_problems({"rooms=[{joyn: user}]"}),
              ElementsAre("--set: rooms[0].joyn: unknown key; did you mean rooms[0].join?"));
}

TEST(Load, RefusesDotsInTheKeysOfAFile) {
  EXPECT_THAT(file_problems("limits.rooms: 5\n"),
              ElementsAre("confabd.yaml:1:1: limits.rooms: unknown key; parts of a path are keys below each "
                          "other, without dots"));
}

TEST(Load, RefusesAPathThatReachesIntoAList) {
  EXPECT_THAT(set_problems({"rooms.0.join=user"}),
              ElementsAre("--set: rooms.0.join: unknown key; rooms is set as a whole"));
}

TEST(Load, RefusesTheWrongType) {
  EXPECT_THAT(
      file_problems("limits:\n  rooms: [5]\n"),
      ElementsAre(
          "confabd.yaml:2:10: limits.rooms: found a list; allowed: a whole number from 1 to 100000000"));
  EXPECT_THAT(
      file_problems("limits:\n  rooms: {a: 5}\n"),
      ElementsAre(
          "confabd.yaml:2:10: limits.rooms: found a map; allowed: a whole number from 1 to 100000000"));
  EXPECT_THAT(
      file_problems("limits:\n  rooms:\n  flood: 5\n"),
      ElementsAre(
          "confabd.yaml:2:3: limits.rooms: found nothing; allowed: a whole number from 1 to 100000000"));
  EXPECT_THAT(
      file_problems("limits:\n  rooms: '5'\n"),
      ElementsAre(
          "confabd.yaml:2:10: limits.rooms: found \"5\"; allowed: a whole number from 1 to 100000000"));
  EXPECT_THAT(file_problems("limits: 5\n"),
              ElementsAre("confabd.yaml:1:9: limits: found 5; allowed: a map of keys"));
  EXPECT_THAT(file_problems("sse: {gzip: \"true\"}\n"),
              ElementsAre("confabd.yaml:1:13: sse.gzip: found \"true\"; allowed: true or false"));
  EXPECT_THAT(
      file_problems("log: {level: [info]}\n"),
      ElementsAre("confabd.yaml:1:14: log.level: found a list; allowed: trace, debug, info, warn or error"));
  EXPECT_THAT(
      file_problems("heartbeat: {interval: [1s]}\n"),
      ElementsAre(
          "confabd.yaml:1:23: heartbeat.interval: found a list; allowed: a duration from 100ms to 1h"));
  EXPECT_THAT(
      file_problems("delivery: {compress_over: {}}\n"),
      ElementsAre("confabd.yaml:1:27: delivery.compress_over: found a map; allowed: a size from 0 to 16MiB"));
  EXPECT_THAT(
      file_problems("server: {node: [a]}\n"),
      ElementsAre("confabd.yaml:1:16: server.node: found a list; allowed: up to 16 of a-z, 0-9 and -"));
  EXPECT_THAT(file_problems("rooms: {match: a}\n"),
              ElementsAre(HasSubstr("1:8: rooms: found a map; allowed: a list")));
  EXPECT_THAT(
      file_problems("rooms: [a]\n"),
      ElementsAre(
          "confabd.yaml:1:9: rooms[0]: found a; allowed: a map of match, join, publish, events, history, "
          "presence, presence_events_up_to, leave_grace, sanitize, max_members, state"));
  EXPECT_THAT(
      file_problems("server:\n  listen: localhost:80\n"),
      ElementsAre("confabd.yaml:2:11: server.listen: found localhost:80; allowed: a list of 1 to 64, each "
                  "host:port, [v6]:port, unix:/path or fd://N"));
  EXPECT_THAT(file_problems("- a\n"), ElementsAre("confabd.yaml:1:1: found a list; allowed: a map of keys"));
  EXPECT_THAT(set_problems({"limits="}), ElementsAre("--set: limits: found \"\"; allowed: a map of keys"));
}

TEST(Load, SaysHowAmountsAreWritten) {
  EXPECT_THAT(
      file_problems("heartbeat: {interval: 25}\n"),
      ElementsAre(
          "confabd.yaml:1:23: heartbeat.interval: found 25, a bare number: write 25s or 25ms; allowed: a "
          "duration from 100ms to 1h"));
  EXPECT_THAT(
      file_problems("heartbeat: {interval: 2d}\n"),
      ElementsAre(
          "confabd.yaml:1:23: heartbeat.interval: found 2d, not of this form; allowed: a duration from "
          "100ms to 1h"));
  EXPECT_THAT(
      file_problems("delivery: {compress_over: -1}\n"),
      ElementsAre(
          "confabd.yaml:1:27: delivery.compress_over: found -1, negative; allowed: a size from 0 to 16MiB"));
  EXPECT_THAT(
      file_problems("limits: {rooms: 99999999999999999999}\n"),
      ElementsAre(
          "confabd.yaml:1:17: limits.rooms: found 99999999999999999999, too large; allowed: a whole number "
          "from 1 to 100000000"));
}

TEST(Load, RefusesKeysThatAreGivenTwice) {
  EXPECT_THAT(file_problems("limits:\n  rooms: 5\n  rooms: 6\n"),
              ElementsAre("confabd.yaml:3:3: limits.rooms: given twice, first in line 2"));
  EXPECT_THAT(file_problems("log: {}\nlimits: {}\nlog: {}\n"),
              ElementsAre("confabd.yaml:3:1: log: given twice, first in line 1"));
  EXPECT_THAT(file_problems("rooms:\n  - match: a\n    match: b\n"),
              ElementsAre("confabd.yaml:3:5: rooms[0].match: given twice, first in line 2"));
  EXPECT_THAT(set_problems({"log={level: info, level: warn}"}), ElementsAre("--set: log.level: given twice"));
}

TEST(Load, RefusesEntriesOfListsThatAreTheSame) {
  EXPECT_THAT(file_problems("server:\n  listen:\n    - 127.0.0.1:80\n    - '[::1]:80'\n    - '[0::1]:80'\n"),
              ElementsAre("confabd.yaml:5:7: server.listen[2]: the same as entry 1"));
  EXPECT_THAT(file_problems("origins: ['*', '*']\n"),
              ElementsAre("confabd.yaml:1:16: origins[1]: the same as entry 0"));
  EXPECT_THAT(file_problems("server: {trusted_proxies: [10.0.0.1, 10.0.0.1/32]}\n"),
              ElementsAre("confabd.yaml:1:38: server.trusted_proxies[1]: the same as entry 0"));
}

TEST(Load, RefusesKeysAndRoutesThatCannotBeToldApart) {
  EXPECT_THAT(file_problems("api:\n  keys:\n"
                            "    - {name: a, key: 0123456789abcdef, scopes: [read]}\n"
                            "    - {name: a, key: 0123456789abcdef, scopes: [read]}\n"),
              ElementsAre("confabd.yaml:4:14: api.keys[1].name: the same as that of entry 0",
                          "confabd.yaml:4:22: api.keys[1].key: the same as that of entry 0"));
  EXPECT_THAT(
      file_problems("sse:\n  routes:\n    - {path: '/a/{x}', room: a}\n    - {path: '/a/{y}', room: b}\n"),
      ElementsAre("confabd.yaml:4:14: sse.routes[1].path: the same as that of entry 0"));
  EXPECT_THAT(file_problems("sse: {routes: [{path: '/a/{x}', room: a}, {path: '/a/x', room: b}]}\n"),
              IsEmpty());
}

TEST(Load, RefusesAnApiKeyThatLacksSomething) {
  EXPECT_THAT(
      file_problems("api:\n  keys:\n    - name: a\n"),
      ElementsAre(
          "confabd.yaml:3:7: api.keys[0].key: missing; allowed: 16 to 256 visible ASCII characters",
          "confabd.yaml:3:7: api.keys[0].scopes: missing; allowed: a list of 1 to 3, each publish, read or "
          "admin"));
  EXPECT_THAT(
      file_problems("api: {keys: [{name: a, key: 0123456789abcdef, scopes: []}]}\n"),
      ElementsAre(
          "confabd.yaml:1:55: api.keys[0].scopes: found a list, 0 entries; allowed: a list of 1 to 3, each "
          "publish, read or admin"));
  EXPECT_THAT(file_problems("api: {keys: [{name: a, key: 0123456789abcdef, scopes: [read, read]}]}\n"),
              ElementsAre("confabd.yaml:1:62: api.keys[0].scopes[1]: the same as entry 0"));
}

TEST(Load, RefusesARouteWhoseRoomUsesWhatThePathHasNot) {
  EXPECT_THAT(
      file_problems("sse:\n  routes:\n    - path: /a/{x}\n      room: r:{y}\n"),
      ElementsAre(
          "confabd.yaml:3:7: sse.routes[0]: room uses {y}, which path has not; allowed: variables of the "
          "path"));
  EXPECT_THAT(file_problems("sse: {routes: [{path: '/a/{x}/{y}', room: 'r:{y}:{x}:{y}'}]}\n"), IsEmpty());
  EXPECT_THAT(
      file_problems("sse: {routes: [{path: a, room: r}]}\n"),
      ElementsAre(HasSubstr("confabd.yaml:1:23: sse.routes[0].path: found a; allowed: a path such as")));
  EXPECT_THAT(
      file_problems("sse: {routes: [{path: /a}]}\n"),
      ElementsAre(HasSubstr("confabd.yaml:1:16: sse.routes[0].room: missing; allowed: a room's name")));
}

TEST(Load, RefusesAQueueOfLessThanTwoMessages) {
  EXPECT_THAT(
      file_problems("limits:\n  queue_size: 131071\n"),
      ElementsAre(
          "confabd.yaml:2:15: limits.queue_size: found 131071 with limits.message_size at 64KiB; allowed: "
          "limits.queue_size at least twice limits.message_size"));
  EXPECT_THAT(file_problems("limits: {queue_size: 128KiB}\n"), IsEmpty());
  EXPECT_THAT(set_problems({"limits.message_size=524289"}),
              ElementsAre("--set: limits.message_size: found 524289 with limits.queue_size at 1MiB; allowed: "
                          "limits.queue_size at least twice limits.message_size"));
  EXPECT_THAT(set_problems({"limits.message_size=512KiB"}), IsEmpty());
}

TEST(Load, RefusesAHeartbeatLongerThanTheIdleLimit) {
  EXPECT_THAT(
      file_problems("limits: {inactive_timeout: 24999ms}\n"),
      ElementsAre("confabd.yaml:1:28: limits.inactive_timeout: found 24999ms with heartbeat.interval at 25s; "
                  "allowed: heartbeat.interval at most limits.inactive_timeout, unless that is 0s"));
  EXPECT_THAT(file_problems("limits: {inactive_timeout: 25s}\n"), IsEmpty());
  EXPECT_THAT(file_problems("limits: {inactive_timeout: 0s}\nheartbeat: {interval: 1h}\n"), IsEmpty());
}

TEST(Load, RefusesAPollLongerThanTheLongest) {
  EXPECT_THAT(
      file_problems("long_poll: {timeout: 30001ms}\n"),
      ElementsAre(
          "confabd.yaml:1:22: long_poll.timeout: found 30001ms with long_poll.max_timeout at 30s; allowed: "
          "long_poll.timeout at most long_poll.max_timeout"));
  EXPECT_THAT(file_problems("long_poll: {timeout: 30s}\n"), IsEmpty());
}

TEST(Load, ReportsAContradictionWhereItsLaterHalfStands) {
  const auto result = load_from("limits:\n  queue_size: 2KiB\n  message_size: 4KiB\n");
  EXPECT_THAT(texts(result),
              ElementsAre(HasSubstr("confabd.yaml:3:17: limits.message_size: found 4KiB with")));
  EXPECT_THAT(texts(load_from("limits: {message_size: 4KiB}\n", {{"CONFAB_LIMITS_QUEUE_SIZE", "2KiB"}})),
              ElementsAre(HasSubstr("CONFAB_LIMITS_QUEUE_SIZE: limits.queue_size: found 2KiB with")));
}

TEST(Load, ATurnServerTakesItsSecret) {
  EXPECT_THAT(texts(load_from("webrtc: {turn: {urls: ['turn:a']}}\n")),
              ElementsAre(HasSubstr("webrtc.turn.urls: found [\"turn:a\"] with webrtc.turn.secret at \"\"; "
                                    "allowed: webrtc.turn.secret not empty")));
  EXPECT_THAT(texts(load_from("webrtc: {turn: {urls: ['turn:a'], secret: north}}\n")), IsEmpty());
  EXPECT_THAT(texts(load_from("webrtc: {turn: {secret: north}}\n")), IsEmpty());
  EXPECT_THAT(texts(load_from("webrtc: {turn: {urls: ['turn:a']}}\n", {{"CONFAB_WEBRTC_TURN_SECRET", "n"}})),
              IsEmpty());
}

TEST(Load, AValueThatIsRefusedItselfContradictsNothing) {
  EXPECT_THAT(file_problems("limits: {queue_size: 10, message_size: many}\n"),
              ElementsAre(HasSubstr("limits.message_size: found many")));
}

TEST(Load, ALaterSourceResolvesAContradictionButExcusesNoMistake) {
  EXPECT_THAT(texts(load_from("limits: {queue_size: 10}\n", {}, {"limits.queue_size=1MiB"})), IsEmpty());
  EXPECT_THAT(texts(load_from("limits: {rooms: none}\n", {}, {"limits.rooms=5"})),
              ElementsAre(HasSubstr("confabd.yaml:1:17: limits.rooms: found none")));
}

TEST(Load, ReportsAllProblemsAtOnceInTheirOrder) {
  const auto result = load_from(
      "log:\n  level: loud\nlimits:\n  queue_size: 4\n  rooms: 0\nrooms:\n  - join: all\n    publish: all\n",
      {{"CONFAB_SSE_RETRY", "5"}, {"CONFAB_LOG_FORMAT", "xml"}, {"PATH", "/bin"}},
      {"sse.gzip=maybe", "nothing"});
  EXPECT_THAT(texts(result), ElementsAre(HasSubstr("confabd.yaml:2:10: log.level: "),
                                         HasSubstr("confabd.yaml:4:15: limits.queue_size: "),
                                         HasSubstr("confabd.yaml:5:10: limits.rooms: "),
                                         HasSubstr("confabd.yaml:7:11: rooms[0].join: "),
                                         HasSubstr("confabd.yaml:8:14: rooms[0].publish: "),
                                         HasSubstr("CONFAB_LOG_FORMAT: log.format: "),
                                         HasSubstr("CONFAB_SSE_RETRY: sse.retry: "),
                                         HasSubstr("--set: sse.gzip: "), HasSubstr("--set: argument 2 ")));
}

TEST(Load, RefusesUnknownVariables) {
  EXPECT_THAT(variable_problems({{"CONFAB_LIMIT_ROOMS", "5"}}),
              ElementsAre("CONFAB_LIMIT_ROOMS: unknown variable; did you mean CONFAB_LIMITS_ROOMS?"));
  EXPECT_THAT(variable_problems({{"CONFAB_COLOUR", "red"}}), ElementsAre("CONFAB_COLOUR: unknown variable"));
  EXPECT_THAT(variable_problems({{"CONFAB_", "x"}, {"CONFAB_LIMITS", "{}"}}),
              ElementsAre("CONFAB_: unknown variable", HasSubstr("CONFAB_LIMITS: unknown variable")));
  EXPECT_THAT(variable_problems({{"CONFABULATE", "x"}, {"confab_limits_rooms", "x"}, {"CONFAB", "x"}}),
              IsEmpty());
}

TEST(Load, FindsAVariableWhateverItsUnderscoresStandFor) {
  const auto result = load({{},
                            {{"CONFAB_LIMITS_MESSAGE_SIZE", "1KiB"},
                             {"CONFAB_LONG_POLL_DEFAULT_ROOM", "lobby"},
                             {"CONFAB_SERVER_REUSE_PORT", "true"}},
                            {}});
  EXPECT_THAT(texts(result), IsEmpty());
  EXPECT_EQ(result.config.limits.message_size, 1024u);
  EXPECT_EQ(result.config.long_poll.default_room, "lobby");
  EXPECT_TRUE(result.config.server.reuse_port);
  EXPECT_EQ(variable_of("long_poll.default_room"), "CONFAB_LONG_POLL_DEFAULT_ROOM");
}

TEST(Load, EveryOptionCanBeSetByItsVariable) {
  Environment variables;
  for (const auto& option : options().options())
    variables[variable_of(option.path)] = option.print(defaults());
  EXPECT_THAT(variable_problems(variables), IsEmpty());
}

TEST(Load, RefusesArgumentsThatSetNothing) {
  EXPECT_THAT(set_problems({"limits.rooms", "=5", "", "limits.romms=5"}),
              ElementsAre("--set: argument 1 is not of the form key.path=value",
                          "--set: argument 2 is not of the form key.path=value",
                          "--set: argument 3 is not of the form key.path=value",
                          "--set: limits.romms: unknown key; did you mean limits.rooms?"));
}

TEST(Load, NamesTheColumnWhereTheYamlOfAnArgumentBreaks) {
  EXPECT_THAT(set_problems({"origins=[\"a\", "}),
              ElementsAre("--set: origins: a list or map that is not closed, in column 1 of the value"));
  EXPECT_THAT(
      variable_problems({{"CONFAB_ORIGINS", "[a] b"}}),
      ElementsAre(
          "CONFAB_ORIGINS: origins: a second document begins here; one is read, in column 5 of the value"));
  EXPECT_THAT(variable_problems({{"CONFAB_SERVER_NODE", "\xFF"}}),
              ElementsAre("CONFAB_SERVER_NODE: server.node: not UTF-8, in column 1 of the value"));
  EXPECT_THAT(set_problems({"server.listen=[::1]:80"}),
              ElementsAre(HasSubstr("--set: server.listen: a second document")));
}

TEST(Load, NamesLineAndColumnWhereTheYamlOfAFileBreaks) {
  EXPECT_THAT(file_problems("limits:\n  rooms: [5\n"),
              ElementsAre("confabd.yaml:2:10: a list or map that is not closed"));
  EXPECT_THAT(file_problems("a: 1\n b: 2\n"), ElementsAre("confabd.yaml:2:3: illegal map value"));
  EXPECT_THAT(file_problems("limits: {rooms: !!int 5}\n"),
              ElementsAre("confabd.yaml:1:17: tags have no meaning here"));
  EXPECT_THAT(file_problems("log: {}\n---\nlog: {}\n"),
              ElementsAre("confabd.yaml:2:1: a second document begins here; one is read"));
}

TEST(Load, ReadsTheOtherSourcesEvenIfTheFileIsBroken) {
  EXPECT_THAT(texts(load_from("[", {{"CONFAB_COLOUR", "x"}}, {"a=b"})),
              ElementsAre(HasSubstr("confabd.yaml:"), HasSubstr("CONFAB_COLOUR"),
                          HasSubstr("--set: a: unknown key")));
}

TEST(Load, TakesAliases) {
  const auto result =
      load_from("rooms:\n  - {match: a, history: &h {size: 7}}\n  - {match: b, history: *h}\n");
  EXPECT_THAT(texts(result), IsEmpty());
  EXPECT_EQ(result.config.rooms.at(1).history.size, 7u);
}

TEST(Load, WarnsOfRulesThatAreNeverReached) {
  const auto result = load_from(
      "rooms:\n  - match: '*'\n  - match: 'a*'\n  - match: '@*'\n  - match: '@*'\n  - match: '$all'\n");
  EXPECT_THAT(texts(result), IsEmpty());
  EXPECT_THAT(
      result.warnings,
      ElementsAre(
          "confabd.yaml:2:3: rooms[1] (\"a*\") is never reached: rooms[0] (\"*\") fits the same rooms",
          "confabd.yaml:2:3: rooms[3] (\"@*\") is never reached: rooms[2] (\"@*\") fits the same rooms"));
  EXPECT_THAT(load_from("rooms: [{match: 'a*'}, {match: '*'}]\n").warnings, IsEmpty());
}

TEST(Load, WarnsOfOriginsBesideAll) {
  EXPECT_THAT(load({{}, {}, {"origins=[\"https://a\", \"*\"]"}}).warnings,
              ElementsAre("--set: origins: \"*\" allows every page, whatever else is listed"));
  EXPECT_THAT(load_from("origins: ['https://a', 'https://b']\n").warnings, IsEmpty());
  EXPECT_THAT(load_from("origins: ['*']\n").warnings, IsEmpty());
}

TEST(Load, WarnsOfNothingWhileThereAreProblems) {
  const auto result = load_from("origins: ['https://a', '*']\nlog: {level: loud}\n");
  EXPECT_EQ(result.problems.size(), 1u);
  EXPECT_THAT(result.warnings, IsEmpty());
}

// Whatever is wrong around a secret, no message has it.
TEST(Load, NeverShowsASecret) {
  const std::string secret = "s3cr3t-s3cr3t-s3cr3t";
  const std::vector<std::string> files{
      "api: {keys: [{name: a, key: '" + secret + " ', scopes: [read]}]}\n",
      "api: {keys: [{name: a, key: [" + secret + "], scopes: [read]}]}\n",
      "api: {keys: [{name: a, kye: " + secret + ", scopes: [read]}]}\n",
      "api: {keys: [{name: a, " + secret + ", scopes: [read]}]}\n",
      "api: {keys: [{name: a, " + secret + ", " + secret + "}]}\n",
      "api: {keys: [" + secret + "]}\n",
      "api: {keys: " + secret + "}\n",
      "api: " + secret + "\n",
      secret + "\n",
      "api: {keys: [{name: a, key: " + secret + ", scopes: [read]}, {name: b, key: " + secret +
          ", scopes: [read]}]}\n",
      "api: {keys: [{name: a, key: " + secret + ", key: " + secret + ", scopes: [read]}]}\n",
      "api: {keys: [{name: a, key: \"" + secret + "\\q\"}]}\n",
      "api: {keys: [{name: a, key: *" + secret + "}]}\n",
      "api: {keys: [{name: a, key: !" + secret + " x}]}\n",
  };
  for (const auto& file : files) {
    const auto problems = file_problems(file);
    EXPECT_FALSE(problems.empty()) << file;
    for (const auto& problem : problems)
      EXPECT_EQ(problem.find("s3cr3t"), std::string::npos) << problem;
  }
  for (const auto& problem :
       set_problems({"api.keys=" + secret, "api.keys:" + secret, "api.keys=[{key: \"" + secret, secret}))
    EXPECT_EQ(problem.find("s3cr3t"), std::string::npos) << problem;
  for (const auto& problem : variable_problems({{"CONFAB_API_KEY", secret}, {"CONFAB_API_KEYS", secret}}))
    EXPECT_EQ(problem.find("s3cr3t"), std::string::npos) << problem;
}

TEST(Load, SaysOfASecretOnlyThatItDoesNotFit) {
  EXPECT_THAT(
      file_problems("api: {keys: [{name: a, key: short, scopes: [read]}]}\n"),
      ElementsAre(
          "confabd.yaml:1:29: api.keys[0].key: found text that is not shown; allowed: 16 to 256 visible "
          "ASCII characters"));
  EXPECT_THAT(
      file_problems("api: {keys: [{name: a, 0123456789abcdef, scopes: [read]}]}\n"),
      ElementsAre("confabd.yaml:1:14: api.keys[0].key: missing; allowed: 16 to 256 visible ASCII characters",
                  "confabd.yaml:1:24: api.keys[0]: a key that is unknown and has no value"));
}

}  // namespace
}  // namespace confab::config
