// SPDX-License-Identifier: MIT
#pragma once
#include <boost/system/result.hpp>
#include <string>

#include "confab/base/errc.hpp"

namespace confab {

/// Why something was refused: the error of the table, the field at fault where there is one, and a sentence
/// that replaces the table's where it can say more. Both are literals or outlive the fault. `rule` is for the
/// log alone: the `match` of the room rule that said no.
struct Fault {
  errc code = errc::internal;
  const char* field = nullptr;
  const char* detail = nullptr;
  std::string rule{};

  std::string_view sentence() const noexcept {
    return detail ? std::string_view(detail) : describe(code).sentence;
  }
};

/// What can fail at run time answers with a value or a Fault; exceptions are for before the loop runs.
template <class T>
using result = boost::system::result<T, Fault>;

[[noreturn]] void throw_exception_from_error(const Fault& fault, const boost::source_location& where);

}  // namespace confab
