// SPDX-License-Identifier: MIT
#include "protocol/native/receiver.hpp"

#include <vector>

#include "confab/base/names.hpp"
#include "protocol/native/msgpack_to_json.hpp"

namespace confab::native {
namespace {

// A buffer that one message made larger than this is not kept for the next.
constexpr std::size_t kKeptCapacity = std::size_t{256} << 10;

constexpr std::size_t kMostInBatch = 100;

/// The messages of a batch.
result<std::vector<json::Value>> messages_of(const json::Object& batch) {
  const json::Value* list = batch.find("messages");
  if (list == nullptr || list->is(json::Kind::null))
    return Fault{errc::bad_message, "messages", "This field is missing."};
  if (!list->is(json::Kind::array)) return Fault{errc::bad_message, "messages", "This field is a list."};
  std::vector<json::Value> messages;
  json::Elements elements(*list);
  for (json::Value message; elements.next(message);) {
    messages.push_back(message);
    if (messages.size() > kMostInBatch) break;
  }
  if (messages.empty() || messages.size() > kMostInBatch)
    return Fault{errc::bad_message, "messages", "A batch holds 1 to 100 messages."};
  return messages;
}

/// The message's id with its quotes; "" where it has none. A fault where it is none that can be given back.
result<std::string_view> correlation_of(const json::Object& fields) {
  const json::Value* id = fields.find("id");
  if (id == nullptr || id->is(json::Kind::null)) return std::string_view();
  std::string text;
  if (!id->string(text)) return Fault{errc::bad_message, "id", "An id is a string."};
  if (!legal_message_id(text)) return Fault{errc::bad_message, "id", "An id has 1 to 64 bytes."};
  return id->raw;
}

}  // namespace

void Receiver::on_text(Session& session, std::string_view text, AnswerPtr answer) {
  session.heard(text.size());
  read(session, text, std::move(answer));
}

void Receiver::read(Session& session, std::string_view text, AnswerPtr answer) {
  auto message = parser_.object(text);
  if (message && is_envelope(**message)) {
    const auto inside = envelope_.open(**message, limits_.message_size);
    if (!inside) return refuse(session, inside.error(), std::move(answer));
    message = parser_.object(*inside);
  }
  if (!message) return refuse(session, message.error(), std::move(answer));
  apply(session, **message, std::move(answer), Place::alone);
}

void Receiver::on_msgpack(Session& session, std::string_view bytes, AnswerPtr answer) {
  session.heard(bytes.size());
  if (text_.capacity() > kKeptCapacity) text_ = {};
  text_.clear();
  if (const auto made = msgpack_to_json(bytes, text_); !made)
    return refuse(session, made.error(), std::move(answer));
  read(session, text_, std::move(answer));
}

void Receiver::apply(Session& session, const json::Object& message, AnswerPtr answer, Place place) {
  const auto correlation = correlation_of(message);
  if (!correlation) return refuse(session, correlation.error(), std::move(answer));
  const json::Value* type = message.find("type");
  std::string name;
  if (type == nullptr || !type->string(name)) {
    const char* detail = type == nullptr ? "This field is missing." : "This field is a string.";
    return dispatcher_.refuse(session, {errc::bad_message, "type", detail}, *correlation, std::move(answer));
  }
  if (name != "batch") return dispatcher_.apply(session, {name, *correlation, &message}, std::move(answer));
  if (place == Place::alone) return apply_each(session, message, *correlation, answer);
  dispatcher_.refuse(session, {errc::bad_message, "type", "A batch holds no other."}, *correlation,
                     std::move(answer));
}

void Receiver::apply_each(Session& session, const json::Object& batch, std::string_view correlation,
                          const AnswerPtr& answer) {
  const auto messages = messages_of(batch);
  if (!messages) return dispatcher_.refuse(session, messages.error(), correlation, answer);
  const auto place = [&] { return answer ? answer->next() : nullptr; };
  for (const json::Value message : *messages) {
    if (message.is(json::Kind::object)) {
      inside_.assign(message);
      apply(session, inside_, place(), Place::inside);
    } else {
      refuse(session, {errc::bad_message, "messages", "Each of these is an object."}, place());
    }
  }
  if (!correlation.empty()) dispatcher_.settle(session, {"batch", correlation, &batch}, place());
}

void Receiver::refuse(Session& session, const Fault& fault, AnswerPtr answer) {
  dispatcher_.refuse(session, fault, {}, std::move(answer));
}

}  // namespace confab::native
