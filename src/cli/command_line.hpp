// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <span>
#include <string>

#include "cli/commands.hpp"

namespace confab::cli {

/// What confab was asked for. Parsing prints nothing, ends nothing and asks no server; beside the arguments
/// it reads the environment (CONFAB_URL and the like).
struct CommandLine {
  std::optional<Command> command;  ///< none: print and exit
  ServerAccess access;
  std::string print;  ///< help, or the version; without a line feed at its end
  std::string error;  ///< one sentence; where it isn't empty the usage was wrong
};

/// Reads the arguments after the program's name.
CommandLine parse_command_line(std::span<const char* const> arguments);

}  // namespace confab::cli
