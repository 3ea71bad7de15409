// SPDX-License-Identifier: MIT
#include "confab/base/digest.hpp"

#include "confab/base/text_of_bytes.hpp"

#include <gtest/gtest.h>

#include <boost/container_hash/hash.hpp>
#include <string>
#include <unordered_set>

namespace confab {
namespace {

using namespace std::string_view_literals;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(Digest, IsSha256OverLengthsAndParts) {
  // sha256 of nothing, of eight zeros, and of 03 00 00 00 00 00 00 00 "abc".
  EXPECT_EQ(hex(fingerprint({})), "e3b0c44298fc1c149afbf4c8996fb924");
  EXPECT_EQ(hex(fingerprint({""})), "af5570f5a1810b7af78caf4bc70a660f");
  EXPECT_EQ(hex(fingerprint({"abc"})), "ce91dc5eec0139adf091900d225971d6");
  EXPECT_EQ(hex(fingerprint({"ab", "c"})), "43ee655579de01ca739b3f95c1c2d3f4");
}

TEST(Digest, TellsPartsApart) {
  EXPECT_EQ(fingerprint({"a", "b"}), fingerprint({"a", "b"}));
  EXPECT_NE(fingerprint({"a", "b"}), fingerprint({"ab"}));
  EXPECT_NE(fingerprint({"a", "b"}), fingerprint({"b", "a"}));
  EXPECT_NE(fingerprint({"a", "b"}), fingerprint({"", "ab"}));
  EXPECT_NE(fingerprint({"a", "b"}), fingerprint({"ab", ""}));
  EXPECT_NE(fingerprint({}), fingerprint({""}));
  EXPECT_NE(fingerprint({""}), fingerprint({"", ""}));
  EXPECT_NE(fingerprint({"\0"sv}), fingerprint({""}));
}

TEST(Digest, IsAKeyOfAHashTable) {
  std::unordered_set<Digest128, boost::hash<Digest128>> seen;
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(seen.insert(fingerprint({std::to_string(i)})).second);
  EXPECT_TRUE(seen.contains(fingerprint({"999"})));
  EXPECT_FALSE(seen.contains(fingerprint({"1000"})));
}

TEST(Digest, HmacIsThatOfRfc4231) {
  const std::string key1(20, '\x0b');
  EXPECT_EQ(hex(hmac128(bytes_of(key1), "Hi There")), "b0344c61d8db38535ca8afceaf0bf12b");
  EXPECT_EQ(hex(hmac128(bytes_of("Jefe"), "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c7");
  const std::string key3(20, '\xaa');
  EXPECT_EQ(hex(hmac128(bytes_of(key3), std::string(50, '\xdd'))), "773ea91e36800e46854db8ebd09181a7");
  const std::string key6(131, '\xaa');
  EXPECT_EQ(hex(hmac128(bytes_of(key6), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f");
}

TEST(Digest, HmacSha1IsThatOfRfc2202) {
  EXPECT_EQ(hex_encode(hmac_sha1(std::string(20, '\x0b'), "Hi There")),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(hex_encode(hmac_sha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(hex_encode(
                hmac_sha1(std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

TEST(Digest, AnEmptyKeyIsAKeyOfItsOwn) {
  const auto before = hmac128({}, "");
  EXPECT_EQ(hex(before), "b613679a0814d9ec772f95d778c35fc5");
  EXPECT_NE(hmac128(bytes_of("another"), ""), before);
  EXPECT_EQ(hmac128({}, ""), before);
}

TEST(Digest, ComparesSecrets) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("secret", "secret"));
  EXPECT_TRUE(constant_time_equal({}, ""));
  EXPECT_FALSE(constant_time_equal("secret", "secreT"));
  EXPECT_FALSE(constant_time_equal("secret", "Secret"));
  EXPECT_FALSE(constant_time_equal("secret", "secre"));
  EXPECT_FALSE(constant_time_equal("", "s"));
  EXPECT_FALSE(constant_time_equal("a\0b"sv, "a\0c"sv));
}

}  // namespace
}  // namespace confab
