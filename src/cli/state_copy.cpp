// SPDX-License-Identifier: MIT
#include "cli/state_copy.hpp"

namespace confab::cli {
namespace {

std::int64_t number_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value == nullptr ? 0 : value->integer().value_or(0);
}

}  // namespace

void StateCopy::restart(const json::Object& joined) {
  values_.clear();
  version_ = number_of(joined, "stateVersion");
  const json::Value* state = joined.find("state");
  if (state == nullptr || !state->is(json::Kind::object)) return;
  json::Object keys;
  keys.assign(*state);
  for (const auto& member : keys.members())
    values_.insert_or_assign(std::string(member.key), std::string(member.value.raw));
}

bool StateCopy::apply(const json::Object& delta) {
  const json::Value* key = delta.find("key");
  const json::Value* value = delta.find("value");
  const std::int64_t version = number_of(delta, "version");
  std::string name;
  if (key == nullptr || value == nullptr || !key->string(name) || version <= version_) return false;
  version_ = version;
  if (value->is(json::Kind::null)) {
    values_.erase(name);
  } else {
    values_.insert_or_assign(std::move(name), std::string(value->raw));
  }
  return true;
}

std::string StateCopy::line(std::string_view room) const {
  std::string out = "{\"room\":";
  json::append_quoted(out, room);
  out += ",\"stateVersion\":";
  json::append_integer(out, version_);
  out += ",\"state\":{";
  for (const auto& [key, value] : values_) {
    if (!out.ends_with('{')) out += ',';
    json::append_quoted(out, key);
    (out += ':') += value;
  }
  return out += "}}";
}

}  // namespace confab::cli
