// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "protocol/websocket/decoder.hpp"
#include "protocol/websocket/deflater.hpp"
#include "protocol/websocket/inflater.hpp"
#include "support/deflating_client.hpp"
#include "support/websocket_client_codec.hpp"
#include "support/websocket_recorder.hpp"

namespace confab::ws {
namespace {

using test::client_deflated;
using test::client_ping;
using test::client_text;
using test::ClientFrame;
using test::Conversation;
using test::DeflatingClient;
using test::Events;
using test::inflate_as_client;

constexpr std::size_t kLimit = 1 << 20;

std::string random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes)
    byte = static_cast<char>(random());
  return bytes;
}

/// Text that compresses as chat does: words of a small vocabulary, far repetitions among them.
std::string words(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size)
    text += "word" + std::to_string(random() % 5000) + ' ';
  text.resize(size);
  return text;
}

std::string inflated(std::string_view payload, Opcode kind = Opcode::binary, std::size_t limit = kLimit) {
  const Inflated result = test::shared_inflater().inflate(payload, kind, limit);
  if (!result) return "fail:" + std::to_string(static_cast<unsigned>(result.error()));
  return std::string(*result);
}

/// Whole and byte by byte must agree.
Events decoded(const std::string& bytes, std::size_t limit = kLimit) {
  const Events events = test::whole(bytes, limit, Compression::deflate);
  EXPECT_EQ(events, test::bytewise(bytes, limit, Compression::deflate));
  return events;
}

