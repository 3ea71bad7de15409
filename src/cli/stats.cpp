// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "cli/flat_text.hpp"
#include "cli/http_client.hpp"

namespace confab::cli {

outcome<void> run(const StatsCommand& command, const ServerAccess& access, Output& output) {
  HttpClient client(access.url, access.key);
  const auto answer = client.get("/api/stats");
  if (!answer) return answer.error();
  if (answer->status != 200) return refusal(*answer);
  json::Parser parser;
  const auto stats = parser.object(answer->body);
  if (!stats) return Trouble{Trouble::Kind::refused, "The server answered with something that isn't JSON."};
  if (command.form == Form::json) {
    output.line((*stats)->raw());
  } else {
    for (const std::string& line : flat_text(**stats))
      if (!output.line(line)) break;
  }
  return output.verdict();
}

}  // namespace confab::cli
