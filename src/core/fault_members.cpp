// SPDX-License-Identifier: MIT
#include "confab/core/fault_members.hpp"

#include "confab/base/json.hpp"

namespace confab {

std::string fault_members(const Fault& fault) {
  std::string members = "\"code\":";
  json::append_quoted(members, describe(fault.code).name);
  members += ",\"message\":";
  json::append_quoted(members, fault.sentence());
  if (fault.field != nullptr) {
    members += ",\"field\":";
    json::append_quoted(members, fault.field);
  }
  return members;
}

}  // namespace confab
