// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <string_view>

#include "confab/core/answer.hpp"
#include "confab/core/command.hpp"
#include "confab/core/services.hpp"

namespace confab {

/// Applies what clients ask. Each type of command has its function, in a file of its group under
/// src/core/commands; here is what holds for all of them: the pace and the flood limit, the name that a first
/// message gives a session, the order of one session's commands where the broker answers late, and answers
/// and errors in their one form.
class Dispatcher final {
 public:
  /// The services have to outlive it.
  explicit Dispatcher(const Services& services);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// One command of the session's client. Its answer goes to `answer`, or to the session where that is null.
  /// The session may be closing afterwards.
  void apply(Session& session, const Command& command, AnswerPtr answer = nullptr);

  /// What held other commands (applied before) is acknowledged once all that the session has asked is done.
  /// It is none itself and doesn't count as one.
  void settle(Session& session, const Command& command, AnswerPtr answer = nullptr);

  /// What the client said is no command, or none that can be read. `correlation` as in Command.
  void refuse(Session& session, const Fault& fault, std::string_view correlation, AnswerPtr answer = nullptr);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace confab
