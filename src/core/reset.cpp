// SPDX-License-Identifier: MIT
#include "confab/core/reset.hpp"

#include "confab/base/json.hpp"

namespace confab {

void append_reset(std::string& out, const Reset& reset) {
  out += "{\"room\":";
  json::append_quoted(out, reset.room);
  out += ",\"epoch\":";
  json::append_quoted(out, reset.epoch);
  out += ",\"seq\":";
  json::append_integer(out, static_cast<std::int64_t>(reset.seq));
  out += ",\"reason\":";
  json::append_quoted(out, reset.reason);
  out += '}';
}

std::string reset_members(std::span<const Reset> resets) {
  std::string members = "\"rooms\":[";
  for (const Reset& reset : resets) {
    if (members.back() != '[') members += ',';
    append_reset(members, reset);
  }
  members += ']';
  return members;
}

}  // namespace confab
