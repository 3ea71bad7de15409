// SPDX-License-Identifier: MIT
#include "protocol/native/receiver.hpp"

#include "confab/base/names.hpp"
#include "protocol/native/msgpack_to_json.hpp"

namespace confab::native {
namespace {

// A buffer that one message made larger than this is not kept for the next.
constexpr std::size_t kKeptCapacity = std::size_t{256} << 10;

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
  auto message = parser_.object(text);
  if (message && is_envelope(**message)) {
    const auto inside = envelope_.open(**message, limits_.message_size);
    if (!inside) return refuse(session, inside.error(), std::move(answer));
    message = parser_.object(*inside);
  }
  if (!message) return refuse(session, message.error(), std::move(answer));
  apply(session, **message, std::move(answer));
}

void Receiver::on_msgpack(Session& session, std::string_view bytes, AnswerPtr answer) {
  if (text_.capacity() > kKeptCapacity) text_ = {};
  text_.clear();
  if (const auto made = msgpack_to_json(bytes, text_); !made)
    return refuse(session, made.error(), std::move(answer));
  on_text(session, text_, std::move(answer));
}

void Receiver::apply(Session& session, const json::Object& message, AnswerPtr answer) {
  const auto correlation = correlation_of(message);
  if (!correlation) return refuse(session, correlation.error(), std::move(answer));
  const json::Value* type = message.find("type");
  std::string name;
  if (type == nullptr || !type->string(name)) {
    const char* detail = type == nullptr ? "This field is missing." : "This field is a string.";
    return dispatcher_.refuse(session, {errc::bad_message, "type", detail}, *correlation, std::move(answer));
  }
  dispatcher_.apply(session, {name, *correlation, &message}, std::move(answer));
}

void Receiver::refuse(Session& session, const Fault& fault, AnswerPtr answer) {
  dispatcher_.refuse(session, fault, {}, std::move(answer));
}

}  // namespace confab::native
