// SPDX-License-Identifier: MIT
#include "net/session_posts.hpp"

#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <string>
#include <vector>

#include "confab/core/answer.hpp"
#include "protocol/native/event_json.hpp"

namespace confab::net {
namespace {

/// The answers to one request; sent when nobody holds it any more, so when every message was answered or will
/// not be.
class Answers final : public boost::intrusive_ref_counter<Answers, boost::thread_unsafe_counter> {
 public:
  explicit Answers(HttpExchangePtr exchange) : exchange_(std::move(exchange)) {}

  ~Answers() {
    std::string body = "[";
    for (const auto& place : places_) {
      if (place.divided) continue;
      if (body.size() > 1) body += ',';
      body += place.text.empty() ? kUnanswered : std::string_view(place.text);
    }
    body += ']';
    exchange_->reply(HttpReply::json(std::move(body)));
  }

  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  std::size_t add() {
    places_.emplace_back();
    return places_.size() - 1;
  }

  void set(std::size_t index, const Reply& reply) {
    places_[index].text.clear();
    native::append_reply(places_[index].text, reply);
  }

  /// Its message held others, each with a place of its own.
  void divide(std::size_t index) { places_[index].divided = true; }

 private:
  // The session ended before the message was done.
  static constexpr std::string_view kUnanswered =
      R"({"type":"error","code":"unavailable","message":"The session ended first."})";

  struct Place {
    std::string text;
    bool divided = false;
  };

  HttpExchangePtr exchange_;
  std::vector<Place> places_;
};

using AnswersPtr = boost::intrusive_ptr<Answers>;

class OneAnswer final : public Answer {
 public:
  explicit OneAnswer(AnswersPtr answers) : answers_(std::move(answers)), index_(answers_->add()) {}

  void on_answer(const Reply& reply) override { answers_->set(index_, reply); }

  AnswerPtr next() override {
    answers_->divide(index_);
    return AnswerPtr(new OneAnswer(answers_));
  }

 private:
  AnswersPtr answers_;
  std::size_t index_;
};

}  // namespace

void SessionPosts::on_request(const HttpExchangePtr& exchange) {
  const std::uint64_t number = [&] {
    const Session* session = context_.key.find(context_.hub, exchange->request().variable("sid"));
    return session == nullptr || session->closing() ? 0 : session->number();
  }();
  if (number == 0)
    return exchange->fail({errc::not_found, "sid", "There is no such session, or it is over."});
  const auto body = parser_.value(exchange->request().body());
  if (!body) return exchange->fail(body.error());

  std::vector<json::Value> messages;
  if (body->is(json::Kind::array)) {
    json::Elements elements(*body);
    for (json::Value message; elements.next(message);) {
      if (messages.size() == kMostMessages)
        return exchange->fail({errc::bad_message, nullptr, "At most 100 messages in one request."});
      messages.push_back(message);
    }
  } else {
    messages.push_back(*body);
  }

  const AnswersPtr answers(new Answers(exchange));
  for (const json::Value message : messages) {
    const AnswerPtr answer(new OneAnswer(answers));
    Session* session = context_.hub.find(number);
    if (session->closing()) continue;  // flooded: the rest has no answer
    if (message.raw.size() > message_limit_) {
      context_.receiver.refuse(*session, {errc::too_large, nullptr, nullptr}, answer);
    } else {
      context_.receiver.on_text(*session, message.raw, answer);
    }
  }
}

}  // namespace confab::net
