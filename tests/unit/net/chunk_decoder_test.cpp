// SPDX-License-Identifier: MIT
#include "net/chunk_decoder.hpp"

#include <gtest/gtest.h>

#include <random>

namespace confab::net {
namespace {

using Status = ChunkDecoder::Status;

struct Outcome {
  Status status = Status::need_more;
  std::string body;
  std::string rest;
};

Outcome decode(std::string_view text, std::size_t piece = 1 << 20, std::size_t limit = 1 << 20) {
  ChunkDecoder decoder;
  Outcome outcome;
  while (!text.empty() && outcome.status == Status::need_more) {
    std::string_view in = text.substr(0, piece);
    const std::size_t offered = in.size();
    outcome.status = decoder.feed(in, outcome.body, limit);
    text.remove_prefix(offered - in.size());
  }
  outcome.rest = text;
  return outcome;
}

TEST(ChunkDecoder, TakesChunksApartWhateverThePieces) {
  const std::string text =
      "4\r\nWiki\r\n0A;name=value;q=\"a b\"\r\n0123456789\r\n1\r\n\n\r\n000\r\nTrailer: "
      "x\r\nOther:\r\n\r\nGET";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    const Outcome outcome = decode(text, piece);
    EXPECT_EQ(outcome.status, Status::done);
    EXPECT_EQ(outcome.body, "Wiki0123456789\n");
    EXPECT_EQ(outcome.rest, "GET");
  }
}

TEST(ChunkDecoder, TakesAnEmptyBody) {
  const Outcome outcome = decode("0\r\n\r\n", 1);
  EXPECT_EQ(outcome.status, Status::done);
  EXPECT_EQ(outcome.body, "");
}

TEST(ChunkDecoder, RefusesWhatOthersMayReadDifferently) {
  for (const std::string_view text : {
           "\r\n",
           "x\r\n",
           "-1\r\n",
           "+1\r\n",
           "0x1\r\n",
           " 1\r\n",
           "1 \r\n",
           "1\t\r\n",
           "1\n",
           "1\r\r\n",
           "1;a\n",
           "1;\x01\r\n",
           "1;a\x7F\r\n",
           "1;a\"\n\"\r\n",
           "1\r\nab\r\n",
           "1\r\na\n",
           "1\r\na\rb",
           "1\r\na0\r\n\r\n",
           "0\r\n\n",
           "0\r\n\rx",
           "0\r\n a: b\r\n",
           "0\r\n: b\r\n",
           "0\r\na b: c\r\n",
           "0\r\na : c\r\n",
           "0\r\na\r\n",
           "0\r\na: \x01\r\n",
           "0\r\na: b\n",
           "0\r\na: b\r\n folded\r\n",
           "0\r\na: b\r\n\n",
       }) {
    EXPECT_EQ(decode(text, 1).status, Status::malformed) << text;
    EXPECT_EQ(decode(text).status, Status::malformed) << text;
  }
}

TEST(ChunkDecoder, HoldsTheLimitToTheByte) {
  EXPECT_EQ(decode("A\r\n0123456789\r\n0\r\n\r\n", 3, 10).status, Status::done);
  EXPECT_EQ(decode("A\r\n0123456789\r\n0\r\n\r\n", 3, 9).status, Status::too_large);
  EXPECT_EQ(decode("5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", 3, 10).status, Status::done);
  const Outcome over = decode("5\r\n01234\r\n6\r\n567890\r\n", 3, 10);
  EXPECT_EQ(over.status, Status::too_large);
  EXPECT_EQ(over.body, "01234");
  EXPECT_EQ(decode("FFFFFFFFFFFFFFFF\r\n").status, Status::too_large);
  // Past 64 bits there is no number any more.
  EXPECT_EQ(decode("FFFFFFFFFFFFFFFF\r\n", 1, SIZE_MAX).status, Status::need_more);
  EXPECT_EQ(decode("10000000000000000\r\n", 1, SIZE_MAX).status, Status::malformed);
  EXPECT_EQ(decode("0\r\n\r\n", 1, 0).status, Status::done);
  EXPECT_EQ(decode("1", 1, 0).status, Status::too_large);
}

TEST(ChunkDecoder, BoundsExtensionsAndTrailersTogether) {
  constexpr std::size_t kBound = 16 * 1024;
  EXPECT_EQ(decode("0;" + std::string(kBound, 'x') + "\r\n\r\n").status, Status::done);
  EXPECT_EQ(decode("0;" + std::string(kBound + 1, 'x') + "\r\n\r\n").status, Status::malformed);
  EXPECT_EQ(decode("0\r\na:" + std::string(kBound - 2, 'x') + "\r\n\r\n").status, Status::done);
  EXPECT_EQ(decode("0\r\na:" + std::string(kBound - 1, 'x') + "\r\n\r\n").status, Status::malformed);
  std::string many;
  for (int i = 0; i < 4096; ++i)
    many += "1;abcd\r\nx\r\n";
  EXPECT_EQ(decode(many + "0\r\n\r\n").status, Status::done);
  EXPECT_EQ(decode(many + "0;a\r\n\r\n").status, Status::malformed);
  EXPECT_EQ(decode("0\r\n" + std::string(kBound + 1, 'n')).status, Status::malformed);
}

TEST(ChunkDecoder, GivesBackAnyBodyThatWasChunked) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string body;
    std::string text;
    for (unsigned chunks = random() % 6; chunks > 0; --chunks) {
      std::string data(1 + random() % 300, '\0');
      for (char& c : data)
        c = static_cast<char>(random());
      char size[16];
      std::snprintf(size, sizeof(size), random() % 2 == 0 ? "%zx" : "%zX", data.size());
      text += size;
      if (random() % 3 == 0) text += ";e=1";
      text += "\r\n" + data + "\r\n";
      body += data;
    }
    text += random() % 2 == 0 ? "0\r\n\r\n" : "00;x\r\nA: b\r\n\r\n";
    const Outcome outcome = decode(text + "next", 1 + random() % 50);
    EXPECT_EQ(outcome.status, Status::done);
    EXPECT_EQ(outcome.body, body);
    EXPECT_EQ(outcome.rest, "next");
  }
}

}  // namespace
}  // namespace confab::net
