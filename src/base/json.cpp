// SPDX-License-Identifier: MIT
#include "confab/base/json.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "confab/base/utf8.hpp"
#include "json_decode.hpp"
#include "json_scanner.hpp"

namespace confab::json {

namespace {

// A buffer that one message made larger than this is not kept for the next.
constexpr std::size_t kKeptBytes = 256 * 1024;

/// The end of the string that begins at `at`. Here and below the text is valid and compact.
const char* skip_string(const char* at, const char* end) noexcept {
  for (++at; at != end; ++at) {
    at = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
    if (!at) return end;
    const char* slashes = at;
    while (slashes[-1] == '\\')
      --slashes;
    if ((at - slashes) % 2 == 0) return at + 1;
  }
  return end;
}

/// The end of the value that begins at `at`.
const char* skip_value(const char* at, const char* end) noexcept {
  if (at == end) return end;
  if (*at == '"') return skip_string(at, end);
  if (*at != '{' && *at != '[') {
    while (at != end && *at != ',' && *at != ']' && *at != '}')
      ++at;
    return at;
  }
  for (int depth = 0; at != end;) {
    const char c = *at;
    if (c == '"') {
      at = skip_string(at, end);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return end;
}

template <class Buffer>
void clear_for_reuse(Buffer& buffer) {
  if (buffer.capacity() * sizeof(typename Buffer::value_type) > kKeptBytes) {
    Buffer().swap(buffer);
  } else {
    buffer.clear();
  }
}

Fault refusal(const char* detail) noexcept {
  return {.code = errc::bad_message, .field = nullptr, .detail = detail};
}

}  // namespace

void Object::assign(Value object) {
  clear_for_reuse(members_);
  clear_for_reuse(order_);
  clear_for_reuse(keys_);
  raw_ = object.raw;
  const char* at = raw_.data() + 1;
  const char* const end = raw_.data() + raw_.size();
  std::uint64_t seen = 0;
  bool maybe_repeated = false;
  while (at < end && *at == '"') {
    const char* const key_end = skip_string(at, end);
    std::string_view key(at + 1, key_end - 1);
    if (key.find('\\') != std::string_view::npos) {
      // Room for all that may follow, so that the keys decoded before stay where they are.
      if (keys_.empty()) keys_.reserve(static_cast<std::size_t>(end - at));
      const std::size_t begin = keys_.size();
      append_decoded(keys_, key);
      key = std::string_view(keys_).substr(begin);
    }
    const char* const value_end = skip_value(key_end + 1, end);
    members_.push_back({key, {{key_end + 1, value_end}}, {at, value_end}});
    // One bit of a small hash tells most objects apart from those in which a key may come twice.
    const auto first = key.empty() ? 0U : static_cast<unsigned char>(key.front());
    const auto last = key.empty() ? 0U : static_cast<unsigned char>(key.back());
    const std::uint64_t bit = std::uint64_t{1} << ((first * 3 + last * 5 + key.size() * 11) & 63);
    maybe_repeated |= (seen & bit) != 0;
    seen |= bit;
    at = value_end;
    if (at < end && *at == ',') ++at;
  }
  if (maybe_repeated) drop_repeated();
}

void Object::drop_repeated() {
  order_.resize(members_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::sort(order_.begin(), order_.end(), [this](std::uint32_t a, std::uint32_t b) {
    const int order = members_[a].key.compare(members_[b].key);
    return order != 0 ? order < 0 : a < b;
  });
  bool repeated = false;
  for (std::size_t i = 1; i < order_.size(); ++i) {
    Member& earlier = members_[order_[i - 1]];
    if (earlier.key != members_[order_[i]].key) continue;
    earlier.raw = {};
    repeated = true;
  }
  if (repeated) std::erase_if(members_, [](const Member& member) { return member.raw.empty(); });
}

const Value* Object::find(std::string_view key) const noexcept {
  for (const Member& member : members_) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

result<Value> Parser::value(std::string_view text) {
  clear_for_reuse(compact_);
  Scanner scanner(text, compact_);
  if (const char* wrong = scanner.run()) return refusal(wrong);
  return Value{scanner.compact()};
}

result<const Object*> Parser::object(std::string_view text) {
  const result<Value> parsed = value(text);
  if (!parsed) return parsed.error();
  if (!parsed->is(Kind::object)) return refusal("not a JSON object");
  object_.assign(*parsed);
  return &object_;
}

const Object& Parser::members(Value object) {
  inner_.assign(object);
  return inner_;
}

bool Elements::next(Value& out) noexcept {
  if (rest_.empty() || rest_.front() == ']') return false;
  const char* const end = rest_.data() + rest_.size();
  const char* const stopped = skip_value(rest_.data(), end);
  out.raw = {rest_.data(), stopped};
  rest_ = {stopped, end};
  if (!rest_.empty() && rest_.front() == ',') rest_.remove_prefix(1);
  return true;
}

bool valid_utf8(std::string_view bytes) noexcept {
  Utf8Validator validator;
  return validator.feed(bytes) && validator.complete();
}

}  // namespace confab::json
