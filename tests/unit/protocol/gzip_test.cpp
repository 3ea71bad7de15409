// SPDX-License-Identifier: MIT
#include "protocol/native/gzip.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "support/gzip.hpp"

namespace confab::native {
namespace {

std::string noise(std::size_t size) {
  std::mt19937 random(1);
  std::string bytes(size, '\0');
  for (char& byte : bytes)
    byte = static_cast<char>(random());
  return bytes;
}

struct Read {
  Gunzipped outcome;
  std::string content;
};

/// The file lies in a buffer of its exact size.
Read read(std::string_view file, std::size_t limit = 1 << 20) {
  static Gunzip gunzip;
  const std::vector<char> copy(file.begin(), file.end());
  Read read;
  read.outcome = gunzip.append(read.content, {copy.data(), copy.size()}, limit);
  return read;
}

TEST(Gzip, MakesFilesThatAnotherReads) {
  Gzip gzip;
  for (const std::string& text :
       {std::string(), std::string("hello"), std::string(200'000, 'x'), noise(300'000)}) {
    EXPECT_EQ(test::gunzip(gzip.compress(text)), text);
  }
  EXPECT_LT(gzip.compress(std::string(200'000, 'x')).size(), 1000U);
}

TEST(Gzip, MakesTheSameOfTheSame) {
  Gzip gzip;
  const std::string first(gzip.compress("hello hello"));
  static_cast<void>(gzip.compress("something else"));
  EXPECT_EQ(gzip.compress("hello hello"), first);
}

TEST(Gunzip, ReadsFilesOfEveryLevel) {
  for (const int level : {0, 1, 9}) {
    for (const std::string& text :
         {std::string(), std::string("hello"), std::string(100'000, 'x'), noise(100'000)}) {
      const Read got = read(test::gzip(text, level));
      EXPECT_EQ(got.outcome, Gunzipped::done);
      EXPECT_TRUE(got.content == text);
    }
  }
}

TEST(Gunzip, AppendsToWhatIsThere) {
  Gunzip gunzip;
  std::string out = "before ";
  EXPECT_EQ(gunzip.append(out, test::gzip("after"), 5), Gunzipped::done);
  EXPECT_EQ(out, "before after");
}

TEST(Gunzip, TakesAsMuchAsItsLimitAndNoMore) {
  for (const std::size_t size : {0U, 1U, 8191U, 8192U, 8193U, 16384U, 70'000U}) {
    const std::string file = test::gzip(std::string(size, 'x'));
    EXPECT_EQ(read(file, size).outcome, Gunzipped::done) << size;
    EXPECT_EQ(read(file, size).content.size(), size);
    if (size != 0) {
      EXPECT_EQ(read(file, size - 1).outcome, Gunzipped::over_limit) << size;
    }
  }
}

TEST(Gunzip, ABombCostsNoMoreThanTheLimit) {
  const std::string bomb = test::gzip(std::string(50'000'000, '\0'), 9);
  EXPECT_LT(bomb.size(), 60'000U);
  const Read got = read(bomb, 65536);
  EXPECT_EQ(got.outcome, Gunzipped::over_limit);
  EXPECT_LE(got.content.size(), 65536U);
}

TEST(Gunzip, SeveralMembersAreOneContentUnderOneLimit) {
  const std::string two = test::gzip("hello ") + test::gzip("world");
  EXPECT_EQ(read(two).content, "hello world");
  EXPECT_EQ(read(two, 11).outcome, Gunzipped::done);
  EXPECT_EQ(read(two, 10).outcome, Gunzipped::over_limit);
  std::string many;
  for (int i = 0; i < 1000; ++i)
    many += test::gzip("");
  EXPECT_EQ(read(many, 0).outcome, Gunzipped::done);
}

TEST(Gunzip, RefusesWhatIsCutAtEveryByte) {
  const std::string file = test::gzip("hello hello hello hello " + noise(50));
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_EQ(read(std::string_view(file).substr(0, size)).outcome, Gunzipped::malformed) << size;
  EXPECT_EQ(read(file).outcome, Gunzipped::done);
}

TEST(Gunzip, RefusesWhatIsNoGzipOrIsDamaged) {
  const std::string file = test::gzip("hello hello hello");
  EXPECT_EQ(read("").outcome, Gunzipped::malformed);
  EXPECT_EQ(read("hello").outcome, Gunzipped::malformed);
  EXPECT_EQ(read(file + "x").outcome, Gunzipped::malformed);
  EXPECT_EQ(read(file + std::string(20, '\0')).outcome, Gunzipped::malformed);
  std::string wrong_sum = file;
  wrong_sum[wrong_sum.size() - 8] ^= 1;
  EXPECT_EQ(read(wrong_sum).outcome, Gunzipped::malformed);
  std::string wrong_size = file;
  wrong_size[wrong_size.size() - 1] ^= 1;
  EXPECT_EQ(read(wrong_size).outcome, Gunzipped::malformed);
  std::string zlib = "\x78\x9c";
  EXPECT_EQ(read(zlib + file.substr(10)).outcome, Gunzipped::malformed);
  // One failure leaves nothing behind.
  EXPECT_EQ(read(file).content, "hello hello hello");
}

}  // namespace
}  // namespace confab::native
