// SPDX-License-Identifier: MIT
#pragma once
#include <boost/system/result.hpp>

#include "confab/base/errc.hpp"

namespace confab {

/// Why something was refused: the error of the table, the field at fault where there is one, and a sentence
/// that replaces the table's where it can say more. Both strings are literals or outlive the fault.
struct Fault {
  errc code = errc::internal;
  const char* field = nullptr;
  const char* detail = nullptr;

  std::string_view sentence() const noexcept {
    return detail ? std::string_view(detail) : describe(code).sentence;
  }
};

/// What can fail at run time answers with a value or a Fault; exceptions are for before the loop runs.
template <class T>
using result = boost::system::result<T, Fault>;

[[noreturn]] void throw_exception_from_error(const Fault& fault, const boost::source_location& where);

}  // namespace confab
