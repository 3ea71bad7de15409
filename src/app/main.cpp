// SPDX-License-Identifier: MIT
#include <spdlog/spdlog.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "app/log.hpp"
#include "app/server.hpp"
#include "app/version.hpp"
#include "config/command_line.hpp"
#include "config/load.hpp"
#include "config/options.hpp"
#include "config/sources.hpp"

namespace {

using namespace confab;

constexpr int kRuntimeFailure = 1;
constexpr int kBadConfiguration = 2;

void print(std::FILE* to, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), to);
}

/// All sources as they are now; the problem where the file can't be read.
std::variant<config::Sources, config::Problem> read_sources(const config::CommandLine& command_line) {
  config::Sources sources;
  sources.environment = config::process_environment();
  sources.sets = command_line.sets;
  const auto name =
      command_line.config_file ? command_line.config_file : config::find_file(config::path_exists);
  if (name) {
    auto file = config::read_file(*name);
    if (auto* problem = std::get_if<config::Problem>(&file)) return std::move(*problem);
    sources.file = std::get<config::Sources::File>(std::move(file));
  }
  return sources;
}

config::LoadResult load(const config::CommandLine& command_line) {
  auto sources = read_sources(command_line);
  if (auto* problem = std::get_if<config::Problem>(&sources)) {
    config::LoadResult failed;
    failed.problems.push_back(std::move(*problem));
    return failed;
  }
  return config::load(std::get<config::Sources>(sources));
}

bool acceptable(const config::CommandLine& command_line, const config::LoadResult& loaded) {
  return loaded.problems.empty() &&
         (loaded.warnings.empty() || command_line.warnings == config::CommandLine::Warnings::logged);
}

/// For people who look at a terminal: before there is a log.
void complain(const config::LoadResult& loaded) {
  for (const auto& problem : loaded.problems)
    print(stderr, "confabd: " + problem.text() + "\n");
  for (const auto& warning : loaded.warnings)
    print(stderr, "confabd: warning: " + warning + "\n");
}

/// On SIGHUP: what can't be used changes nothing.
std::optional<config::Config> reread(const config::CommandLine& command_line) {
  auto loaded = load(command_line);
  for (const auto& problem : loaded.problems)
    spdlog::error("SIGHUP: {}", problem.text());
  for (const auto& warning : loaded.warnings)
    spdlog::warn("SIGHUP: {}", warning);
  if (acceptable(command_line, loaded)) return std::move(loaded.config);
  spdlog::error("SIGHUP: the configuration stays as it is");
  return std::nullopt;
}

int serve(const config::CommandLine& command_line, config::LoadResult loaded) {
  const app::Log log(loaded.config.log);
  for (const auto& warning : loaded.warnings)
    spdlog::warn("{}", warning);
  app::Server server(std::move(loaded.config), [&command_line] { return reread(command_line); });
  server.run();
  return 0;
}

int run(const config::CommandLine& command_line) {
  switch (command_line.action) {
    case config::CommandLine::Action::help:
      print(stdout, config::usage());
      return 0;
    case config::CommandLine::Action::version:
      print(stdout, "confabd " + std::string(app::kVersion) + "\n");
      return 0;
    case config::CommandLine::Action::print_config:
      print(stdout, config::print_reference());
      return 0;
    case config::CommandLine::Action::check:
    case config::CommandLine::Action::run:
      break;
  }
  auto loaded = load(command_line);
  const bool check = command_line.action == config::CommandLine::Action::check;
  if (!acceptable(command_line, loaded)) {
    complain(loaded);
    return kBadConfiguration;
  }
  if (!check) return serve(command_line, std::move(loaded));
  complain(loaded);
  print(stdout, "The configuration is good.\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto command_line = config::parse_command_line(
        std::span<const char* const>(argv + 1, static_cast<std::size_t>(argc - 1)));
    if (!command_line.error.empty()) {
      print(stderr, "confabd: " + command_line.error + "\n");
      return kBadConfiguration;
    }
    return run(command_line);
  } catch (const std::exception& error) {
    print(stderr, std::string("confabd: ") + error.what() + "\n");
    return kRuntimeFailure;
  }
}
