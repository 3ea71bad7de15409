// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/feed.hpp"
#include "cli/output.hpp"
#include "cli/server_url.hpp"
#include "cli/trouble.hpp"

namespace confab::cli {

/// Where the server is and what opens its API.
struct ServerAccess {
  ServerUrl url;
  std::string key;  ///< empty: none
};

struct PubCommand {
  std::string room;
  std::optional<std::string> text;  ///< `-`: each line of the input
  std::optional<std::string> event;
  std::optional<std::string> data;
  std::string user;
  std::string id;
  bool ephemeral = false;
  Form form = Form::text;
};

struct SubCommand {
  FeedOptions feed;
  std::string user;
  std::string token;
};

struct TokenCommand {
  std::string user;
  std::string secret;
  std::string expires;
  std::vector<std::string> join;
  std::vector<std::string> publish;
  std::vector<std::string> roles;
};

struct StatsCommand {
  Form form = Form::text;
};

struct RoomsCommand {
  std::string prefix;
  std::uint64_t limit = 0;
  Form form = Form::text;
};

struct HistoryCommand {
  std::string room;
  std::optional<Position> since;
  std::optional<std::uint64_t> before;
  std::uint64_t limit = 0;
  Form form = Form::text;
};

using Command =
    std::variant<PubCommand, SubCommand, TokenCommand, StatsCommand, RoomsCommand, HistoryCommand>;

// What each command does, to its end. Results go to `output`, one a line.

outcome<void> run(const PubCommand& command, const ServerAccess& access, Output& output);
outcome<void> run(const SubCommand& command, const ServerAccess& access, Output& output);
outcome<void> run(const TokenCommand& command, const ServerAccess& access, Output& output);
outcome<void> run(const StatsCommand& command, const ServerAccess& access, Output& output);
outcome<void> run(const RoomsCommand& command, const ServerAccess& access, Output& output);
outcome<void> run(const HistoryCommand& command, const ServerAccess& access, Output& output);

/// A sentence for people, on the error output: `confab: SENTENCE`.
void complain(std::string_view sentence);

}  // namespace confab::cli
