// SPDX-License-Identifier: MIT
#include "cli/flat_text.hpp"

#include <algorithm>
#include <utility>

#include "cli/event_text.hpp"

namespace confab::cli {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

void flatten(Rows& rows, const std::string& path, json::Value value);

void flatten_object(Rows& rows, const std::string& path, const json::Object& object) {
  for (const auto& member : object.members())
    flatten(rows, path.empty() ? std::string(member.key) : path + '.' + std::string(member.key),
            member.value);
}

void flatten(Rows& rows, const std::string& path, json::Value value) {
  if (value.is(json::Kind::object)) {
    json::Object object;
    object.assign(value);
    return flatten_object(rows, path, object);
  }
  if (value.is(json::Kind::array)) {
    json::Elements elements(value);
    std::size_t index = 0;
    for (json::Value element; elements.next(element); ++index)
      flatten(rows, path + '.' + std::to_string(index), element);
    return;
  }
  std::string text;
  if (!value.string(text)) text = value.raw;
  rows.emplace_back(printable(path), printable(text));
}

}  // namespace

std::vector<std::string> flat_text(const json::Object& object) {
  Rows rows;
  flatten_object(rows, {}, object);
  std::size_t width = 0;
  for (const auto& [path, value] : rows)
    width = std::max(width, path.size());
  std::vector<std::string> lines;
  for (auto& [path, value] : rows) {
    path.resize(width + 2, ' ');
    lines.push_back(path + value);
  }
  return lines;
}

}  // namespace confab::cli
