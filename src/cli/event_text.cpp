// SPDX-License-Identifier: MIT
#include "cli/event_text.hpp"

#include <algorithm>
#include <array>

#include "confab/base/clock.hpp"

namespace confab::cli {
namespace {

std::string text_of(const json::Object& event, std::string_view name) {
  std::string text;
  const json::Value* value = event.find(name);
  if (value != nullptr) value->string(text);
  return text;
}

/// ISO 8601, also of what carries a number of milliseconds.
std::string time_of(const json::Object& event) {
  std::string text;
  const json::Value* value = event.find("timestamp");
  if (value == nullptr || value->string(text)) return text;
  constexpr std::int64_t kYear9999 = 253'402'300'799'999;
  const auto time = value->integer();
  if (time && *time >= 0 && *time <= kYear9999) append_iso8601(text, *time * 1000);
  return text;
}

bool is_true(const json::Object& event, std::string_view name) {
  const json::Value* value = event.find(name);
  return value != nullptr && value->boolean().value_or(false);
}

/// What the sentence before it doesn't tell.
bool is_own(std::string_view key) noexcept {
  constexpr std::array<std::string_view, 9> kCommon{"type",  "room",  "user",      "id",     "seq",
                                                    "epoch", "stamp", "timestamp", "deleted"};
  return std::find(kCommon.begin(), kCommon.end(), key) == kCommon.end();
}

std::string own_members(const json::Object& event) {
  std::string out;
  for (const auto& member : event.members())
    if (is_own(member.key)) (out += out.empty() ? '{' : ',') += member.raw;
  if (!out.empty()) out += '}';
  return out;
}

void append_word(std::string& line, std::string_view word) {
  if (word.empty()) return;
  if (!line.empty()) line += ' ';
  line += word;
}

}  // namespace

std::string event_text(const json::Object& event) {
  const std::string type = text_of(event, "type");
  std::string line = time_of(event);
  append_word(line, text_of(event, "room"));
  append_word(line, text_of(event, "user"));
  const json::Value* data = event.find("data");
  if (is_true(event, "deleted")) {
    append_word(line, type);
    append_word(line, "(deleted)");
  } else if (type == "chat" || type == "direct") {
    if (type == "direct") append_word(line, "-> " + text_of(event, "to"));
    (line += ": ") += text_of(event, "text");
  } else {
    append_word(line, type);
    append_word(line, data != nullptr ? std::string(data->raw) : own_members(event));
  }
  return printable(line);
}

std::string event_line(const json::Object& event, Form form) {
  return form == Form::json ? std::string(event.raw()) : event_text(event);
}

std::string printable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  const auto escape = [&](unsigned char code) {
    ((out += "\\u00") += kDigits[code >> 4]) += kDigits[code & 15];
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0xFF;
    if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      escape(byte);
    } else if (byte == 0xC2 && next < 0xA0) {  // U+0080 to U+009F, the second set of controls
      escape(static_cast<unsigned char>(next));
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace confab::cli
