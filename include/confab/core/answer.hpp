// SPDX-License-Identifier: MIT
#pragma once
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "confab/core/reply.hpp"

namespace confab {

/// Where the answer to one command goes where that isn't the session's own queue: an HTTP request that
/// carried it. What the command brings besides (`joined`, events) goes to the session as ever.
class Answer : public boost::intrusive_ref_counter<Answer, boost::thread_unsafe_counter> {
 public:
  virtual ~Answer() = default;

  /// At most once: the `ack`, `error` or `pong`. A command without an id that was done is answered with a
  /// bare `ack`. The last pointer may go without an answer: the session ended first.
  virtual void on_answer(const Reply& reply) = 0;

  /// What was said holds several commands: the next of them is answered there, and nothing is answered here.
  virtual boost::intrusive_ptr<Answer> next() = 0;
};

using AnswerPtr = boost::intrusive_ptr<Answer>;

}  // namespace confab
