// SPDX-License-Identifier: MIT
#include "config/reading.hpp"

#include <utility>

namespace confab::config {
namespace {

std::string describe(const Node& node, Secrecy secrecy) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::scalar:
      break;
  }
  if (secrecy == Secrecy::secret) return "text that is not shown";
  return excerpt(node.text, node.style);
}

}  // namespace

Reading::Reading(Source source, std::string origin, Findings& findings)
    : source_(source), origin_(std::move(origin)), findings_(findings) {}

bool Reading::full() const noexcept {
  return findings_.problems.size() >= kMaxProblems;
}

void Reading::complain(Mark at, std::string path, std::string message) {
  if (full()) return;
  if (source_ != Source::file) at = {};
  findings_.problems.push_back({source_, origin_, at, std::move(path), std::move(message)});
}

void Reading::note_given(const std::string& path, Mark at) {
  if (source_ != Source::file) at = {};
  findings_.given.insert_or_assign(path, Findings::Given{source_, origin_, at});
}

void Reading::note_refused(const std::string& path) {
  findings_.refused.insert(path);
}

Place Place::key(std::string_view name, Mark mark) const {
  return {reading, path.empty() ? std::string(name) : path + '.' + std::string(name), mark};
}

Place Place::element(std::size_t index, Mark mark) const {
  return {reading, path + '[' + std::to_string(index) + ']', mark};
}

bool Place::refuse(const Node& found, std::string_view allowed, Secrecy secrecy, std::string_view why) const {
  std::string message = "found " + describe(found, secrecy);
  if (!why.empty()) (message += ", ") += why;
  (message += "; allowed: ") += allowed;
  reading.complain(found.at.line > 0 ? found.at : at, path, std::move(message));
  return false;
}

bool Place::complain(std::string message) const {
  reading.complain(at, path, std::move(message));
  return false;
}

}  // namespace confab::config
