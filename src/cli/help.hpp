// SPDX-License-Identifier: MIT
#pragma once

/// What stands below the options in each command's help.
namespace confab::cli::help {

inline constexpr const char* kProgram = R"HELP(Examples:
  confab pub general "hello"            say something in a room
  tail -f app.log | confab pub logs -   each line is a message
  confab sub general                    follow a room
  confab history general --limit 10     what was said
  confab COMMAND --help                 the options of a command, with examples

Exit codes: 0 done, 1 the server refused or can't be reached, 2 wrong usage.)HELP";

inline constexpr const char* kPub = R"HELP(Examples:
  confab pub general "hello" --user ann
  cat log | confab pub logs -
  confab pub stocks:AAPL --event price_update --data '{"price":"101.20"}'
  confab pub cursors --event moved --data '[3,4]' --ephemeral
  confab pub general "once" --id order-4711      a second time stores nothing

Lines of the input are published in order, each once, and empty ones not at all; what was not confirmed is sent again
for half a minute. With --event each line is the data of an event. A text that begins with a dash goes behind --.)HELP";

inline constexpr const char* kSub = R"HELP(Examples:
  confab sub general
  confab sub general random --history 10 --json | jq .text
  confab sub general --since 70s1tpekdp:42       what came after that position, then what comes
  confab sub general --since general=70s1tpekdp:42
  confab sub doc --state                         the room's shared state after each change
  confab sub jobs --count 1                      wait for one event
  confab sub '$all' @ann --token "$TOKEN"

After a lost connection it comes back by itself and goes on where it was. Where something can't be had any more it
says so on the error output. A position is EPOCH:SEQ; `confab rooms` shows the present ones.)HELP";

inline constexpr const char* kToken = R"HELP(Examples:
  confab token --sub ann --secret "$SECRET"
  confab token --sub ann --expires 7d --join 'team-*' --publish 'team-*' --role moderator
  confab sub general --token "$(confab token --sub ann)"

The secret is the server's auth.jwt.secret (HS256). In the environment, as CONFAB_AUTH_JWT_SECRET, it is not seen in
the list of processes. Without --join (or --publish) the rules of the rooms decide.)HELP";

inline constexpr const char* kStats = R"HELP(Examples:
  confab stats
  confab stats --json | jq .connections.active)HELP";

inline constexpr const char* kRooms = R"HELP(Examples:
  confab rooms
  confab rooms --prefix stocks: --limit 20
  confab rooms --json | jq -r .room)HELP";

inline constexpr const char* kHistory = R"HELP(Examples:
  confab history general
  confab history general --limit 1000 --json
  confab history general --since 70s1tpekdp:42
  confab history general --before 40

Without --since these are the newest, oldest first.)HELP";

}  // namespace confab::cli::help
