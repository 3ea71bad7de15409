// SPDX-License-Identifier: MIT
#include "config/reference.hpp"

#include <algorithm>

namespace confab::config {
namespace {

constexpr std::size_t kColumns = 110;

}  // namespace

void append_comment(std::string& out, std::size_t indent, std::string_view text) {
  const auto spaces = std::min(text.find_first_not_of(' '), text.size());
  const std::string margin = std::string(indent, ' ') + "# " + std::string(spaces, ' ');
  text.remove_prefix(spaces);
  std::size_t column = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (column == 0 || column + 1 + word.size() > kColumns) {
      if (column > 0) out += '\n';
      out += margin;
      column = margin.size();
    } else {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  out += '\n';
}

Sections::Step Sections::to(std::string_view path) {
  std::vector<std::string> parts;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    parts.emplace_back(path.substr(0, dot));
    path.remove_prefix(dot + 1);
  }
  std::size_t common = 0;
  while (common < parts.size() && common < open_.size() && parts[common] == open_[common])
    ++common;
  Step step{open_.size() - common,
            {parts.begin() + static_cast<std::ptrdiff_t>(common), parts.end()},
            std::string(path)};
  open_ = std::move(parts);
  return step;
}

}  // namespace confab::config
