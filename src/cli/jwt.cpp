// SPDX-License-Identifier: MIT
#include "cli/jwt.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

#include "confab/base/json.hpp"
#include "confab/base/text_of_bytes.hpp"

namespace confab::cli {
namespace {

/// RFC 4648 section 5, without padding (RFC 7515 section 2).
std::string base64url(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  while (text.ends_with('='))
    text.pop_back();
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

void append_list(std::string& out, std::string_view name, const std::vector<std::string>& list) {
  if (list.empty()) return;
  if (!out.ends_with('{')) out += ',';
  json::append_quoted(out, name);
  out += ":[";
  for (const auto& item : list) {
    if (&item != &list.front()) out += ',';
    json::append_quoted(out, item);
  }
  out += ']';
}

}  // namespace

std::string claims_json(const Claims& claims) {
  std::string out = "{\"sub\":";
  json::append_quoted(out, claims.user);
  out += ",\"iat\":";
  json::append_integer(out, claims.issued);
  out += ",\"exp\":";
  json::append_integer(out, claims.expires);
  std::string rights = "{";
  append_list(rights, "join", claims.join);
  append_list(rights, "publish", claims.publish);
  append_list(rights, "roles", claims.roles);
  if (rights.size() > 1) (out += ",\"confab\":").append(rights) += '}';
  return out += '}';
}

std::string hs256(std::string_view secret, std::string_view text) {
  std::array<unsigned char, 32> mac{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &length) == nullptr)
    throw std::runtime_error("OpenSSL has no HMAC-SHA256");
  return base64url({reinterpret_cast<const char*>(mac.data()), length});
}

std::string make_token(const Claims& claims, std::string_view secret) {
  std::string token = base64url(R"({"alg":"HS256","typ":"JWT"})") + '.' + base64url(claims_json(claims));
  const std::string signature = hs256(secret, token);
  return (token += '.') += signature;
}

}  // namespace confab::cli
