// SPDX-License-Identifier: MIT
#include "cli/publication.hpp"

#include "confab/base/json.hpp"

namespace confab::cli {
namespace {

void append_text(std::string& body, std::string_view name, std::string_view text) {
  if (!body.ends_with('{')) body += ',';
  json::append_quoted(body, name);
  body += ':';
  json::append_quoted(body, text);
}

}  // namespace

std::string publication_body(const PubCommand& command, std::string_view content, std::string_view id) {
  std::string body = "{";
  append_text(body, "id", id);
  if (!command.user.empty()) append_text(body, "user", command.user);
  if (command.ephemeral) body += ",\"ephemeral\":true";
  if (command.event) {
    append_text(body, "event", *command.event);
    (body += ",\"data\":") += content;
  } else {
    append_text(body, "text", content);
  }
  return body += '}';
}

std::optional<Trouble> content_trouble(const PubCommand& command, std::string_view content) {
  if (command.event) {
    json::Parser parser;
    if (parser.value(content)) return std::nullopt;
    return Trouble{Trouble::Kind::usage,
                   "The data of an event is JSON; a text goes in quotes, such as '\"text\"'."};
  }
  if (json::valid_utf8(content)) return std::nullopt;
  return Trouble{Trouble::Kind::usage, "The text isn't UTF-8."};
}

}  // namespace confab::cli
