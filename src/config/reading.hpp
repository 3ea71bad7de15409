// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"

namespace confab::config {

/// Whether a value may be shown.
enum class Secrecy : std::uint8_t { open, secret };

/// What came of reading all sources: the problems, and which of the top-level options was set where.
struct Findings {
  struct Given {
    Source source = Source::file;
    std::string origin;
    Mark at;
  };

  std::vector<Problem> problems;
  std::map<std::string, Given, std::less<>> given;  ///< by path; the last source that set it
  std::set<std::string, std::less<>> refused;       ///< paths with a problem of their own
};

/// One source being read. Collects into the findings and stops at kMaxProblems, so that a hostile file costs
/// no more.
class Reading {
 public:
  static constexpr std::size_t kMaxProblems = 1000;

  Reading(Source source, std::string origin, Findings& findings);

  void complain(Mark at, std::string path, std::string message);

  /// Whether so much is wrong that going on makes no sense.
  bool full() const noexcept;

  void note_given(const std::string& path, Mark at);
  void note_refused(const std::string& path);

  Source source() const noexcept { return source_; }

 private:
  Source source_;
  std::string origin_;
  Findings& findings_;
};

/// Where in the configuration a value is being read: the key's path for messages and its place in the source.
struct Place {
  Reading& reading;
  std::string path;
  Mark at;

  Place key(std::string_view name, Mark mark) const;
  Place element(std::size_t index, Mark mark) const;

  /// Complains `found …: why; allowed: …` and returns false. A secret value is not shown.
  bool refuse(const Node& found, std::string_view allowed, Secrecy secrecy, std::string_view why = {}) const;

  /// Complains in these words, here, and returns false.
  bool complain(std::string message) const;
};

}  // namespace confab::config
