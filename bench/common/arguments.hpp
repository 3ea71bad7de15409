// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace confab::bench {

// `--name value` and `--name` (a switch) of a command line. Each getter takes its option; `finish` throws on
// what nobody took, so a misspelt option never changes a measurement unnoticed. Throws std::invalid_argument
// with a sentence; only used before the loop runs.
class Arguments {
 public:
  // `words` without the program's name.
  explicit Arguments(std::span<char*> words);

  std::int64_t number(std::string_view name, std::int64_t fallback, std::int64_t least, std::int64_t most);
  double real(std::string_view name, double fallback, double least, double most);
  std::string text(std::string_view name, std::string fallback);
  bool is_set(std::string_view name);
  void finish() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace confab::bench
