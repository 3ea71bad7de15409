// SPDX-License-Identifier: MIT
#include "bare_server/accept_key.hpp"

#include <openssl/evp.h>
#include <strings.h>

namespace confab::bench {

namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view kHeader = "\r\nsec-websocket-key:";

std::string_view key_of(std::string_view request) {
  for (std::size_t at = 0; at + kHeader.size() <= request.size(); ++at) {
    if (request[at] != '\r' || strncasecmp(request.data() + at, kHeader.data(), kHeader.size()) != 0)
      continue;
    std::string_view value = request.substr(at + kHeader.size());
    value = value.substr(0, value.find('\r'));
    while (value.starts_with(' '))
      value.remove_prefix(1);
    while (value.ends_with(' '))
      value.remove_suffix(1);
    return value;
  }
  return {};
}

}  // namespace

std::string upgrade_response(std::string_view request) {
  const std::string_view key = key_of(request);
  if (key.empty()) return {};
  const std::string text = std::string(key).append(kGuid);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1) return {};
  unsigned char encoded[64];
  const int length = EVP_EncodeBlock(encoded, digest, static_cast<int>(size));
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Accept: " +
         std::string(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(length)) + "\r\n\r\n";
}

}  // namespace confab::bench
