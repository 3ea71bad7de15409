// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "confab/base/json.hpp"
#include "confab/base/result.hpp"
#include "confab/core/position.hpp"

namespace confab {

/// Takes a command's fields by name and type. It remembers the first that is missing or wrong, so that a
/// command reads all it needs and asks once. A field of `null` counts as not given. Field names are literals.
class FieldReader {
 public:
  /// The object has to outlive it.
  explicit FieldReader(const json::Object& fields) noexcept : fields_(fields) {}

  bool has(const char* name) const noexcept;

  /// "" where it is missing or no string (which is then the fault).
  std::string text(const char* name);
  std::optional<std::string> optional_text(const char* name);

  std::optional<std::int64_t> optional_integer(const char* name, std::int64_t least, std::int64_t most);
  bool flag(const char* name);
  std::optional<bool> optional_flag(const char* name);

  /// `{"epoch":…,"seq":…}`
  std::optional<Position> optional_position(const char* name);

  /// The field is not as it has to be.
  void wrong(const char* name, const char* detail);

  const std::optional<Fault>& fault() const noexcept { return fault_; }

 private:
  const json::Value* find(const char* name) const noexcept;

  const json::Object& fields_;
  std::optional<Fault> fault_;
};

}  // namespace confab
