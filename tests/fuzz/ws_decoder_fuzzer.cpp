// SPDX-License-Identifier: MIT
// What a client may send after the upgrade. The first byte chooses options, the second one the seed of the
// split; the rest is the conversation. However it is split, the same must come of it.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string_view>

#include "confab/base/utf8.hpp"
#include "protocol/websocket/close_code.hpp"
#include "support/websocket_recorder.hpp"

namespace {

using confab::Utf8Validator;
using confab::test::Conversation;
using confab::test::Events;
using confab::ws::Compression;

constexpr std::array<std::size_t, 4> kLimits = {100, 1000, 70'000, std::size_t{1} << 20};

void require(bool held) {
  if (!held) std::abort();
}

void check(const Conversation& conversation, std::size_t limit) {
  for (std::string_view event : conversation.events()) {
    const std::string_view kind = event.substr(0, event.find(':'));
    std::string_view rest = event.substr(kind.size() + 1);
    if (kind == "text" || kind == "close") {
      Utf8Validator text;
      require(text.feed(rest) && text.complete());
    }
    if (kind == "text" || kind == "binary") require(rest.size() <= limit);
    if (kind == "ping" || kind == "pong") require(rest.size() <= 125);
    if (kind == "close") {
      const auto code = static_cast<std::uint16_t>(std::atoi(rest.data()));
      require(code == confab::ws::kNoStatus || confab::ws::is_legal_close_code(code));
    }
    if (kind == "fail") require(rest == "1002" || rest == "1007" || rest == "1009");
    // Nothing comes after an end.
    const bool last = &event.front() == &conversation.events().back().front();
    require(last || (kind != "close" && kind != "fail"));
  }
  if (conversation.decoder.ended()) require(conversation.decoder.held() == 0);
  require(conversation.decoder.held() <= 3 * limit + 1000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t limit = kLimits[data[0] & 3];
  const auto compression = (data[0] & 4) != 0 ? Compression::deflate : Compression::none;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);

  Conversation whole(limit, compression);
  whole.feed(bytes);
  check(whole, limit);

  Conversation split(limit, compression);
  if ((data[0] & 8) != 0) {
    split.feed_in_pieces(bytes);
  } else {
    std::minstd_rand random(data[1] + 1U);
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t count = 1 + random() % (1U << (random() % 9));
      split.feed(bytes.substr(at, count));
      at += count;
    }
  }
  check(split, limit);
  require(split.events() == whole.events());
  require(split.decoder.ended() == whole.decoder.ended());
  return 0;
}
