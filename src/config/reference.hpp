// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/option.hpp"

namespace confab::config {

/// Appends the text as comment lines of at most 110 columns; leading spaces are kept on each.
void append_comment(std::string& out, std::size_t indent, std::string_view text);

/// Opens and closes sections while the options of a table are gone through in order.
class Sections {
 public:
  struct Step {
    std::size_t closed;               ///< sections that end before this option
    std::vector<std::string> opened;  ///< sections that begin with it
    std::string key;                  ///< the option's own name
  };

  Step to(std::string_view path);

  std::size_t depth() const noexcept { return open_.size(); }

 private:
  std::vector<std::string> open_;
};

/// Whether a block is a whole document or an element of a list.
enum class BlockKind : std::uint8_t { document, element };

/// What the reference says of an option: help, range, and whether SIGHUP applies it (an element's keys go
/// with its list).
template <class Owner>
std::string comment_of(const Option<Owner>& option, BlockKind kind) {
  std::string out = option.help + " Allowed: " + option.allowed + '.';
  if (!option.default_text) out += " Required.";
  if (option.secrecy == Secrecy::secret) out += " Secret.";
  if (option.reload == Reload::on_sighup && kind == BlockKind::document) out += " On SIGHUP.";
  return out;
}

/// An owner as one line of YAML: `{match: "*", history: {size: 100}}`, secrets hidden.
template <class Owner>
std::string print_flow(const Table<Owner>& table, const Owner& owner) {
  std::string out = "{";
  Sections sections;
  bool first = true;
  for (const auto& option : table.options()) {
    const auto step = sections.to(option.path);
    out.append(step.closed, '}');
    if (!first) out += ", ";
    for (const auto& section : step.opened)
      out += section + ": {";
    out += step.key + ": " + option.print(owner);
    first = false;
  }
  return out.append(sections.depth() + 1, '}');
}

/// Appends an owner as a block of YAML, each key under its comment. The dash of an element stands before
/// `indent`.
template <class Owner>
void append_block(std::string& out, const Table<Owner>& table, const Owner& owner, std::size_t indent,
                  BlockKind kind) {
  Sections sections;
  bool first = true;
  // A line at this depth; the first of an element has the dash.
  const auto begin = [&](std::size_t at) {
    const bool dash = first && kind == BlockKind::element;
    first = false;
    out += dash ? std::string(at - 2, ' ') + "- " : std::string(at, ' ');
  };
  for (const auto& option : table.options()) {
    const auto step = sections.to(option.path);
    std::size_t at = indent + 2 * (sections.depth() - step.opened.size());
    if (at == indent && !first && kind == BlockKind::document) out += '\n';
    for (const auto& section : step.opened) {
      begin(at);
      out += section + ":\n";
      at += 2;
    }
    const std::size_t margin = first && kind == BlockKind::element ? at - 2 : at;
    append_comment(out, margin, comment_of(option, kind));
    for (const auto& note : option.notes)
      append_comment(out, margin, "  " + note);
    begin(at);
    out += step.key + ':' + option.document(owner, at) + '\n';
  }
}

}  // namespace confab::config
