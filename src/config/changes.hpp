// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/option.hpp"

namespace confab::config {

/// One key whose value differs, as the log tells it: values as YAML on one line, secrets hidden.
struct Change {
  std::string path;
  std::string before;
  std::string after;
  Reload reload = Reload::at_start;
};

/// What SIGHUP found to be different, in the order of the option table.
std::vector<Change> reloadable_changes(const Config& running, const Config& fresh);

/// Takes over from a fresh configuration what SIGHUP may change, and leaves the rest as it runs.
void apply_reloadable(Config& running, const Config& fresh);

}  // namespace confab::config
