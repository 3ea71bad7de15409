// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/problem.hpp"

namespace confab::config {

/// All that load() reads; it touches no file and no environment of its own.
struct Sources {
  struct File {
    std::string name;  ///< as it stands in messages
    std::string text;
  };

  std::optional<File> file;
  std::map<std::string, std::string> environment;  ///< what doesn't begin with CONFAB_ is not looked at
  std::vector<std::string> sets;  ///< `key.path=value`, the arguments of --set in their order
};

/// Reads a configuration file, at most kMaxText bytes and one. Blocks; for the start and SIGHUP.
std::variant<Sources::File, Problem> read_file(const std::string& path);

/// The file that is read where --config isn't given: `./confabd.yaml`, then `/etc/confab/confabd.yaml`, else
/// none.
std::optional<std::string> find_file(bool (*exists)(const std::string& path));

/// Whether anything has that name, readable or not.
bool path_exists(const std::string& path);

/// The process's environment, as it is now.
std::map<std::string, std::string> process_environment();

}  // namespace confab::config
