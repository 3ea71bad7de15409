// SPDX-License-Identifier: MIT
#include "core/request.hpp"

#include "confab/core/fault_members.hpp"

namespace confab {

Request::Request(Hub& hub, RequestEvents& events, const Session& session, std::string_view correlation,
                 AnswerPtr answer)
    : hub_(hub),
      events_(events),
      session_(session.number()),
      correlation_(correlation),
      answer_(std::move(answer)) {}

Request::~Request() {
  if (told_) events_.on_done(session_);
}

Session* Request::session() const {
  return hub_.find(session_);
}

void Request::give(const Reply& reply) {
  if (answer_) return answer_->on_answer(reply);
  if (Session* to = session()) to->send(reply);
}

void Request::ack(std::string_view members) {
  Reply reply;
  reply.members = members;
  give_ack(reply);
}

void Request::ack_with(std::span<const EventPtr> messages, std::string_view members) {
  Reply reply;
  reply.members = members;
  reply.messages = messages;
  reply.with_messages = true;
  give_ack(reply);
}

void Request::give_ack(Reply reply) {
  if (correlation_.empty()) {
    if (!answer_) return;
    // Who gave no id is told that it was done, and no more.
    reply = Reply();
  }
  reply.name = "ack";
  reply.correlation = correlation_;
  give(reply);
}

void Request::reply(std::string_view name, std::string_view members) {
  Reply reply;
  reply.name = name;
  reply.correlation = correlation_;
  reply.members = members;
  give(reply);
}

void Request::fail(const Fault& fault, std::string_view more) {
  if (Session* to = session()) {
    events_.on_failed(*to, fault, correlation_);
    to->refused(describe(fault.code).http_status < 500 ? Session::Blame::clients : Session::Blame::servers);
  }
  std::string members = fault_members(fault);
  if (!more.empty()) {
    members += ',';
    members += more;
  }
  reply("error", members);
}

}  // namespace confab
