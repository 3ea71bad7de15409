// SPDX-License-Identifier: MIT
// Payloads of compressed messages. The first byte chooses limit and kind, the rest is the payload. What
// inflates must keep the limit and be text where it says so, must be the same with more room, and as a
// message of our own it must come back as it was.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "confab/base/utf8.hpp"
#include "protocol/websocket/deflater.hpp"
#include "protocol/websocket/inflater.hpp"

namespace {

using confab::CloseReason;
using confab::Utf8Validator;
using confab::ws::Deflater;
using confab::ws::Inflated;
using confab::ws::Inflater;
using confab::ws::Opcode;

constexpr std::array<std::size_t, 4> kLimits = {10, 1000, 16384, 100'000};

void require(bool held) {
  if (!held) std::abort();
}

void round_trip(std::string_view message, Inflater& inflater) {
  static Deflater deflaters[] = {Deflater{9}, Deflater{12}, Deflater{15}};
  for (Deflater& deflater : deflaters) {
    const Inflated back = inflater.inflate(deflater.deflate(message), Opcode::binary, message.size());
    require(back.has_value() && *back == message);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Inflater inflater;
  if (size < 1) return 0;
  const std::size_t limit = kLimits[data[0] & 3];
  const Opcode kind = (data[0] & 4) != 0 ? Opcode::text : Opcode::binary;
  const std::string_view payload(reinterpret_cast<const char*>(data) + 1, size - 1);

  const Inflated result = inflater.inflate(payload, kind, limit);
  if (result) {
    const std::string message(*result);
    require(message.size() <= limit);
    Utf8Validator text;
    require(kind == Opcode::binary || (text.feed(message) && text.complete()));
    // An inflater that is new agrees with one that has a past.
    Inflater fresh;
    const Inflated again = fresh.inflate(payload, kind, 2 * limit);
    require(again.has_value() && *again == message);
    round_trip(message, inflater);
  } else {
    require(result.error() == CloseReason::too_big || result.error() == CloseReason::bad_utf8);
    if (result.error() == CloseReason::too_big) {
      const Inflated more = inflater.inflate(payload, kind, 2 * limit);
      require(!more || more->size() > limit);
    }
  }
  round_trip(payload, inflater);
  return 0;
}
