// SPDX-License-Identifier: MIT
#include "config/option.hpp"

#include "config/nearest.hpp"

namespace confab::config {

Mark where(const Node& value, Mark key) noexcept {
  return value.at.line > 0 ? value.at : key;
}

bool complain_repeated(const Place& key, Mark first) {
  const bool in_file = key.reading.source() == Source::file;
  return key.complain(in_file ? "given twice, first in line " + std::to_string(first.line) : "given twice");
}

bool complain_unknown(const Place& owner, Mark at, const std::string& path, const Node& value,
                      const std::vector<std::string>& known, Secrecy secrecy) {
  // `{name: a, 0123456789abcdef}` is a secret that lost its key, so it isn't repeated in a message.
  if (!owner.path.empty() && secrecy == Secrecy::secret && value.kind == Node::Kind::null)
    return Place{owner.reading, owner.path, at}.complain("a key that is unknown and has no value");
  const Place place = owner.key(excerpt(path), at);
  if (known.empty())
    return place.complain("unknown key; parts of a path are keys below each other, without dots");
  const std::string meant = nearest(path, known);
  if (meant.empty()) return place.complain("unknown key");
  return place.complain("unknown key; did you mean " + owner.key(meant, at).path + "?");
}

}  // namespace confab::config
