// SPDX-License-Identifier: MIT
#include "confab/base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "confab/base/text_of_bytes.hpp"

namespace confab {
namespace {

using Sha256 = std::array<unsigned char, 32>;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

struct FreeAlgorithm {
  void operator()(EVP_MD* algorithm) const noexcept { EVP_MD_free(algorithm); }
};

Digest128 first_half(const Sha256& whole) {
  Digest128 digest;
  std::memcpy(digest.bytes.data(), whole.data(), digest.bytes.size());
  return digest;
}

}  // namespace

std::string hex(const Digest128& digest) {
  return hex_encode({reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()});
}

Digest128 fingerprint(std::initializer_list<std::string_view> parts) {
  // Fetched once: looking an algorithm up costs more than hashing a short message (OpenSSL 3 migration
  // guide).
  static const std::unique_ptr<EVP_MD, FreeAlgorithm> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  static const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  Sha256 whole{};
  bool ok = EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1;
  for (const auto part : parts) {
    const std::uint64_t size = part.size();
    ok = ok && EVP_DigestUpdate(context.get(), &size, sizeof size) == 1;
    ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  }
  ok = ok && EVP_DigestFinal_ex(context.get(), whole.data(), nullptr) == 1;
  if (!ok) std::abort();  // SHA-256 of memory can't fail but for a broken library
  return first_half(whole);
}

Digest128 hmac128(std::span<const std::byte> key, std::string_view text) {
  Sha256 whole{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), whole.data(),
           &size) == nullptr) {
    std::abort();
  }
  return first_half(whole);
}

std::string hmac_sha1(std::string_view key, std::string_view text) {
  std::string whole(20, '\0');
  unsigned size = 0;
  if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           reinterpret_cast<unsigned char*>(whole.data()), &size) == nullptr) {
    std::abort();
  }
  return whole;
}

bool constant_time_equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace confab
