// SPDX-License-Identifier: MIT
#include "config/changes.hpp"

#include "config/options.hpp"

namespace confab::config {

std::vector<Change> reloadable_changes(const Config& running, const Config& fresh) {
  std::vector<Change> changes;
  for (const auto& option : options().options())
    if (!option.equal(running, fresh))
      changes.push_back({option.path, option.print(running), option.print(fresh), option.reload});
  return changes;
}

void apply_reloadable(Config& running, const Config& fresh) {
  for (const auto& option : options().options())
    if (option.reload == Reload::on_sighup) option.copy(fresh, running);
}

}  // namespace confab::config
