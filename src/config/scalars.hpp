// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "config/reading.hpp"
#include "config/text_rules.hpp"

namespace confab::config {

/// The types of single values. Each reads a node into its Value (false, with a complaint, where it doesn't
/// fit; the value is then untouched), prints it as YAML that reads back to the same, and says in words what
/// is allowed.

class DurationType {
 public:
  using Value = std::chrono::milliseconds;

  DurationType(Value min, Value max) : min_(min), max_(max) {}

  bool read(const Node& node, Value& into, const Place& place) const;
  std::string print(Value value) const;
  std::string allowed() const;

  Secrecy secrecy() const noexcept { return Secrecy::open; }

  bool same(Value left, Value right) const noexcept { return left == right; }

 private:
  Value min_;
  Value max_;
};

class BytesType {
 public:
  using Value = std::size_t;

  BytesType(Value min, Value max) : min_(min), max_(max) {}

  bool read(const Node& node, Value& into, const Place& place) const;
  std::string print(Value value) const;
  std::string allowed() const;

  Secrecy secrecy() const noexcept { return Secrecy::open; }

  bool same(Value left, Value right) const noexcept { return left == right; }

 private:
  Value min_;
  Value max_;
};

class CountType {
 public:
  using Value = std::size_t;

  CountType(Value min, Value max) : min_(min), max_(max) {}

  bool read(const Node& node, Value& into, const Place& place) const;
  std::string print(Value value) const;
  std::string allowed() const;

  Secrecy secrecy() const noexcept { return Secrecy::open; }

  bool same(Value left, Value right) const noexcept { return left == right; }

 private:
  Value min_;
  Value max_;
};

class FlagType {
 public:
  using Value = bool;

  bool read(const Node& node, Value& into, const Place& place) const;
  std::string print(Value value) const;
  std::string allowed() const;

  Secrecy secrecy() const noexcept { return Secrecy::open; }

  bool same(Value left, Value right) const noexcept { return left == right; }
};

class TextType {
 public:
  using Value = std::string;

  TextType(const TextRule& rule, Secrecy secrecy) : rule_(&rule), secrecy_(secrecy) {}

  bool read(const Node& node, Value& into, const Place& place) const;
  /// A secret is printed as "(hidden)", unless it is empty and so is none.
  std::string print(const Value& value) const;
  std::string allowed() const;

  Secrecy secrecy() const noexcept { return secrecy_; }

  bool same(const Value& left, const Value& right) const {
    return rule_->same ? rule_->same(left, right) : left == right;
  }

 private:
  const TextRule* rule_;
  Secrecy secrecy_;
};

/// One of a few words.
template <class Enum, std::size_t N>
class ChoiceType {
 public:
  using Value = Enum;
  using Names = std::array<std::pair<std::string_view, Enum>, N>;

  explicit ChoiceType(const Names& names) : names_(names) {}

  bool read(const Node& node, Value& into, const Place& place) const {
    if (node.kind == Node::Kind::scalar)
      for (const auto& [name, value] : names_)
        if (name == node.text) {
          into = value;
          return true;
        }
    return place.refuse(node, allowed(), Secrecy::open);
  }

  std::string print(Value value) const {
    for (const auto& [name, candidate] : names_)
      if (candidate == value) return std::string(name);
    return {};
  }

  std::string allowed() const {
    std::string out;
    for (std::size_t i = 0; i < N; ++i)
      (out += i == 0 ? "" : i + 1 == N ? " or " : ", ") += names_[i].first;
    return out;
  }

  Secrecy secrecy() const noexcept { return Secrecy::open; }

  bool same(Value left, Value right) const noexcept { return left == right; }

 private:
  Names names_;
};

}  // namespace confab::config