TEST(Deflater, MakesWhatAClientOfTheSameWindowInflates) {
  for (int bits = Deflater::kSmallestWindow; bits <= Deflater::kLargestWindow; ++bits) {
    Deflater deflater(bits);
    for (const std::size_t size :
         std::initializer_list<std::size_t>{0, 1, 2, 10, 125, 126, 1000, 16384, 65535, 65536, 100'000}) {
      for (const std::string& message : {words(size, 1), random_bytes(size, 2), std::string(size, 'a')}) {
        ASSERT_EQ(inflate_as_client(deflater.deflate(message), bits), message) << bits << ' ' << size;
      }
    }
  }
}

TEST(Deflater, AnEmptyMessageIsOneOctet) {
  Deflater deflater;
  EXPECT_EQ(deflater.deflate(""), std::string_view("\x00", 1));
  EXPECT_EQ(inflated(deflater.deflate("")), "");
}

TEST(Deflater, MakesTheExampleOfTheStandard) {
  // RFC 7692 section 7.2.3.1.
  Deflater deflater;
  EXPECT_EQ(deflater.deflate("Hello"), std::string_view("\xf2\x48\xcd\xc9\xc9\x07\x00", 7));
}

TEST(Deflater, MakesTheSameOfTheSameMessageEveryTime) {
  Deflater deflater;
  const std::string first(deflater.deflate(words(5000, 3)));
  deflater.deflate(random_bytes(70'000, 4));
  EXPECT_EQ(deflater.deflate(words(5000, 3)), first);
}

TEST(Deflater, TakesEveryLevel) {
  const std::string message = words(50'000, 5);
  std::size_t previous = message.size();
  for (int level = 1; level <= 9; ++level) {
    Deflater deflater(15, level);
    const std::string_view made = deflater.deflate(message);
    EXPECT_EQ(inflate_as_client(made), message);
    EXPECT_LT(made.size(), message.size());
    previous = std::min(previous, made.size());
  }
  EXPECT_LT(previous, message.size() / 2);
}

TEST(Deflater, TakesLargeMessagesAndSmallOnesAfterThem) {
  Deflater deflater;
  const std::string large = random_bytes(16 << 20, 6);
  EXPECT_TRUE(inflate_as_client(deflater.deflate(large)) == large);
  EXPECT_EQ(inflate_as_client(deflater.deflate("small")), "small");
}

TEST(Inflater, ReadsTheExamplesOfTheStandard) {
  // RFC 7692 sections 7.2.3.1 to 7.2.3.6, each from a fresh state.
  EXPECT_EQ(inflated(std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7)), "Hello");
  EXPECT_EQ(inflated(std::string("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11)), "Hello");
  EXPECT_EQ(inflated(std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8)), "Hello");
  EXPECT_EQ(inflated(std::string("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13)), "Hello");
  EXPECT_EQ(inflated(std::string("\x00", 1)), "");
  EXPECT_EQ(inflated(std::string("\x02\x00", 2)), "");
  // Section 7.2.3.2's second message refers to the first: its context is not there.
  EXPECT_EQ(inflated(std::string("\xf2\x00\x11\x00\x00", 5)), "fail:1007");
}

TEST(Inflater, TakesAMessageWithoutAnyOctet) {
  EXPECT_EQ(inflated(""), "");
}

TEST(Inflater, TakesEveryWindowLevelAndMemoryOfAClient) {
  for (int bits = 9; bits <= 15; ++bits) {
    for (const int level : {0, 1, 3, 6, 9}) {
      for (const int memory : {1, 4, 9}) {
        DeflatingClient client(bits, level, DeflatingClient::Context::fresh, memory);
        for (const std::size_t size : std::initializer_list<std::size_t>{1, 125, 16384, 16385, 70'000}) {
          ASSERT_EQ(inflated(client.message(words(size, 7))), words(size, 7))
              << bits << ' ' << level << ' ' << size;
          ASSERT_EQ(inflated(client.message(random_bytes(size, 8))), random_bytes(size, 8));
        }
      }
    }
  }
}

TEST(Inflater, TakesAMessageOfManyBlocks) {
  DeflatingClient client;
  std::string expected;
  std::string raw = client.raw("first ");
  expected += "first ";
  for (int i = 0; i < 50; ++i) {
    const std::string part = "part " + std::to_string(i) + ' ';
    raw += client.more(part, i % 2 == 0 ? Z_SYNC_FLUSH : Z_FULL_FLUSH);
    raw += client.more("", Z_PARTIAL_FLUSH);
    expected += part;
  }
  raw += client.more("last", Z_SYNC_FLUSH);
  EXPECT_EQ(inflated(DeflatingClient::strip(raw)), expected + "last");
}

TEST(Inflater, TakesEmptyBlocksAnywhere) {
  const std::string stored("\x00\x00\x00\xff\xff", 5);
  const std::string hello("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f", 10);
  const std::string end("\x00", 1);
  EXPECT_EQ(inflated(stored + end), "");
  EXPECT_EQ(inflated(stored + stored + hello + stored + hello + stored + end), "HelloHello");
}

TEST(Inflater, TakesFinalBlocks) {
  DeflatingClient client;
  const std::string first = client.raw("first", Z_FINISH);
  const std::string second = client.raw("second", Z_FINISH);
  const std::string pad("\x00", 1);
  EXPECT_EQ(inflated(first + pad), "first");
  EXPECT_EQ(inflated(first + second + pad), "firstsecond");
  EXPECT_EQ(inflated(first + client.message("rest")), "firstrest");
  // Without the pad: the final block says clearly enough where the message ends.
  EXPECT_EQ(inflated(first), "first");
  EXPECT_EQ(inflated(first + second), "firstsecond");
  // The stripped block may itself have been final.
  EXPECT_EQ(inflated(std::string("\x00\x02\x00\xfd\xffhi\x01", 8)), "hi");
  EXPECT_EQ(inflated(first + "\x07"), "fail:1007");
}

TEST(Inflater, RefusesWhatIsNoDeflateStream) {
  for (const std::string& bad :
       {std::string("\x07"), std::string("\xff\xff\xff\xff"), std::string("\x06\x00", 2),
        std::string("\x00\x05\x00\x00\x00hello", 10), std::string("hello, plain text"),
        std::string("\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\x00\x06\x2c\x02\x15", 13)}) {
    EXPECT_EQ(inflated(bad), "fail:1007") << testing::PrintToString(bad);
  }
}

TEST(Inflater, RefusesAMessageCutAnywhere) {
  DeflatingClient client;
  const std::string payload = client.message(words(3000, 9));
  for (std::size_t size = 1; size < payload.size(); ++size) {
    EXPECT_EQ(inflated(payload.substr(0, size)), "fail:1007") << size;
  }
  EXPECT_EQ(inflated(payload), words(3000, 9));
}

TEST(Inflater, StopsAtTheLimit) {
  DeflatingClient client(15, 9);
  for (const std::size_t limit :
       std::initializer_list<std::size_t>{1, 2, 100, 16383, 16384, 16385, 32768, 65536, 100'000}) {
    for (const Opcode kind : {Opcode::text, Opcode::binary}) {
      EXPECT_EQ(inflated(client.message(std::string(limit, 'z')), kind, limit), std::string(limit, 'z'));
      EXPECT_EQ(inflated(client.message(std::string(limit + 1, 'z')), kind, limit), "fail:1009") << limit;
    }
  }
  EXPECT_EQ(inflated(client.message(std::string(100'000, 'z')), Opcode::text, SIZE_MAX),
            std::string(100'000, 'z'));
  EXPECT_EQ(inflated(client.message("z"), Opcode::binary, 0), "fail:1009");
  EXPECT_EQ(inflated(client.message(""), Opcode::binary, 0), "");
}

TEST(Inflater, ABombCostsNoMoreThanTheLimit) {
  DeflatingClient client(15, 9);
  const std::string bomb = client.message(std::string(64 << 20, '\0'));
  EXPECT_LT(bomb.size(), 70'000U);
  // Invalid text far behind the limit is not seen: inflating stopped before.
  EXPECT_EQ(inflated(bomb, Opcode::text, 65536), "fail:1009");
  EXPECT_EQ(inflated(client.message(std::string(65537, 'a') + "\xff"), Opcode::text, 65536), "fail:1009");
  // Invalid text before it is: the rest is not inflated.
  EXPECT_EQ(inflated(client.message("\xff" + std::string(1 << 20, 'a')), Opcode::text, 65536), "fail:1007");
}

TEST(Inflater, ChecksTextAcrossItsChunks) {
  DeflatingClient client;
  for (std::size_t before = 16380; before <= 16386; ++before) {
    const std::string text = std::string(before, 'a') + "\xf0\x9f\x98\x80" + "end";
    EXPECT_EQ(inflated(client.message(text), Opcode::text), text);
    const std::string bad = std::string(before, 'a') + "\xf0\x9f\x98" + "end";
    EXPECT_EQ(inflated(client.message(bad), Opcode::text), "fail:1007");
    EXPECT_EQ(inflated(client.message(bad), Opcode::binary), bad);
    const std::string cut = std::string(before, 'a') + "\xf0\x9f\x98";
    EXPECT_EQ(inflated(client.message(cut), Opcode::text), "fail:1007");
  }
}

TEST(Inflater, IsAsNewAfterEveryFailure) {
  DeflatingClient client;
  const std::string good = client.message("good");
  EXPECT_EQ(inflated("\x07"), "fail:1007");
  EXPECT_EQ(inflated(good, Opcode::text), "good");
  EXPECT_EQ(inflated(client.message(std::string(200'000, 'a')), Opcode::text, 100), "fail:1009");
  EXPECT_EQ(inflated(good, Opcode::text), "good");
  EXPECT_EQ(inflated(client.message("\xc3"), Opcode::text), "fail:1007");
  EXPECT_EQ(inflated(good, Opcode::text), "good");
  EXPECT_EQ(inflated(good.substr(0, 2)), "fail:1007");
  EXPECT_EQ(inflated(good, Opcode::text), "good");
}

TEST(Inflater, InflatesWhatTheDeflaterMade) {
  for (unsigned round = 0; round < 300; ++round) {
    std::mt19937 random(round);
    Deflater deflater(static_cast<int>(9 + random() % 7), static_cast<int>(1 + random() % 9));
    const std::string message = words(random() % 40'000, round) + random_bytes(random() % 20'000, round);
    ASSERT_EQ(inflated(deflater.deflate(message)), message) << round;
  }
}

TEST(DeflatedMessage, IsInflatedAndItsKindKept) {
  DeflatingClient client;
  EXPECT_EQ(decoded(client_deflated(1, client.message("text")) + client_deflated(2, client.message("\xff"))),
            (Events{"text:text", "binary:\xff"}));
  EXPECT_EQ(decoded(client_deflated(1, std::string(1, '\0')) + client_deflated(1, "")),
            (Events{"text:", "text:"}));
}

TEST(DeflatedMessage, MayStandAmongPlainOnes) {
  DeflatingClient client;
  EXPECT_EQ(decoded(client_text("a") + client_deflated(1, client.message("b")) + client_text("c") +
                    client_ping("d") + client_deflated(2, client.message("e"))),
            (Events{"text:a", "text:b", "text:c", "ping:d", "binary:e"}));
}

TEST(DeflatedMessage, MayBeFragmentedAnywhereWithPingsBetween) {
  DeflatingClient client;
  const std::string text = "\xe2\x82\xac fragments of one compressed message \xf0\x9f\x98\x80";
  const std::string payload = client.message(text);
  for (std::size_t cut = 0; cut <= payload.size(); ++cut) {
    const std::string bytes =
        ClientFrame{.payload = payload.substr(0, cut), .fin = false, .rsv = 4}.bytes() + client_ping("p") +
        ClientFrame{.opcode = 0, .payload = payload.substr(cut)}.bytes() + client_text("next");
    ASSERT_EQ(decoded(bytes), (Events{"ping:p", "text:" + text, "text:next"})) << cut;
  }
  std::string bytes;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    bytes += ClientFrame{.opcode = i == 0 ? 1U : 0U,
                         .payload = payload.substr(i, 1),
                         .fin = false,
                         .rsv = i == 0 ? 4U : 0U}
                 .bytes();
  }
  EXPECT_EQ(decoded(bytes + ClientFrame{.opcode = 0}.bytes()), Events{"text:" + text});
}

TEST(DeflatedMessage, TextIsCheckedAsInflated) {
  DeflatingClient client;
  // The compressed bytes themselves are not text.
  const std::string payload = client.message("\xc3\xa9\xc3\xa8");
  EXPECT_EQ(decoded(client_deflated(1, payload)), Events{"text:\xc3\xa9\xc3\xa8"});
  for (const std::string bad : {"\xff", "ok \xed\xa0\x80", "cut \xe2\x82"}) {
    EXPECT_EQ(decoded(client_deflated(1, client.message(bad))), Events{"fail:1007"});
    EXPECT_EQ(decoded(client_deflated(2, client.message(bad))), Events{"binary:" + bad});
  }
}

TEST(DeflatedMessage, DataThatDoesNotInflateFailsTheConnection) {
  EXPECT_EQ(decoded(client_text("a") + client_deflated(2, "\x07") + client_text("b")),
            (Events{"text:a", "fail:1007"}));
}

TEST(DeflatedMessage, AClientThatTakesItsContextOverIsRefused) {
  DeflatingClient client(15, 6, DeflatingClient::Context::taken_over);
  const std::string first = client.message("the very same sentence, said twice");
  const std::string second = client.message("the very same sentence, said twice");
  EXPECT_LT(second.size(), first.size());
  EXPECT_EQ(decoded(client_deflated(1, first) + client_deflated(1, second)),
            (Events{"text:the very same sentence, said twice", "fail:1007"}));
}

TEST(DeflatedMessage, AContextThatIsNotReferredToDoesNoHarm) {
  DeflatingClient client(15, 6, DeflatingClient::Context::taken_over);
  const std::string first = client.message("one", Z_FULL_FLUSH);
  const std::string second = client.message("two");
  EXPECT_EQ(decoded(client_deflated(1, first) + client_deflated(1, second)),
            (Events{"text:one", "text:two"}));
}

TEST(DeflatedMessage, TheLimitHoldsForWhatItInflatesTo) {
  DeflatingClient client;
  EXPECT_EQ(decoded(client_deflated(1, client.message(std::string(1000, 'a'))), 1000),
            Events{"text:" + std::string(1000, 'a')});
  EXPECT_EQ(decoded(client_deflated(1, client.message(std::string(1001, 'a'))), 1000), Events{"fail:1009"});
  EXPECT_EQ(decoded(client_deflated(2, client.message(std::string(1 << 24, '\0'))), 65536),
            Events{"fail:1009"});
}

TEST(DeflatedMessage, OfTheLimitIsTakenEvenWhereCompressionMadeItLarger) {
  for (const int memory : {1, 8, 9}) {
    for (const int level : {0, 1, 6}) {
      DeflatingClient client(15, level, DeflatingClient::Context::fresh, memory);
      for (const std::size_t size : std::initializer_list<std::size_t>{1, 10, 1000, 65536}) {
        const std::string message = random_bytes(size, 10);
        const std::string payload = client.message(message);
        EXPECT_GE(payload.size(), size);
        EXPECT_EQ(test::whole(client_deflated(2, payload), size, Compression::deflate),
                  Events{"binary:" + message});
      }
    }
  }
}

TEST(DeflatedMessage, ItsCompressedBytesAreBoundedToo) {
  const std::string stored("\x00\x00\x00\xff\xff", 5);
  std::string padding;
  while (padding.size() < 2000)
    padding += stored;
  EXPECT_EQ(decoded(client_deflated(2, padding), 1000), Events{"fail:1009"});
  const ClientFrame huge{.opcode = 2, .rsv = 4, .announced = 70'000};
  Conversation conversation(1000, Compression::deflate);
  EXPECT_EQ(conversation.feed_in_pieces(huge.bytes()), 10U);
  // In fragments: refused when the sum is announced.
  std::string bytes = ClientFrame{.opcode = 2, .payload = stored, .fin = false, .rsv = 4}.bytes();
  for (int i = 0; i < 400; ++i)
    bytes += ClientFrame{.opcode = 0, .payload = stored, .fin = false}.bytes();
  Conversation fragments(1000, Compression::deflate);
  EXPECT_TRUE(fragments.feed_in_pieces(bytes));
  EXPECT_EQ(fragments.events(), Events{"fail:1009"});
}

TEST(DeflatedMessage, IsRefusedWhereNothingWasAgreedOn) {
  DeflatingClient client;
  EXPECT_EQ(test::whole(client_deflated(1, client.message("x"))), Events{"fail:1002"});
}

}  // namespace
}  // namespace confab::ws
