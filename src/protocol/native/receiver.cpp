// SPDX-License-Identifier: MIT
#include "protocol/native/receiver.hpp"

#include "confab/base/names.hpp"

namespace confab::native {
namespace {

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
  const auto object = parser_.object(text);
  if (!object) return dispatcher_.refuse(session, object.error(), {}, std::move(answer));
  const json::Object& fields = **object;
  const auto correlation = correlation_of(fields);
  if (!correlation) return dispatcher_.refuse(session, correlation.error(), {}, std::move(answer));
  const json::Value* type = fields.find("type");
  std::string name;
  if (type == nullptr || !type->string(name)) {
    const char* detail = type == nullptr ? "This field is missing." : "This field is a string.";
    return dispatcher_.refuse(session, {errc::bad_message, "type", detail}, *correlation, std::move(answer));
  }
  dispatcher_.apply(session, {name, *correlation, &fields}, std::move(answer));
}

void Receiver::refuse(Session& session, const Fault& fault, AnswerPtr answer) {
  dispatcher_.refuse(session, fault, {}, std::move(answer));
}

}  // namespace confab::native
