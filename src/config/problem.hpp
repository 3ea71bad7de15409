// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "config/yaml_tree.hpp"

namespace confab::config {

/// Where a value came from; the later one wins.
enum class Source : std::uint8_t { file, environment, command_line };

/// One thing that is wrong with the configuration. Never holds a value that is marked secret.
struct Problem {
  Source source = Source::file;
  std::string origin;  ///< the file's name, the variable's name, or "--set"
  Mark at;             ///< in the file; nowhere for the other sources
  std::string path;    ///< the key's, such as "rooms[0].history.size"; empty where the whole source is meant
  std::string message;

  /// `confabd.yaml:12:3: limits.mesage_size: unknown key; did you mean limits.message_size?`
  std::string text() const;
};

/// The text as it may stand in a message or a YAML file: in double quotes, control characters escaped.
std::string quoted(std::string_view text);

/// The text as it may stand in a message: at most 60 bytes of it, in quotes where it was written so, is empty
/// or has anything unprintable.
std::string excerpt(std::string_view text, Node::Style style = Node::Style::plain);

}  // namespace confab::config
