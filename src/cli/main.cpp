// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>

#include "cli/command_line.hpp"

namespace {

using namespace confab::cli;

ExitCode end_with(const outcome<void>& end) {
  if (end) return ExitCode::ok;
  complain(end.error().sentence);
  return end.error().exit_code();
}

ExitCode run_program(int argc, char** argv) {
  const auto line = parse_command_line(
      std::span<const char* const>(argv + 1, argc > 0 ? static_cast<std::size_t>(argc - 1) : 0));
  Output output(STDOUT_FILENO);
  if (!line.error.empty()) return end_with(Trouble{Trouble::Kind::usage, line.error});
  if (!line.command) {
    output.line(line.print);
    return end_with(output.verdict());
  }
  return end_with(
      std::visit([&](const auto& command) -> outcome<void> { return run(command, line.access, output); },
                 *line.command));
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  ExitCode code = ExitCode::failed;
  try {
    code = run_program(argc, argv);
  } catch (const std::exception& error) {
    complain(error.what());
  }
  return static_cast<int>(code);
}
