// SPDX-License-Identifier: MIT
#include "common/arguments.hpp"

#include <charconv>
#include <stdexcept>

namespace confab::bench {

namespace {

template <class Number>
Number parse(std::string_view name, const std::string& value, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || !(number >= least && number <= most))
    throw std::invalid_argument("--" + std::string(name) + " wants a number from " + std::to_string(least) +
                                " to " + std::to_string(most) + ", not '" + value + "'");
  return number;
}

}  // namespace

Arguments::Arguments(std::span<char*> words) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string_view word = words[at];
    if (!word.starts_with("--") || word.size() == 2)
      throw std::invalid_argument("expected an option, found '" + std::string(word) + "'");
    std::string value;
    if (at + 1 < words.size() && !std::string_view(words[at + 1]).starts_with("--")) value = words[++at];
    if (!values_.emplace(word.substr(2), value).second)
      throw std::invalid_argument(std::string(word) + " is given twice");
  }
}

std::int64_t Arguments::number(std::string_view name, std::int64_t fallback, std::int64_t least,
                               std::int64_t most) {
  const auto node = values_.extract(std::string(name));
  return node.empty() ? fallback : parse(name, node.mapped(), least, most);
}

double Arguments::real(std::string_view name, double fallback, double least, double most) {
  const auto node = values_.extract(std::string(name));
  return node.empty() ? fallback : parse(name, node.mapped(), least, most);
}

std::string Arguments::text(std::string_view name, std::string fallback) {
  const auto node = values_.extract(std::string(name));
  if (!node.empty() && node.mapped().empty())
    throw std::invalid_argument("--" + std::string(name) + " wants a value");
  return node.empty() ? fallback : node.mapped();
}

bool Arguments::is_set(std::string_view name) {
  const auto node = values_.extract(std::string(name));
  if (!node.empty() && !node.mapped().empty())
    throw std::invalid_argument("--" + std::string(name) + " takes no value");
  return !node.empty();
}

void Arguments::finish() const {
  if (!values_.empty()) throw std::invalid_argument("unknown option --" + values_.begin()->first);
}

}  // namespace confab::bench
