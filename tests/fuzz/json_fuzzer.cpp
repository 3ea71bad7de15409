// SPDX-License-Identifier: MIT
// Any bytes as JSON: what is accepted must be JSON to nlohmann too, compact text must stay as it is when it
// is parsed again, and no walk may leave it.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "confab/base/json.hpp"

namespace {

using confab::json::Elements;
using confab::json::Kind;
using confab::json::Member;
using confab::json::Object;
using confab::json::Parser;
using confab::json::Value;

void require(bool held) {
  if (!held) std::abort();
}

bool lies_in(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

/// Visits every value below this one; a validated value is at most kMaxDepth levels deep.
void walk(Value value) {
  require(!value.raw.empty());
  std::string text;
  require(value.string(text) == value.is(Kind::string));
  require(text.size() <= value.raw.size() && confab::json::valid_utf8(text));
  require(value.boolean().has_value() == value.is(Kind::boolean));
  if (value.integer()) require(value.is(Kind::number));
  std::size_t covered = 2;
  if (value.is(Kind::array)) {
    Elements cursor(value);
    for (Value element; cursor.next(element);) {
      require(lies_in(element.raw, value.raw));
      covered += element.raw.size() + 1;
      walk(element);
    }
    require(covered == value.raw.size() + (covered > 2 ? 1 : 0));
  }
  if (value.is(Kind::object)) {
    Object object;
    object.assign(value);
    for (const Member& member : object.members()) {
      require(lies_in(member.raw, value.raw) && lies_in(member.value.raw, member.raw));
      require(object.find(member.key) == &member.value);
      covered += member.raw.size() + 1;
      walk(member.value);
    }
    require(covered <= value.raw.size() + 1);
  }
}

bool the_other_accepts(std::string_view text) {
  try {
    static_cast<void>(nlohmann::json::parse(text));
    return true;
  } catch (const nlohmann::json::out_of_range& beyond_a_double) {
    // RFC 8259 section 6 lets it refuse 1e999; our digits pass through.
    return beyond_a_double.id == 406;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Parser parser;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = parser.value(text);
  if (!parsed) {
    require(parsed.error().code == confab::errc::bad_message && parsed.error().detail != nullptr);
    require(!parser.object(text).has_value());
    return 0;
  }
  require(the_other_accepts(text));
  Parser again;
  const auto repeated = again.value(parsed->raw);
  require(repeated.has_value() && repeated->raw == parsed->raw && repeated->raw.data() == parsed->raw.data());
  walk(*parsed);
  const bool is_object = parsed->is(Kind::object);
  require(parser.object(text).has_value() == is_object);
  return 0;
}
