// SPDX-License-Identifier: MIT
#include "cli/close_code.hpp"

#include "confab/base/errc.hpp"

namespace confab::cli {

AfterClose after_close(std::uint16_t code) noexcept {
  switch (static_cast<CloseReason>(code)) {
    case CloseReason::protocol_error:
    case CloseReason::unsupported_data:
    case CloseReason::bad_utf8:
    case CloseReason::policy:
    case CloseReason::too_big:
    case CloseReason::token_expired:
    case CloseReason::replaced:
    case CloseReason::disconnected:
    case CloseReason::flood:
      return AfterClose::stay_away;
    case CloseReason::normal:
    case CloseReason::going_away:
    case CloseReason::restart:
    case CloseReason::overloaded:
    case CloseReason::slow_consumer:
      break;
  }
  return AfterClose::come_back;
}

std::string close_sentence(std::uint16_t code, const std::string& reason) {
  std::string sentence = "The server closed the connection (" + std::to_string(code);
  if (!reason.empty()) (sentence += ": ") += reason;
  return sentence += ").";
}

}  // namespace confab::cli
