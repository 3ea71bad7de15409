// SPDX-License-Identifier: MIT
// Any bytes as MessagePack, and as JSON: what is accepted must be that to another as well, JSON made of
// MessagePack must be compact and legal, and there and back again everything must be as it was.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "confab/base/json.hpp"
#include "protocol/native/json_to_msgpack.hpp"
#include "protocol/native/msgpack_to_json.hpp"

namespace {

using confab::json::Parser;
using confab::native::json_to_msgpack;
using confab::native::msgpack_to_json;
using Tree = nlohmann::json;

void require(bool held) {
  if (!held) std::abort();
}

void as_msgpack(std::string_view bytes, Parser& parser) {
  std::string text;
  const auto made = msgpack_to_json(bytes, text);
  require(text.size() <= 8 * bytes.size() + 8);
  if (!made) {
    require(made.error().code == confab::errc::bad_message && made.error().detail != nullptr);
    return;
  }
  const auto parsed = parser.value(text);
  require(parsed.has_value() && parsed->raw.size() == text.size());
  const Tree theirs = Tree::from_msgpack(bytes);

  std::string again;
  json_to_msgpack(text, again);
  // A map that stands for bytes has become them.
  if (text.find("$binary") == std::string::npos) require(Tree::from_msgpack(again) == theirs);
  std::string text_again;
  require(msgpack_to_json(again, text_again).has_value());
  require(text_again == text);
}

void as_json(std::string_view text, Parser& parser) {
  const auto parsed = parser.value(text);
  if (!parsed) return;
  std::string bytes;
  json_to_msgpack(parsed->raw, bytes);
  const Tree theirs = Tree::from_msgpack(bytes);
  std::string text_again;
  const auto made = msgpack_to_json(bytes, text_again);
  if (!made) {
    // Numbers beyond a double, which JSON may write but no double holds.
    require(std::string_view(made.error().detail).starts_with("JSON has no infinite numbers"));
    return;
  }
  std::string bytes_again;
  json_to_msgpack(text_again, bytes_again);
  require(bytes_again == bytes);
  const Tree read = Tree::parse(text, nullptr, false);
  if (!read.is_discarded() && text_again.find("$binary") == std::string::npos) require(read == theirs);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Parser parser;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  as_msgpack(bytes, parser);
  as_json(bytes, parser);
  return 0;
}
