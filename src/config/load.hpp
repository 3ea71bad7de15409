// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/problem.hpp"
#include "config/sources.hpp"

namespace confab::config {

struct LoadResult {
  Config config;                      ///< to be used only where there are no problems
  std::vector<Problem> problems;      ///< the file's by line, then the environment's, then those of --set
  std::vector<std::string> warnings;  ///< legal, but not what it seems; --strict makes errors of them
};

/// Reads every source into one configuration: --set wins over the environment, that over the file, that over
/// the default. Finds all problems at once. Called at start and on SIGHUP; doesn't throw but for lack of
/// memory.
LoadResult load(const Sources& sources);

/// The variable that sets an option: `CONFAB_LIMITS_QUEUE_SIZE` for `limits.queue_size`. Both kinds of
/// separators become one, so a variable is looked up among the names of all options and never taken apart; no
/// two have the same.
std::string variable_of(std::string_view path);

}  // namespace confab::config
