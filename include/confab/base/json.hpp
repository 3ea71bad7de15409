// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/result.hpp"

/// JSON as the server needs it (RFC 8259): validated once, white space dropped, and otherwise passed through
/// byte for byte, so that the order of keys, the digits of numbers and the escapes of strings reach the
/// others as the sender wrote them. No tree is built: a message is its compact text and where each top-level
/// member lies in it.
namespace confab::json {

enum class Kind : std::uint8_t { object, array, string, number, boolean, null };

/// A validated value: a view of compact JSON text.
struct Value {
  std::string_view raw;

  /// Told by the first byte. A value of no text (a default-made one) is null.
  Kind kind() const noexcept;

  bool is(Kind wanted) const noexcept { return kind() == wanted; }

  /// true or false, where it is a boolean.
  std::optional<bool> boolean() const noexcept;

  /// The exact integer, where the number is one and fits (`5`, `5.0` and `5e2` are integers, `5.5` is none).
  std::optional<std::int64_t> integer() const noexcept;

  /// Writes the decoded UTF-8 into `out` (replacing it) where it is a string; false otherwise.
  bool string(std::string& out) const;
};

struct Member {
  std::string_view key;  ///< decoded
  Value value;
  std::string_view raw;  ///< the whole member as it travels: "key":value, the key as the sender spelt it
};

/// An object's members in the order they came. Where a key comes twice the last one counts (as in JavaScript)
/// and the earlier ones are not here. The parser owns one for a message; who walks deeper owns its own.
class Object {
 public:
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  /// Becomes the members of a validated object (precondition: value.is(Kind::object)), of whose text they are
  /// views. Nothing is validated again. Buffers are reused.
  void assign(Value object);

  /// Null where there is no such member. The key is compared decoded.
  const Value* find(std::string_view key) const noexcept;

  const std::vector<Member>& members() const noexcept { return members_; }

  std::string_view raw() const noexcept { return raw_; }

 private:
  void drop_repeated();

  std::vector<Member> members_;
  std::vector<std::uint32_t> order_;
  std::string keys_;  ///< decoded keys of those members whose keys have escapes
  std::string_view raw_;
};

/// Arrays and objects nested deeper than this are refused.
inline constexpr int kMaxDepth = 128;

/// Validates and compacts. One parser serves a loop: its buffers are reused (and let go where one large
/// message made them large). Refuses with errc::bad_message (and a detail that says what is wrong): anything
/// but one JSON value, invalid UTF-8, a lone surrogate escape, raw control characters in strings, more than
/// kMaxDepth levels.
///
/// What object() and value() answer is valid until the next call of either of them, and only as long as the
/// text they were given lives unchanged: a text without white space between its tokens is viewed, not copied.
class Parser {
 public:
  /// One JSON object; anything else is refused.
  result<const Object*> object(std::string_view text);

  /// Any one JSON value.
  result<Value> value(std::string_view text);

  /// The members of an object that this parser or another has validated. Cheap: nothing is validated again.
  /// It leaves the answer of object() as it is; its own answer is valid until the next call of members().
  const Object& members(Value object);

 private:
  std::string compact_;
  Object object_;
  Object inner_;
};

/// Walks the elements of a validated array: for (Value v; cursor.next(v);)
/// Precondition: array.is(Kind::array). The elements are views of its text.
class Elements {
 public:
  explicit Elements(Value array) noexcept : rest_(array.raw.substr(1)) {}

  bool next(Value& out) noexcept;

 private:
  std::string_view rest_;
};

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing past
/// U+10FFFF).
bool valid_utf8(std::string_view bytes) noexcept;

/// Appends `text` as a JSON string with its quotes. Escapes what RFC 8259 requires and nothing else; `text`
/// is UTF-8.
void append_quoted(std::string& out, std::string_view text);

void append_integer(std::string& out, std::int64_t number);

}  // namespace confab::json
