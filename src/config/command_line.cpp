// SPDX-License-Identifier: MIT
#include "config/command_line.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "config/nearest.hpp"
#include "config/problem.hpp"

namespace confab::config {
namespace {

using Action = CommandLine::Action;

struct Switch {
  std::string_view name;
  std::string_view argument;  ///< empty: takes none
  std::string_view help;
  void (*apply)(CommandLine&, std::string_view value);
};

void set_action(CommandLine& line, Action action) {
  const bool wins = action == Action::help || action == Action::version;
  if (line.action == Action::help || line.action == Action::version) return;
  if (!wins && line.action != Action::run && line.action != action)
    line.error = "--check and --print-config don't go together";
  line.action = action;
}

void set_file(CommandLine& line, std::string_view value) {
  if (line.config_file) line.error = "--config is given twice";
  if (value.empty()) line.error = "--config needs the name of a file";
  line.config_file = value;
}

constexpr std::array kSwitches{
    Switch{"--config", "FILE",
           "read this file (else ./confabd.yaml, else /etc/confab/confabd.yaml, if there is one)", set_file},
    Switch{"--set", "KEY.PATH=VALUE",
           "set one key, over the environment and the file; repeatable, the last counts",
           [](CommandLine& line, std::string_view value) { line.sets.emplace_back(value); }},
    Switch{"--check", "", "say what is wrong with the configuration; exit with 0 or 2",
           [](CommandLine& line, std::string_view) { set_action(line, Action::check); }},
    Switch{"--strict", "", "take warnings about the configuration for errors",
           [](CommandLine& line, std::string_view) { line.warnings = CommandLine::Warnings::refused; }},
    Switch{"--print-config", "", "print every key with its default, range and meaning",
           [](CommandLine& line, std::string_view) { set_action(line, Action::print_config); }},
    Switch{"--version", "", "print the version",
           [](CommandLine& line, std::string_view) { set_action(line, Action::version); }},
    Switch{"--help", "", "print this",
           [](CommandLine& line, std::string_view) { set_action(line, Action::help); }},
};

std::string unknown(std::string_view name) {
  std::vector<std::string> known;
  for (const Switch& option : kSwitches)
    known.emplace_back(option.name);
  const std::string meant = nearest(name, known);
  return "unknown option " + excerpt(name) +
         (meant.empty() ? "; --help lists them" : "; did you mean " + meant + "?");
}

}  // namespace

CommandLine parse_command_line(std::span<const char* const> arguments) {
  CommandLine line;
  for (std::size_t i = 0; i < arguments.size() && line.error.empty(); ++i) {
    const std::string_view argument = arguments[i];
    if (!argument.starts_with('-')) {
      line.error = "unexpected argument " + excerpt(argument) + "; --help lists the options";
      break;
    }
    const auto equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    const auto at =
        std::find_if(kSwitches.begin(), kSwitches.end(), [name](const auto& s) { return s.name == name; });
    if (at == kSwitches.end()) {
      line.error = unknown(name);
    } else if (at->argument.empty()) {
      if (equals == std::string_view::npos)
        at->apply(line, {});
      else
        line.error = std::string(name) + " takes no value";
    } else if (equals != std::string_view::npos) {
      at->apply(line, argument.substr(equals + 1));
    } else if (i + 1 < arguments.size() && !std::string_view(arguments[i + 1]).starts_with("--")) {
      at->apply(line, arguments[++i]);
    } else {
      line.error = std::string(name) + " needs " + std::string(at->argument);
    }
  }
  return line;
}

std::string usage() {
  std::string out = "confabd [OPTION …]: the Confab messaging server\n\n";
  for (const Switch& option : kSwitches) {
    std::string left = "  " + std::string(option.name);
    if (!option.argument.empty()) (left += ' ') += option.argument;
    left.resize(std::max<std::size_t>(left.size() + 2, 26), ' ');
    ((out += left) += option.help) += '\n';
  }
  return out + "\nExit codes: 0 normal, 1 failure at run time, 2 wrong configuration.\n";
}

}  // namespace confab::config
