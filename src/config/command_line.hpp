// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace confab::config {

/// What confabd was asked for. Pure data: parsing prints nothing and ends nothing.
struct CommandLine {
  enum class Action { run, check, print_config, version, help };
  enum class Warnings { logged, refused };

  Action action = Action::run;
  std::optional<std::string> config_file;  ///< none: to be looked for
  std::vector<std::string> sets;           ///< `key.path=value`, in order
  Warnings warnings = Warnings::logged;    ///< refused by --strict
  std::string error;  ///< one sentence; where it isn't empty, confabd prints it and exits with 2
};

/// Reads the arguments after the program's name. `--name value` and `--name=value` are the same. --help and
/// --version win over all that is legal beside them.
CommandLine parse_command_line(std::span<const char* const> arguments);

/// What --help prints.
std::string usage();

}  // namespace confab::config
