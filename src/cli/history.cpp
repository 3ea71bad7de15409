// SPDX-License-Identifier: MIT

#include "cli/commands.hpp"
#include "cli/history_reader.hpp"
#include "cli/http_client.hpp"

namespace confab::cli {

outcome<void> run(const HistoryCommand& command, const ServerAccess& access, Output& output) {
  HttpClient client(access.url, access.key);
  HistoryReader reader(client, command.room);
  if (command.since) return reader.forwards(*command.since, command.limit, command.form, output);
  return reader.backwards(command.before, command.limit, command.form, output);
}

}  // namespace confab::cli
