// SPDX-License-Identifier: MIT
#include "confab/base/errc.hpp"

#include <stdexcept>
#include <string>

#include "confab/base/result.hpp"

namespace confab {

const ErrorInfo& describe(errc code) noexcept {
  constexpr bool no = false;
  constexpr bool yes = true;
  static constexpr ErrorInfo kTable[] = {
#define CONFAB_ERROR(name, status, retry, sentence) {#name, status, retry, sentence},
      CONFAB_ERRORS(CONFAB_ERROR)
#undef CONFAB_ERROR
  };
  return kTable[static_cast<std::size_t>(code)];
}

std::string_view describe(CloseReason reason) noexcept {
  switch (reason) {
#define CONFAB_CLOSE(name, code, text) \
  case CloseReason::name:              \
    return text;
    CONFAB_CLOSES(CONFAB_CLOSE)
#undef CONFAB_CLOSE
  }
  return "";
}

void throw_exception_from_error(const Fault& fault, const boost::source_location&) {
  throw std::runtime_error(std::string(describe(fault.code).name) + ": " + std::string(fault.sentence()));
}

}  // namespace confab
