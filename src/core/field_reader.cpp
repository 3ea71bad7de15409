// SPDX-License-Identifier: MIT
#include "confab/core/field_reader.hpp"

namespace confab {

const json::Value* FieldReader::find(const char* name) const noexcept {
  const json::Value* value = fields_.find(name);
  return value == nullptr || value->is(json::Kind::null) ? nullptr : value;
}

bool FieldReader::has(const char* name) const noexcept {
  return find(name) != nullptr;
}

void FieldReader::wrong(const char* name, const char* detail) {
  if (!fault_) fault_ = Fault{errc::bad_message, name, detail};
}

std::string FieldReader::text(const char* name) {
  auto value = optional_text(name);
  if (!value) wrong(name, "This field is missing.");
  return std::move(value).value_or(std::string());
}

std::optional<std::string> FieldReader::optional_text(const char* name) {
  const json::Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  std::string text;
  if (value->string(text)) return text;
  wrong(name, "This field is a string.");
  return std::nullopt;
}

std::optional<std::int64_t> FieldReader::optional_integer(const char* name, std::int64_t least,
                                                          std::int64_t most) {
  const json::Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = value->integer();
  if (number && *number >= least && *number <= most) return number;
  wrong(name, number ? "This number is out of its range." : "This field is a whole number.");
  return std::nullopt;
}

bool FieldReader::flag(const char* name) {
  const auto value = optional_flag(name);
  if (!value) wrong(name, "This field is missing.");
  return value.value_or(false);
}

std::optional<bool> FieldReader::optional_flag(const char* name) {
  const json::Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const auto flag = value->boolean()) return flag;
  wrong(name, "This field is true or false.");
  return std::nullopt;
}

std::optional<Position> FieldReader::optional_position(const char* name) {
  constexpr const char* kForm = "A position is {\"epoch\":…,\"seq\":…}.";
  const json::Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is(json::Kind::object)) {
    wrong(name, kForm);
    return std::nullopt;
  }
  json::Object parts;
  parts.assign(*value);
  const json::Value* epoch = parts.find("epoch");
  const json::Value* seq = parts.find("seq");
  Position position;
  const auto number = seq == nullptr ? std::nullopt : seq->integer();
  if (epoch == nullptr || !epoch->string(position.epoch) || !number || *number < 0) {
    wrong(name, kForm);
    return std::nullopt;
  }
  position.seq = static_cast<std::uint64_t>(*number);
  return position;
}

}  // namespace confab
