// SPDX-License-Identifier: MIT
#include "cli/command_line.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/check.hpp"

namespace confab::cli {
namespace {

class CliCommandLine : public testing::Test {
 protected:
  CliCommandLine() {
    for (const char* name : kEnvironment)
      ::unsetenv(name);
  }

  ~CliCommandLine() override {
    for (const char* name : kEnvironment)
      ::unsetenv(name);
  }

  static CommandLine parse(std::initializer_list<const char*> arguments) {
    return parse_command_line({arguments.begin(), arguments.size()});
  }

  template <class C>
  static C command(std::initializer_list<const char*> arguments) {
    CommandLine line = parse(arguments);
    EXPECT_EQ(line.error, "");
    if (!line.command || !std::holds_alternative<C>(*line.command)) {
      ADD_FAILURE() << "another command";
      return {};
    }
    return std::get<C>(std::move(*line.command));
  }

  static void refuses(std::initializer_list<const char*> arguments, std::string_view sentence) {
    const CommandLine line = parse(arguments);
    EXPECT_FALSE(line.command);
    EXPECT_EQ(line.print, "");
    EXPECT_EQ(line.error, sentence);
  }

 private:
  static constexpr const char* kEnvironment[] = {"CONFAB_URL", "CONFAB_API_KEY", "CONFAB_TOKEN",
                                                 "CONFAB_AUTH_JWT_SECRET"};
};

TEST_F(CliCommandLine, PublishesAText) {
  const auto pub = command<PubCommand>({"pub", "general", "hello", "--user", "ann", "--id", "i1", "--json"});
  EXPECT_EQ(pub.room, "general");
  EXPECT_EQ(pub.text, "hello");
  EXPECT_EQ(pub.user, "ann");
  EXPECT_EQ(pub.id, "i1");
  EXPECT_EQ(pub.form, Form::json);
  EXPECT_FALSE(pub.event);
  EXPECT_FALSE(pub.ephemeral);
}

TEST_F(CliCommandLine, PublishesAnEvent) {
  for (const char* data : {R"({"a":1})", "[1,2]", "-5", "\"x\"", ""}) {
    const auto pub =
        command<PubCommand>({"pub", "r", "--event", "price_update", "--data", data, "--ephemeral"});
    EXPECT_EQ(pub.event, "price_update");
    EXPECT_EQ(pub.data, data);
    EXPECT_FALSE(pub.text);
    EXPECT_TRUE(pub.ephemeral);
  }
  EXPECT_FALSE(command<PubCommand>({"pub", "r", "--event", "e"}).data);
}

TEST_F(CliCommandLine, TakesADashForTheInputAndTextsBehindTwo) {
  EXPECT_EQ(command<PubCommand>({"pub", "r", "-"}).text, "-");
  EXPECT_EQ(command<PubCommand>({"pub", "r", "-", "--event", "e"}).text, "-");
  EXPECT_EQ(command<PubCommand>({"pub", "r", "--", "--text"}).text, "--text");
  EXPECT_EQ(command<PubCommand>({"pub", "r", "two words\nand a line"}).text, "two words\nand a line");
}

TEST_F(CliCommandLine, RefusesWhatDoesNotGoTogether) {
  refuses({"pub", "r"}, "Give a text, - for the lines of the input, or --event. (confab pub --help)");
  refuses({"pub", "r", "text", "--event", "e"}, "An event has --data and no text. (confab pub --help)");
  refuses({"pub", "r", "text", "--data", "1"},
          "--data is an event's: name it with --event. (confab pub --help)");
  refuses({"pub", "r", "-", "--event", "e", "--data", "1"},
          "The data comes with --data or in the lines of the input, not in both. (confab pub --help)");
  refuses({"pub", "r", "-", "--id", "i"},
          "--id is one message's; the lines of the input get their own. (confab pub --help)");
  EXPECT_NE(parse({"sub", "r", "--all", "--state"}).error, "");
  EXPECT_NE(parse({"history", "r", "--since", "e:1", "--before", "5"}).error, "");
}

TEST_F(CliCommandLine, ChecksNamesAtTheirBounds) {
  const std::string room(128, 'r');
  const std::string user(120, 'u');
  const std::string id(64, 'i');
  EXPECT_EQ(parse({"pub", room.c_str(), "t", "--user", user.c_str(), "--id", id.c_str()}).error, "");
  EXPECT_NE(parse({"pub", (room + "r").c_str(), "t"}).error, "");
  EXPECT_NE(parse({"pub", "r", "t", "--user", (user + "u").c_str()}).error, "");
  EXPECT_NE(parse({"pub", "r", "t", "--id", (id + "i").c_str()}).error, "");
  for (const char* bad : {"", ".", "..", "a\nb", "\xFF"}) {
    EXPECT_NE(parse({"pub", bad, "t"}).error, "") << bad;
    EXPECT_NE(parse({"sub", bad}).error, "") << bad;
    EXPECT_NE(parse({"history", bad}).error, "") << bad;
  }
  for (const char* bad : {"@x", "$x", "guest-1", "a\tb"}) {
    EXPECT_NE(parse({"pub", "r", "t", "--user", bad}).error, "") << bad;
    EXPECT_NE(parse({"sub", "r", "--user", bad}).error, "") << bad;
    EXPECT_NE(parse({"token", "--secret", "s", "--sub", bad}).error, "") << bad;
  }
}

TEST_F(CliCommandLine, FollowsRooms) {
  const auto sub = command<SubCommand>({"sub", "a", "b", "--history", "10", "--since", "e1:5", "--count", "3",
                                        "--user", "ann", "--token", "t.t.t", "--json"});
  EXPECT_EQ(sub.feed.rooms, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(sub.feed.history, 10U);
  ASSERT_EQ(sub.feed.since.size(), 1U);
  EXPECT_EQ(sub.feed.since[0].room, "");
  EXPECT_EQ(sub.feed.since[0].position.epoch, "e1");
  EXPECT_EQ(sub.feed.since[0].position.seq, 5U);
  EXPECT_EQ(sub.feed.count, 3U);
  EXPECT_EQ(sub.feed.form, Form::json);
  EXPECT_EQ(sub.feed.what, FeedOptions::What::messages);
  EXPECT_EQ(sub.user, "ann");
  EXPECT_EQ(sub.token, "t.t.t");
  EXPECT_EQ(command<SubCommand>({"sub", "a", "--all"}).feed.what, FeedOptions::What::everything);
  EXPECT_EQ(command<SubCommand>({"sub", "a", "--state"}).feed.what, FeedOptions::What::state);
}

TEST_F(CliCommandLine, TakesOptionsBetweenTheRooms) {
  const auto sub = command<SubCommand>(
      {"sub", "a", "--since", "a=e:1", "b", "--history", "0", "c", "--since", "c=f:2", "d"});
  EXPECT_EQ(sub.feed.rooms, (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(sub.feed.history, 0U);
  ASSERT_EQ(sub.feed.since.size(), 2U);
  EXPECT_EQ(sub.feed.since[1].room, "c");
}

TEST_F(CliCommandLine, RefusesNumbersOutOfRange) {
  for (const char* number : {"0", "-1", "1.5", "x", "", "1000000001", "99999999999999999999"}) {
    EXPECT_NE(parse({"sub", "a", "--count", number}).error, "") << number;
    EXPECT_NE(parse({"rooms", "--limit", number}).error, "") << number;
    EXPECT_NE(parse({"history", "a", "--limit", number}).error, "") << number;
  }
  EXPECT_EQ(parse({"sub", "a", "--count", "1000000000"}).error, "");
  EXPECT_EQ(parse({"sub", "a", "--history", "0"}).error, "");
  EXPECT_NE(parse({"sub", "a", "--history", "-1"}).error, "");
  EXPECT_NE(parse({"history", "a", "--before", "-1"}).error, "");
}

TEST_F(CliCommandLine, RefusesRoomsAndPositionsThatDoNotFit) {
  refuses({"sub", "a", "a"}, "A room is named twice. (confab sub --help)");
  refuses({"sub", "a", "--since", "x"},
          "--since takes EPOCH:SEQ or ROOM=EPOCH:SEQ, not x. (confab sub --help)");
  refuses({"sub", "a", "--since", "b=e:1"},
          "--since names a room that isn't followed: b (confab sub --help)");
  refuses({"history", "a", "--since", "e1"}, "--since takes EPOCH:SEQ, not e1. (confab history --help)");
  EXPECT_NE(parse({"sub"}).error, "");
  EXPECT_NE(parse({"history"}).error, "");
}

TEST_F(CliCommandLine, MakesTokens) {
  const auto token =
      command<TokenCommand>({"token", "--sub", "ann", "--join", "a-*", "--join", "b", "--publish", "c",
                             "--role", "moderator", "--expires", "7d", "--secret", "s"});
  EXPECT_EQ(token.user, "ann");
  EXPECT_EQ(token.join, (std::vector<std::string>{"a-*", "b"}));
  EXPECT_EQ(token.publish, (std::vector<std::string>{"c"}));
  EXPECT_EQ(token.roles, (std::vector<std::string>{"moderator"}));
  EXPECT_EQ(token.expires, "7d");
  EXPECT_EQ(command<TokenCommand>({"token", "--sub", "ann", "--secret", "s"}).expires, "1h");
  refuses({"token", "--sub", "ann"},
          "Give the secret by --secret or in CONFAB_AUTH_JWT_SECRET. (confab token --help)");
  refuses({"token", "--sub", "ann", "--secret", "s", "--expires", "1"},
          "--expires takes a time such as 30s, 10m, 1h or 7d. (confab token --help)");
  EXPECT_NE(parse({"token", "--secret", "s"}).error, "");
  EXPECT_NE(parse({"token", "--secret", "s", "--sub", ""}).error, "");
  EXPECT_NE(parse({"token", "--secret", "s", "--sub", "ann", "--role", "\xFF"}).error, "");
}

TEST_F(CliCommandLine, TakesTheSecretFromTheEnvironment) {
  ::setenv("CONFAB_AUTH_JWT_SECRET", "of the environment", 1);
  EXPECT_EQ(command<TokenCommand>({"token", "--sub", "ann"}).secret, "of the environment");
  EXPECT_EQ(command<TokenCommand>({"token", "--sub", "ann", "--secret", "s"}).secret, "s");
}

TEST_F(CliCommandLine, ReadsLists) {
  const auto rooms = command<RoomsCommand>({"rooms", "--prefix", "stocks:", "--limit", "20"});
  EXPECT_EQ(rooms.prefix, "stocks:");
  EXPECT_EQ(rooms.limit, 20U);
  EXPECT_EQ(rooms.form, Form::text);
  EXPECT_EQ(command<RoomsCommand>({"rooms"}).limit, 10'000U);
  const auto history = command<HistoryCommand>({"history", "r", "--before", "7", "--json"});
  EXPECT_EQ(history.before, 7U);
  EXPECT_EQ(history.limit, 50U);
  EXPECT_EQ(history.form, Form::json);
  EXPECT_FALSE(history.since);
  EXPECT_EQ(command<HistoryCommand>({"history", "r", "--since", "e:9"}).since->seq, 9U);
  EXPECT_EQ(command<StatsCommand>({"stats", "--json"}).form, Form::json);
}

TEST_F(CliCommandLine, TakesTheServerBeforeOrBehindTheCommand) {
  EXPECT_EQ(parse({"stats"}).access.url.text(), "http://127.0.0.1:3000");
  EXPECT_EQ(parse({"--url", "https://h", "stats"}).access.url.text(), "https://h");
  EXPECT_EQ(parse({"stats", "--url", "https://h"}).access.url.text(), "https://h");
  EXPECT_EQ(parse({"pub", "r", "t", "--key", "k1"}).access.key, "k1");
  EXPECT_EQ(parse({"--key=k1", "pub", "r", "t"}).access.key, "k1");
}

TEST_F(CliCommandLine, TakesTheServerFromTheEnvironment) {
  ::setenv("CONFAB_URL", "http://env:81", 1);
  ::setenv("CONFAB_API_KEY", "env-key", 1);
  ::setenv("CONFAB_TOKEN", "env.to.ken", 1);
  EXPECT_EQ(parse({"stats"}).access.url.text(), "http://env:81");
  EXPECT_EQ(parse({"stats"}).access.key, "env-key");
  EXPECT_EQ(command<SubCommand>({"sub", "r"}).token, "env.to.ken");
  EXPECT_EQ(parse({"stats", "--url", "http://h", "--key", "k"}).access.url.text(), "http://h");
  EXPECT_EQ(parse({"stats", "--url", "http://h", "--key", "k"}).access.key, "k");
}

TEST_F(CliCommandLine, RefusesAServerThatIsNone) {
  EXPECT_NE(parse({"stats", "--url", "ftp://h"}).error, "");
  EXPECT_NE(parse({"stats", "--key", "a b"}).error, "");
  EXPECT_NE(parse({"sub", "r", "--token", "a\r\nX: y"}).error, "");
  // Making a token asks no server.
  ::setenv("CONFAB_URL", "nonsense", 1);
  EXPECT_EQ(parse({"token", "--sub", "ann", "--secret", "s"}).error, "");
}

TEST_F(CliCommandLine, RefusesWhatItDoesNotKnow) {
  for (const auto& arguments : {std::vector<const char*>{"bogus"},
                                {"stats", "extra"},
                                {"rooms", "--wat"},
                                {"--wat"},
                                {"stats", "rooms"},
                                {"--json"},
                                {"pub", "r", "t", "u"},
                                {"pub", "r", "t", "--user"}}) {
    const CommandLine line = parse_command_line(arguments);
    EXPECT_FALSE(line.command) << arguments.front();
    EXPECT_NE(line.error, "") << arguments.front();
    EXPECT_EQ(line.error.find('\n'), std::string::npos) << line.error;
  }
  refuses({}, "Which command? pub, sub, token, stats, rooms or history. (confab --help)");
}

TEST_F(CliCommandLine, PrintsHelpWithExamplesForEachCommand) {
  for (const char* name : {"pub", "sub", "token", "stats", "rooms", "history"}) {
    const CommandLine line = parse({name, "--help"});
    EXPECT_FALSE(line.command);
    EXPECT_EQ(line.error, "");
    EXPECT_NE(line.print.find("Examples:\n  confab "), std::string::npos) << line.print;
    EXPECT_NE(line.print.find("Usage: confab " + std::string(name)), std::string::npos) << line.print;
    EXPECT_NE(parse({"--help"}).print.find("\n  " + std::string(name) + " "), std::string::npos);
  }
  EXPECT_NE(parse({"--help"}).print.find("Exit codes: 0"), std::string::npos);
  EXPECT_EQ(parse({"--version"}).print, std::string("confab ") + CONFAB_VERSION);
}

TEST_F(CliCommandLine, KeepsItsHelpWithinALine) {
  for (const char* name : {"pub", "sub", "token", "stats", "rooms", "history"}) {
    const std::string help = parse({name, "--help"}).print;
    for (std::size_t at = 0; at < help.size();) {
      const std::size_t end = std::min(help.find('\n', at), help.size());
      EXPECT_LE(end - at, 120U) << help.substr(at, end - at);
      at = end + 1;
    }
  }
}

TEST(CliSince, IsAPositionWithOrWithoutARoom) {
  EXPECT_EQ(parse_since("e:1")->room, "");
  EXPECT_EQ(parse_since("a=e:1")->room, "a");
  EXPECT_EQ(parse_since("a=b=e:1")->room, "a=b");
  EXPECT_EQ(parse_since("stocks:AAPL=e:18446744073709551615")->position.seq, UINT64_MAX);
  for (const char* text : {"", "e", ":1", "e:", "e:x", "e:-1", "=e:1", "a=", "a=e", "e:18446744073709551616"})
    EXPECT_FALSE(parse_since(text)) << text;
}

TEST(CliHeader, TakesVisibleAsciiOnly) {
  EXPECT_TRUE(fits_header(""));
  EXPECT_TRUE(fits_header("!az~"));
  for (const char* text : {" ", "a b", "a\n", "\x7f", "\xC3\xA9", "\t"})
    EXPECT_FALSE(fits_header(text)) << text;
}

}  // namespace
}  // namespace confab::cli
