// SPDX-License-Identifier: MIT
#include "net/http_request.hpp"

#include <algorithm>
#include <iterator>

#include "net/url.hpp"

namespace confab::net {
namespace {

constexpr std::size_t kMaxSegments = 64;
constexpr std::size_t kMaxParameters = 256;

constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};

Fault malformed(const char* field, const char* detail) noexcept {
  return {errc::bad_message, field, detail};
}

}  // namespace

std::string_view to_string(Method method) noexcept {
  return method == Method::other ? std::string_view() : kMethods[static_cast<std::size_t>(method)];
}

Method parse_method(std::string_view name) noexcept {
  for (std::size_t i = 0; i < std::size(kMethods); ++i) {
    if (kMethods[i] == name) return static_cast<Method>(i);
  }
  return Method::other;
}

result<void> HttpRequest::decode() {
  segments_.clear();
  parameters_.clear();
  if (std::string_view rest = path(); !rest.empty() && rest != "*") {
    do {
      rest.remove_prefix(1);
      const std::string_view segment = rest.substr(0, rest.find('/'));
      rest.remove_prefix(segment.size());
      if (segments_.size() == kMaxSegments) return malformed("path", "The path has too many segments.");
      if (!percent_decode(segment, Plus::literal, segments_.emplace_back())) {
        return malformed("path", "The path is not percent-encoded UTF-8.");
      }
    } while (!rest.empty());
  } else if (rest.empty()) {
    segments_.emplace_back();
  }
  std::string_view rest = view(query_);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (parameters_.size() == kMaxParameters) return malformed("query", "The query has too many parameters.");
    Parameter& parameter = parameters_.emplace_back();
    const auto equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (!percent_decode(pair.substr(0, equals), Plus::space, parameter.name) ||
        !percent_decode(value, Plus::space, parameter.value)) {
      return malformed("query", "The query is not percent-encoded UTF-8.");
    }
  }
  return {};
}

std::optional<std::string_view> HttpRequest::query(std::string_view name) const noexcept {
  for (const Parameter& parameter : parameters_) {
    if (parameter.name == name) return parameter.value;
  }
  return std::nullopt;
}

std::vector<std::string_view> HttpRequest::queries(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Parameter& parameter : parameters_) {
    if (parameter.name == name) values.emplace_back(parameter.value);
  }
  return values;
}

std::optional<std::string_view> HttpRequest::header(std::string_view name) const noexcept {
  for (const Field& field : fields_) {
    if (equal_ignoring_case(view(field.name), name)) return view(field.value);
  }
  return std::nullopt;
}

std::size_t HttpRequest::header_count(std::string_view name) const noexcept {
  std::size_t count = 0;
  for (const Field& field : fields_)
    count += equal_ignoring_case(view(field.name), name) ? 1 : 0;
  return count;
}

bool HttpRequest::header_has_token(std::string_view name, std::string_view token) const noexcept {
  bool found = false;
  for (const Field& field : fields_) {
    if (!equal_ignoring_case(view(field.name), name)) continue;
    for_each_token(view(field.value),
                   [&](std::string_view each) { found |= equal_ignoring_case(each, token); });
  }
  return found;
}

std::string_view HttpRequest::variable(std::string_view name) const noexcept {
  for (const Variable& each : variables_) {
    if (each.name == name) return segments_[each.index];
  }
  return {};
}

}  // namespace confab::net
