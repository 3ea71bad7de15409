// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

#include "confab/base/result.hpp"

namespace confab {

class Session;

/// What operators may read of a session's life. Texts of messages and secrets never get here.
class Journal {
 public:
  /// A message of the client was answered with an error; `correlation` as in Command.
  virtual void on_refused(const Session& session, const Fault& fault, std::string_view correlation) = 0;

 protected:
  ~Journal() = default;
};

}  // namespace confab
