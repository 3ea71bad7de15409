// SPDX-License-Identifier: MIT
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace confab::config {

/// A place in a text, both counted from 1, columns in bytes; line 0 is nowhere.
struct Mark {
  int line = 0;
  int column = 0;

  auto operator<=>(const Mark&) const = default;
};

/// A YAML document with the place of every key and value, duplicate keys included (yaml-cpp's own tree keeps
/// neither). Aliases share the node they name, so a document is never larger than its text; a node never
/// contains itself.
struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, map };
  enum class Style : std::uint8_t { plain, quoted };

  struct Entry {
    std::string key;
    Mark at;
    std::shared_ptr<const Node> value;
  };

  Kind kind = Kind::null;
  Style style = Style::plain;
  std::string text;                                ///< of a scalar
  std::vector<std::shared_ptr<const Node>> items;  ///< of a list
  std::vector<Entry> entries;                      ///< of a map, as written
  Mark at;                                         ///< a null has the place of its key or list

  /// The value of the first entry with that key; null where there is none.
  const Node* find(std::string_view key) const noexcept;
};

struct YamlError {
  Mark at;
  std::string message;
};

using YamlDocument = std::variant<std::shared_ptr<const Node>, YamlError>;

/// The most that is read of a file, a variable or an argument, in bytes.
inline constexpr std::size_t kMaxText = std::size_t{1} << 20;

/// Reads one YAML document; an empty text is a null. Refused beside what YAML refuses: more than kMaxText
/// bytes, text that is not UTF-8, control characters, tags, keys that are no scalars, a second document, more
/// than about 1000 levels. Messages quote nothing of the text. Doesn't throw but for lack of memory.
YamlDocument parse_yaml(const std::string& text);

/// A node of plain text, for what stands in no file.
std::shared_ptr<const Node> plain_scalar(std::string text);

/// What makes parse_yaml refuse a text before it looks for YAML; empty message where nothing does.
YamlError check_text(std::string_view text);

}  // namespace confab::config
