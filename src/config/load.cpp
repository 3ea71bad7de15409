// SPDX-License-Identifier: MIT
#include "config/load.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <tuple>

#include "config/nearest.hpp"
#include "config/options.hpp"
#include "config/units.hpp"

namespace confab::config {
namespace {

constexpr std::string_view kPrefix = "CONFAB_";

/// Two options that may not have just any values together. `left` and `right` are named by messages, wherever
/// they were set.
struct Contradiction {
  const char* left;
  const char* right;
  bool (*fits)(const Config&);
  const char* rule;
};

constexpr std::array kContradictions{
    Contradiction{"limits.queue_size", "limits.message_size",
                  [](const Config& c) { return c.limits.queue_size / 2 >= c.limits.message_size; },
                  "limits.queue_size at least twice limits.message_size"},
    Contradiction{"heartbeat.interval", "limits.inactive_timeout",
                  [](const Config& c) {
                    return c.limits.inactive_timeout.count() == 0 ||
                           c.heartbeat.interval <= c.limits.inactive_timeout;
                  },
                  "heartbeat.interval at most limits.inactive_timeout, unless that is 0s"},
    Contradiction{"long_poll.timeout", "long_poll.max_timeout",
                  [](const Config& c) { return c.long_poll.timeout <= c.long_poll.max_timeout; },
                  "long_poll.timeout at most long_poll.max_timeout"},
    Contradiction{"webrtc.turn.urls", "webrtc.turn.secret",
                  [](const Config& c) { return c.webrtc.turn.urls.empty() || !c.webrtc.turn.secret.empty(); },
                  "webrtc.turn.secret not empty, unless webrtc.turn.urls is []"},
};

std::string origin_of(const Findings::Given& given) {
  std::string out = given.origin;
  if (given.at.line > 0) out += ':' + std::to_string(given.at.line) + ':' + std::to_string(given.at.column);
  return out;
}

void read_yaml_file(const Sources::File& file, Config& config, Findings& findings) {
  Reading reading(Source::file, file.name, findings);
  const YamlDocument document = parse_yaml(file.text);
  if (const auto* error = std::get_if<YamlError>(&document))
    return reading.complain(error->at, "", error->message);
  const Node& root = *std::get<std::shared_ptr<const Node>>(document);
  const Place top{reading, "", {1, 1}};
  if (root.kind == Node::Kind::map)
    options().read(root, config, top);
  else if (root.kind != Node::Kind::null)
    top.refuse(root, "a map of keys", Secrecy::secret);
}

/// What stands outside of a file: with a bracket, a brace or a quote it begins YAML, anything else is text as
/// it is. So `*`,
/// `#` and `: ` need no quoting, and nothing is cut off as a comment.
YamlDocument parse_value(const std::string& text) {
  if (!text.empty() && std::string_view("[{\"'").find(text.front()) != std::string_view::npos)
    return parse_yaml(text);
  if (YamlError error = check_text(text); !error.message.empty()) return error;
  return plain_scalar(text);
}

void read_value(const std::string& path, const std::string& text, Config& config, Reading& reading) {
  const Place top{reading, "", {}};
  const YamlDocument document = parse_value(text);
  if (const auto* error = std::get_if<YamlError>(&document)) {
    reading.note_refused(path);
    std::string message = error->message;
    if (error->at.line > 0) message += ", in column " + std::to_string(error->at.column) + " of the value";
    top.key(excerpt(path), {}).complain(std::move(message));
    return;
  }
  options().read_path(path, *std::get<std::shared_ptr<const Node>>(document), config, top);
}

void read_environment(const std::map<std::string, std::string>& environment, Config& config,
                      Findings& findings) {
  std::map<std::string, std::string> paths;
  std::vector<std::string> known;  // without the prefix, which would make all of them near to each other
  for (const auto& option : options().options()) {
    paths.emplace(variable_of(option.path), option.path);
    known.push_back(variable_of(option.path).substr(kPrefix.size()));
  }
  for (const auto& [name, text] : environment) {
    if (!name.starts_with(kPrefix)) continue;
    const auto path = paths.find(name);
    Reading reading(Source::environment, excerpt(name), findings);
    if (path != paths.end()) {
      read_value(path->second, text, config, reading);
      continue;
    }
    const std::string meant = nearest(name.substr(kPrefix.size()), known);
    reading.complain({}, "",
                     "unknown variable" + (meant.empty() ? "" : "; did you mean CONFAB_" + meant + "?"));
  }
}

void read_sets(const std::vector<std::string>& sets, Config& config, Findings& findings) {
  Reading reading(Source::command_line, "--set", findings);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto equals = sets[i].find('=');
    // Not repeated in the message: it may be a secret.
    if (equals == std::string::npos || equals == 0)
      reading.complain({}, "", "argument " + std::to_string(i + 1) + " is not of the form key.path=value");
    else
      read_value(sets[i].substr(0, equals), sets[i].substr(equals + 1), config, reading);
  }
}

void find_contradictions(const Config& config, Findings& findings) {
  const auto rank = [&](std::string_view path) {
    const auto given = findings.given.find(path);
    if (given == findings.given.end()) return std::tuple(-1, Mark{});
    return std::tuple(static_cast<int>(given->second.source), given->second.at);
  };
  for (const Contradiction& contradiction : kContradictions) {
    std::string_view culprit = contradiction.left;
    std::string_view other = contradiction.right;
    if (findings.refused.contains(culprit) || findings.refused.contains(other) || contradiction.fits(config))
      continue;
    if (rank(other) > rank(culprit)) std::swap(culprit, other);
    const auto value = [&](std::string_view path) { return options().find(path)->print(config); };
    const auto given = findings.given.find(culprit);
    if (given == findings.given.end()) continue;
    findings.problems.push_back({given->second.source, given->second.origin, given->second.at,
                                 std::string(culprit),
                                 "found " + value(culprit) + " with " + std::string(other) + " at " +
                                     value(other) + "; allowed: " + contradiction.rule});
  }
}

void warn_of_unreachable_rooms(const Config& config, const Findings& findings,
                               std::vector<std::string>& warnings) {
  const auto given = findings.given.find("rooms");
  if (given == findings.given.end()) return;
  // "*" fits every room but those of the server, whose names begin with @ or $.
  const auto covers = [](std::string_view earlier, std::string_view later) {
    return earlier == later || (earlier == "*" && !later.starts_with('@') && !later.starts_with('$'));
  };
  for (std::size_t later = 1; later < config.rooms.size(); ++later)
    for (std::size_t earlier = 0; earlier < later; ++earlier)
      if (covers(config.rooms[earlier].match, config.rooms[later].match)) {
        warnings.push_back(origin_of(given->second) + ": rooms[" + std::to_string(later) + "] (" +
                           quoted(config.rooms[later].match) + ") is never reached: rooms[" +
                           std::to_string(earlier) + "] (" + quoted(config.rooms[earlier].match) +
                           ") fits the same rooms");
        break;
      }
}

void warn_of_needless_origins(const Config& config, const Findings& findings,
                              std::vector<std::string>& warnings) {
  const auto given = findings.given.find("origins");
  if (given == findings.given.end() || config.origins.size() < 2) return;
  if (std::find(config.origins.begin(), config.origins.end(), "*") != config.origins.end())
    warnings.push_back(origin_of(given->second) +
                       ": origins: \"*\" allows every page, whatever else is listed");
}

void read_all(const Sources& sources, LoadResult& result) {
  Findings findings;
  result.config = defaults();
  if (sources.file) read_yaml_file(*sources.file, result.config, findings);
  read_environment(sources.environment, result.config, findings);
  read_sets(sources.sets, result.config, findings);
  find_contradictions(result.config, findings);
  std::stable_sort(findings.problems.begin(), findings.problems.end(),
                   [](const Problem& left, const Problem& right) {
                     return std::tie(left.source, left.at) < std::tie(right.source, right.at);
                   });
  if (findings.problems.empty()) {
    warn_of_unreachable_rooms(result.config, findings, result.warnings);
    warn_of_needless_origins(result.config, findings, result.warnings);
  }
  result.problems = std::move(findings.problems);
}

}  // namespace

std::string variable_of(std::string_view path) {
  std::string out(kPrefix);
  for (const char c : path)
    out += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

LoadResult load(const Sources& sources) {
  LoadResult result;
  try {
    read_all(sources, result);
  } catch (const std::exception& error) {
    result.problems.push_back(
        {Source::file, "configuration", {}, "", std::string("can't be read: ") + error.what()});
  }
  return result;
}

}  // namespace confab::config
