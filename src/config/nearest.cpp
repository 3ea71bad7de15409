// SPDX-License-Identifier: MIT
#include "config/nearest.hpp"

#include <algorithm>

namespace confab::config {
namespace {

// Nobody means a known key by a text this long; and it bounds the work on a hostile file.
constexpr std::size_t kLongest = 64;

std::string_view last_part(std::string_view path) noexcept {
  return path.substr(path.rfind('.') + 1);
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right, std::size_t bound) {
  const std::size_t apart =
      left.size() > right.size() ? left.size() - right.size() : right.size() - left.size();
  if (apart > bound) return bound + 1;
  const std::size_t width = right.size() + 1;
  std::vector<std::size_t> cells((left.size() + 1) * width);
  const auto cell = [&](std::size_t row, std::size_t column) -> std::size_t& {
    return cells[row * width + column];
  };
  for (std::size_t row = 0; row <= left.size(); ++row)
    for (std::size_t column = 0; column < width; ++column) {
      if (row == 0 || column == 0) {
        cell(row, column) = row + column;
        continue;
      }
      const std::size_t change = left[row - 1] == right[column - 1] ? 0 : 1;
      std::size_t best = std::min(
          {cell(row - 1, column) + 1, cell(row, column - 1) + 1, cell(row - 1, column - 1) + change});
      if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
        best = std::min(best, cell(row - 2, column - 2) + 1);
      cell(row, column) = best;
    }
  return std::min(cell(left.size(), right.size()), bound + 1);
}

std::string nearest(std::string_view wrong, const std::vector<std::string>& known) {
  if (wrong.size() > kLongest) return {};
  const std::string_view part = last_part(wrong);
  const std::size_t bound = std::clamp<std::size_t>(part.size() / 3, 1, 4);
  std::size_t best = bound + 1;
  std::string_view found;
  for (const std::string& name : known) {
    const std::size_t whole = edit_distance(wrong, name, bound);
    const std::size_t moved = edit_distance(part, last_part(name), bound) + 1;
    if (const std::size_t distance = std::min(whole, moved); distance < best) {
      best = distance;
      found = name;
    }
  }
  return std::string(found);
}

}  // namespace confab::config
