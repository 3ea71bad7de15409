// SPDX-License-Identifier: MIT
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/check.hpp"
#include "cli/help.hpp"
#include "cli/identity.hpp"

namespace confab::cli {
namespace {

constexpr std::uint64_t kMost = 1'000'000'000;
constexpr std::uint64_t kMostSeq = INT64_MAX;

/// The program's options as CLI11 fills them in.
struct Given {
  std::string url = "http://127.0.0.1:3000";
  std::string key;
  bool json = false;
  PubCommand pub;
  SubCommand sub;
  std::vector<std::string> sub_since;
  bool everything = false;
  bool state = false;
  TokenCommand token{{}, {}, "1h", {}, {}, {}};
  RoomsCommand rooms{{}, 10'000, Form::text};
  HistoryCommand history{{}, {}, {}, 50, Form::text};
  std::string history_since;
};

void add_json(CLI::App& command, Given& given, const char* help) {
  command.add_flag("--json", given.json, help);
}

CLI::Option* add_text(CLI::App& command, const char* name, std::string& text, const char* type,
                      const char* help) {
  return command.add_option(name, text, help)->type_name(type);
}

CLI::Option* add_list(CLI::App& command, const char* name, std::vector<std::string>& list, const char* type,
                      const char* help) {
  return command.add_option(name, list, help)->type_name(type)->allow_extra_args(false);
}

template <class Number>
void add_number(CLI::App& command, const char* name, Number& number, std::uint64_t least, const char* help) {
  command.add_option(name, number, help)->type_name("N")->check(CLI::Range(least, kMost).description(""));
}

CLI::App* add_command(CLI::App& app, const char* name, const char* help, const char* footer) {
  CLI::App* command = app.add_subcommand(name, help);
  command->footer(std::string(footer) + "\n\nOptions for every command (--url, --key): confab --help");
  return command;
}

void add_pub(CLI::App& app, Given& given) {
  CLI::App& pub = *add_command(app, "pub", "Publish a message, or each line of the input", help::kPub);
  pub.add_option("room", given.pub.room, "The room")->type_name("ROOM")->required();
  pub.add_option("text", given.pub.text, "A chat message; - takes the lines of the input")->type_name("TEXT");
  pub.add_option("--event", given.pub.event, "Publish a custom event of this name")->type_name("NAME");
  pub.add_option("--data", given.pub.data, "Its data; null where there is none")->type_name("JSON");
  add_text(pub, "--user", given.pub.user, "NAME", "Whose message it is; the server's where nobody's");
  add_text(pub, "--id", given.pub.id, "ID", "The message's id: within five minutes it is stored once");
  pub.add_flag("--ephemeral", given.pub.ephemeral, "Only for who is there now; it isn't stored");
  add_json(pub, given, "Print the server's answers");
}

void add_sub(CLI::App& app, Given& given) {
  CLI::App& sub = *add_command(app, "sub", "Follow rooms, and come back by itself", help::kSub);
  sub.add_option("rooms", given.sub.feed.rooms, "The rooms")->type_name("ROOM")->required();
  add_number(sub, "--history", given.sub.feed.history, 0, "Begin with up to N events of the past");
  add_list(sub, "--since", given.sub_since, "[ROOM=]EPOCH:SEQ", "Begin after this position; repeatable");
  add_number(sub, "--count", given.sub.feed.count, 1, "End after N lines");
  CLI::Option* all = sub.add_flag("--all", given.everything,
                                  "Also who comes and goes, types, has read, and deltas of the state");
  sub.add_flag("--state", given.state, "Print the shared state after each change, as JSON")->excludes(all);
  add_text(sub, "--user", given.sub.user, "NAME", "Follow under this name; a guest where there is none");
  add_text(sub, "--token", given.sub.token, "TOKEN", "Who we are, on a server that takes tokens")
      ->envname("CONFAB_TOKEN");
  add_json(sub, given, "Print each event as JSON");
}

void add_token(CLI::App& app, Given& given) {
  CLI::App& token = *add_command(app, "token", "Make a token that names a user", help::kToken);
  add_text(token, "--sub", given.token.user, "NAME", "The user")->required();
  add_text(token, "--expires", given.token.expires, "TIME", "How long it is good: 30s, 10m, 1h, 7d")
      ->capture_default_str();
  add_list(token, "--join", given.token.join, "PATTERN", "Rooms that may be joined; repeatable");
  add_list(token, "--publish", given.token.publish, "PATTERN", "Rooms that may be published to; repeatable");
  add_list(token, "--role", given.token.roles, "ROLE", "A role, such as moderator; repeatable");
  add_text(token, "--secret", given.token.secret, "SECRET", "The server's auth.jwt.secret")
      ->envname("CONFAB_AUTH_JWT_SECRET");
}

void add_readers(CLI::App& app, Given& given) {
  add_json(*add_command(app, "stats", "How the server is", help::kStats), given, "Print the server's answer");

  CLI::App& rooms = *add_command(app, "rooms", "List the rooms", help::kRooms);
  add_text(rooms, "--prefix", given.rooms.prefix, "TEXT", "Only those whose names begin so");
  add_number(rooms, "--limit", given.rooms.limit, 1, "At most N (10000)");
  add_json(rooms, given, "Print each room as JSON");

  CLI::App& history = *add_command(app, "history", "Print what was said in a room", help::kHistory);
  history.add_option("room", given.history.room, "The room")->type_name("ROOM")->required();
  add_number(history, "--limit", given.history.limit, 1, "At most N events (50)");
  CLI::Option* since =
      add_text(history, "--since", given.history_since, "EPOCH:SEQ", "Those after this position");
  history.add_option("--before", given.history.before, "Those before this seq")
      ->type_name("SEQ")
      ->check(CLI::Range(std::uint64_t{0}, kMostSeq).description(""))
      ->excludes(since);
  add_json(history, given, "Print each event as JSON");
}

void add_program(CLI::App& app, Given& given) {
  app.name("confab");
  app.footer(help::kProgram);
  app.fallthrough();
  app.require_subcommand(0, 1);
  const auto& help = app.get_formatter();
  help->column_width(32);
  help->label("SUBCOMMAND", "COMMAND");
  help->label("Subcommands", "Commands");
  help->label("Positionals", "Arguments");
  help->label("REQUIRED", "");
  app.set_version_flag("--version", "confab " + std::string(kVersion), "Print the version");
  add_text(app, "--url", given.url, "URL", "The server, http or https")
      ->capture_default_str()
      ->envname("CONFAB_URL");
  add_text(app, "--key", given.key, "KEY", "A key of its API")->envname("CONFAB_API_KEY");
}

/// The command that was named, with what CLI11 can't know; null where there is none.
std::optional<Command> chosen(const CLI::App& app, Given& given) {
  const Form form = given.json ? Form::json : Form::text;
  if (app.got_subcommand("pub")) {
    given.pub.form = form;
    return std::move(given.pub);
  }
  if (app.got_subcommand("sub")) {
    using What = FeedOptions::What;
    given.sub.feed.form = form;
    given.sub.feed.what = given.state ? What::state : given.everything ? What::everything : What::messages;
    return std::move(given.sub);
  }
  if (app.got_subcommand("token")) return std::move(given.token);
  if (app.got_subcommand("stats")) return StatsCommand{form};
  if (app.got_subcommand("rooms")) {
    given.rooms.form = form;
    return std::move(given.rooms);
  }
  if (app.got_subcommand("history")) {
    given.history.form = form;
    return std::move(given.history);
  }
  return std::nullopt;
}

/// What texts are to be before they are used; the first sentence that says what is wrong.
std::string read_positions(Given& given) {
  for (const std::string& text : given.sub_since) {
    const auto since = parse_since(text);
    if (!since) return "--since takes EPOCH:SEQ or ROOM=EPOCH:SEQ, not " + text + ".";
    given.sub.feed.since.push_back(*since);
  }
  if (!given.history_since.empty()) {
    given.history.since = Position::parse(given.history_since);
    if (!given.history.since) return "--since takes EPOCH:SEQ, not " + given.history_since + ".";
  }
  return {};
}

std::string name_of(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? "confab" : "confab " + commands.front()->get_name();
}

/// Without the empty lines that CLI11 puts behind its help.
std::string without_end(std::string text) {
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

CommandLine wrong(const CLI::App& app, const std::string& sentence) {
  CommandLine line;
  line.error = sentence + " (" + name_of(app) + " --help)";
  return line;
}

CommandLine finish(const CLI::App& app, Given& given) {
  CommandLine line;
  if (std::string sentence = read_positions(given); !sentence.empty()) return wrong(app, sentence);
  line.command = chosen(app, given);
  if (!line.command) return wrong(app, "Which command? pub, sub, token, stats, rooms or history.");
  if (const auto sentence = check(*line.command)) return wrong(app, *sentence);
  if (std::holds_alternative<TokenCommand>(*line.command)) return line;
  auto url = ServerUrl::parse(given.url);
  if (!url) return wrong(app, url.error().sentence);
  if (!fits_header(given.key)) return wrong(app, "The key has characters that no key has.");
  line.access = {std::move(*url), std::move(given.key)};
  return line;
}

}  // namespace

CommandLine parse_command_line(std::span<const char* const> arguments) {
  CLI::App app("confab: talks to a Confab server from the shell");
  Given given;
  add_program(app, given);
  add_pub(app, given);
  add_sub(app, given);
  add_token(app, given);
  add_readers(app, given);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 takes them
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    CommandLine line;
    line.print = without_end(app.help());
    return line;
  } catch (const CLI::CallForVersion& version) {
    CommandLine line;
    line.print = version.what();
    return line;
  } catch (const CLI::ParseError& error) {
    return wrong(app, error.what());
  }
  return finish(app, given);
}

}  // namespace confab::cli
