// SPDX-License-Identifier: MIT
#pragma once
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "confab/core/answer.hpp"
#include "confab/core/event.hpp"
#include "confab/core/hub.hpp"

namespace confab {

/// Who notes what fails, and waits for commands to be done so that the next ones may begin.
class RequestEvents {
 public:
  virtual void on_failed(const Session& session, const Fault& fault, std::string_view correlation) = 0;
  virtual void on_done(std::uint64_t session) = 0;

 protected:
  ~RequestEvents() = default;
};

/// One command on its way: whom to answer, and how. It is done when the last pointer to it goes.
class Request final : public boost::intrusive_ref_counter<Request, boost::thread_unsafe_counter> {
 public:
  /// Hub and events have to outlive it.
  Request(Hub& hub, RequestEvents& events, const Session& session, std::string_view correlation,
          AnswerPtr answer);
  ~Request();
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  /// Null once it has ended.
  Session* session() const;

  bool has_id() const noexcept { return !correlation_.empty(); }

  /// The message's id as a JSON string with its quotes; empty: none.
  const std::string& correlation() const noexcept { return correlation_; }

  /// An `ack` with these members; unasked for (without an id) it reaches only those who wait for an answer of
  /// their own.
  void ack(std::string_view members = {});
  /// The same with events as `messages` beside them.
  void ack_with(std::span<const EventPtr> messages, std::string_view members);

  /// It isn't done when its command's function returns: the events are told when it is.
  void tell_when_done() noexcept { told_ = true; }

  /// An answer of another name, given whether there is an id or not.
  void reply(std::string_view name, std::string_view members);

  /// An `error`; `more` are further members.
  void fail(const Fault& fault, std::string_view more = {});

 private:
  void give_ack(Reply reply);
  void give(const Reply& reply);

  Hub& hub_;
  RequestEvents& events_;
  std::uint64_t session_;
  std::string correlation_;
  AnswerPtr answer_;
  bool told_ = false;
};

using RequestPtr = boost::intrusive_ptr<Request>;

}  // namespace confab
