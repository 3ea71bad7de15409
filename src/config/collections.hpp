// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/reference.hpp"

namespace confab::config {

/// A list of single values, no two of them the same. Read whole or not at all.
template <class Item>
class ListType {
 public:
  using Value = std::vector<typename Item::Value>;

  ListType(Item item, std::size_t min, std::size_t max) : item_(std::move(item)), min_(min), max_(max) {}

  bool read(const Node& node, Value& into, const Place& place) const {
    if (node.kind != Node::Kind::list) return place.refuse(node, allowed(), secrecy());
    if (node.items.size() < min_ || node.items.size() > max_)
      return place.refuse(node, allowed(), secrecy(), std::to_string(node.items.size()) + " entries");
    Value fresh;
    bool good = true;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      typename Item::Value value{};
      const Node& item = *node.items[i];
      const Place here = place.element(i, where(item, place.at));
      if (!item_.read(item, value, here) || !is_new(fresh, value, here)) good = false;
      fresh.push_back(std::move(value));
    }
    if (good) into = std::move(fresh);
    return good;
  }

  std::string print(const Value& values) const {
    std::string out = "[";
    for (const auto& value : values)
      (out += out.size() > 1 ? ", " : "") += item_.print(value);
    return out + ']';
  }

  std::string allowed() const {
    return "a list of " + std::to_string(min_) + " to " + std::to_string(max_) + ", each " + item_.allowed();
  }

  Secrecy secrecy() const noexcept { return item_.secrecy(); }

 private:
  bool is_new(const Value& before, const typename Item::Value& value, const Place& place) const {
    for (std::size_t i = 0; i < before.size(); ++i)
      if (item_.same(before[i], value)) return place.complain("the same as entry " + std::to_string(i));
    return true;
  }

  Item item_;
  std::size_t min_;
  std::size_t max_;
};

/// A key by which no two elements of a list may agree.
template <class Element>
struct Unique {
  std::string key;
  std::string (*identity)(const Element&);
};

/// A list of elements that have a table of their own; keys that aren't given take its defaults.
template <class Element>
class ElementsType {
 public:
  using Value = std::vector<Element>;

  ElementsType(const Table<Element>& table, std::size_t max, std::vector<Unique<Element>> unique)
      : table_(&table), max_(max), unique_(std::move(unique)) {}

  bool read(const Node& node, Value& into, const Place& place) const {
    if (node.kind != Node::Kind::list) return place.refuse(node, allowed(), secrecy());
    if (node.items.size() > max_)
      return place.refuse(node, allowed(), secrecy(), std::to_string(node.items.size()) + " entries");
    Value fresh;
    bool good = true;
    std::vector<std::map<std::string, std::size_t>> seen(unique_.size());
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Node& item = *node.items[i];
      const Place here = place.element(i, where(item, place.at));
      if (item.kind != Node::Kind::map) {
        good = here.refuse(item, "a map of " + keys(), secrecy());
        continue;
      }
      Element element = table_->defaults();
      if (!table_->read(item, element, here)) {
        good = false;
        continue;
      }
      for (std::size_t u = 0; u < unique_.size(); ++u) {
        const auto [first, is_new] = seen[u].emplace(unique_[u].identity(element), i);
        if (is_new) continue;
        const Node* value = item.find(unique_[u].key);
        good = here.key(unique_[u].key, value ? where(*value, here.at) : here.at)
                   .complain("the same as that of entry " + std::to_string(first->second));
      }
      fresh.push_back(std::move(element));
    }
    if (good) into = std::move(fresh);
    return good;
  }

  std::string print(const Value& values) const {
    std::string out = "[";
    for (const auto& value : values)
      (out += out.size() > 1 ? ", " : "") += print_flow(*table_, value);
    return out + ']';
  }

  /// As the reference shows it: one block an element.
  std::string document(const Value& values, std::size_t indent) const {
    if (values.empty()) return " []";
    std::string out = "\n";
    for (const auto& value : values)
      append_block(out, *table_, value, indent + 4, BlockKind::element);
    out.pop_back();
    return out;
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> lines;
    for (const auto& option : table_->options())
      lines.push_back(option.path + ": " + comment_of(option, BlockKind::element) +
                      (option.default_text ? " Default: " + *option.default_text + '.' : ""));
    return lines;
  }

  std::string allowed() const {
    return "a list of 0 to " + std::to_string(max_) + ", each a map of " + keys();
  }

  Secrecy secrecy() const noexcept { return table_->secrecy(); }

 private:
  /// The top-level keys of an element: "match, join, history".
  std::string keys() const {
    std::string out;
    std::string_view last;
    for (const auto& option : table_->options()) {
      const auto key = std::string_view(option.path).substr(0, option.path.find('.'));
      if (key != last) (out += out.empty() ? "" : ", ") += key;
      last = key;
    }
    return out;
  }

  const Table<Element>* table_;
  std::size_t max_;
  std::vector<Unique<Element>> unique_;
};

}  // namespace confab::config
