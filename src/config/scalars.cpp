// SPDX-License-Identifier: MIT
#include "config/scalars.hpp"

#include "config/units.hpp"

namespace confab::config {
namespace {

std::string range(std::string_view what, const std::string& min, const std::string& max) {
  return std::string(what) + " from " + min + " to " + max;
}

/// Puts an amount that was read where it belongs, if it is one and within its bounds.
template <class Value, class Type>
bool accept(const Amount<Value>& amount, Value min, Value max, Value& into, const Node& node,
            const Place& place, const Type& type) {
  if (!amount) return place.refuse(node, type.allowed(), Secrecy::open, describe(amount.error()));
  if (*amount < min || *amount > max) return place.refuse(node, type.allowed(), Secrecy::open);
  into = *amount;
  return true;
}

}  // namespace

bool DurationType::read(const Node& node, Value& into, const Place& place) const {
  if (node.kind != Node::Kind::scalar) return place.refuse(node, allowed(), Secrecy::open);
  const auto amount = parse_duration(node.text);
  if (!amount && amount.error() == AmountError::no_unit)
    return place.refuse(node, allowed(), Secrecy::open,
                        "a bare number: write " + node.text + "s or " + node.text + "ms");
  return accept(amount, min_, max_, into, node, place, *this);
}

std::string DurationType::print(Value value) const {
  return print_duration(value);
}

std::string DurationType::allowed() const {
  return range("a duration", print(min_), print(max_));
}

bool BytesType::read(const Node& node, Value& into, const Place& place) const {
  if (node.kind != Node::Kind::scalar) return place.refuse(node, allowed(), Secrecy::open);
  return accept(parse_bytes(node.text), min_, max_, into, node, place, *this);
}

std::string BytesType::print(Value value) const {
  return print_bytes(value);
}

std::string BytesType::allowed() const {
  return range("a size", print(min_), print(max_));
}

bool CountType::read(const Node& node, Value& into, const Place& place) const {
  if (node.kind != Node::Kind::scalar || node.style == Node::Style::quoted)
    return place.refuse(node, allowed(), Secrecy::open);
  return accept(parse_count(node.text), min_, max_, into, node, place, *this);
}

std::string CountType::print(Value value) const {
  return std::to_string(value);
}

std::string CountType::allowed() const {
  return range("a whole number", print(min_), print(max_));
}

bool FlagType::read(const Node& node, Value& into, const Place& place) const {
  const bool is_word = node.kind == Node::Kind::scalar && node.style == Node::Style::plain;
  if (!is_word || (node.text != "true" && node.text != "false"))
    return place.refuse(node, allowed(), Secrecy::open);
  into = node.text == "true";
  return true;
}

std::string FlagType::print(Value value) const {
  return value ? "true" : "false";
}

std::string FlagType::allowed() const {
  return "true or false";
}

bool TextType::read(const Node& node, Value& into, const Place& place) const {
  if (node.kind != Node::Kind::scalar || !rule_->fits(node.text))
    return place.refuse(node, allowed(), secrecy_);
  into = node.text;
  return true;
}

std::string TextType::print(const Value& value) const {
  return secrecy_ == Secrecy::secret && !value.empty() ? "(hidden)" : quoted(value);
}

std::string TextType::allowed() const {
  return std::string(rule_->allowed);
}

}  // namespace confab::config
