// SPDX-License-Identifier: MIT
#include <chrono>
#include <iostream>
#include <thread>

#include "cli/backoff.hpp"
#include "cli/commands.hpp"
#include "cli/http_client.hpp"
#include "cli/line_reader.hpp"
#include "cli/publication.hpp"
#include "confab/base/ids.hpp"

namespace confab::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// How long one message is tried again before the command gives up.
constexpr std::chrono::seconds kPatience{30};

bool is_good(const HttpAnswer& answer) noexcept {
  return answer.status >= 200 && answer.status < 300;
}

bool passes(const HttpAnswer& answer) noexcept {
  return answer.status == 429 || answer.status >= 500;
}

/// Publishes one message after the other. Each has an id, so one whose answer was lost is sent again and is
/// stored once all the same.
class Publisher {
 public:
  Publisher(const PubCommand& command, const ServerAccess& access)
      : command_(command),
        client_(access.url, access.key),
        target_("/api/rooms/" + percent_encode(command.room) + "/messages") {}

  outcome<HttpAnswer> publish(std::string_view content) {
    const std::string body =
        publication_body(command_, content, command_.id.empty() ? random_token(20) : command_.id);
    Backoff backoff;
    const auto end = Clock::now() + kPatience;
    for (;;) {
      auto answer = client_.post(target_, body);
      if (answer && is_good(*answer)) {
        reached_ = true;
        return answer;
      }
      if (answer && !passes(*answer)) return refusal(*answer);
      // A server that was never there isn't waited for.
      const bool again = answer || (reached_ && answer.error().kind == Trouble::Kind::unreachable);
      const auto wait = backoff.next(random_jitter());
      if (!again || Clock::now() + wait > end) return answer ? refusal(*answer) : answer.error();
      std::this_thread::sleep_for(wait);
    }
  }

 private:
  const PubCommand& command_;
  HttpClient client_;
  const std::string target_;
  bool reached_ = false;
};

Trouble in_line(std::uint64_t number, Trouble trouble) {
  trouble.sentence.insert(0, "line " + std::to_string(number) + ": ");
  return trouble;
}

/// False: nobody reads what is printed any more.
bool print(const PubCommand& command, const HttpAnswer& answer, Output& output) {
  return command.form == Form::text || output.line(answer.body);
}

outcome<void> publish_lines(const PubCommand& command, Publisher& publisher, Output& output) {
  LineReader lines(std::cin);
  while (lines.next()) {
    if (lines.line().empty()) continue;
    if (auto wrong = content_trouble(command, lines.line()))
      return in_line(lines.number(), std::move(*wrong));
    const auto answer = publisher.publish(lines.line());
    if (!answer) return in_line(lines.number(), answer.error());
    if (!print(command, *answer, output)) break;
  }
  if (lines.too_long()) return in_line(lines.number(), {Trouble::Kind::usage, "A line has at most 16 MiB."});
  return output.verdict();
}

}  // namespace

outcome<void> run(const PubCommand& command, const ServerAccess& access, Output& output) {
  Publisher publisher(command, access);
  if (command.text == "-") return publish_lines(command, publisher, output);
  const std::string content = command.event ? command.data.value_or("null") : command.text.value_or("");
  if (auto wrong = content_trouble(command, content)) return std::move(*wrong);
  const auto answer = publisher.publish(content);
  if (!answer) return answer.error();
  print(command, *answer, output);
  return output.verdict();
}

}  // namespace confab::cli
