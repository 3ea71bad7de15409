// SPDX-License-Identifier: MIT
#include "net/websocket_handshake.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "confab/base/text_of_bytes.hpp"
#include "net/url.hpp"

namespace confab::net {
namespace {

constexpr std::string_view kVersion = "13";

struct Subprotocol {
  std::string_view name;
  native::Encoding encoding;
};

constexpr std::array kSubprotocols{Subprotocol{"confab.v1.json", native::Encoding::json},
                                   Subprotocol{"confab.v1.msgpack", native::Encoding::msgpack}};

HttpReply malformed(const char* field, const char* detail) {
  return HttpReply::from({errc::bad_message, field, detail});
}

/// RFC 9110 section 15.5.22: it names what to upgrade to.
HttpReply upgrade_required(const char* field, const char* detail) {
  HttpReply reply = HttpReply::json(error_body({errc::bad_message, field, detail}), 426);
  reply.header("Upgrade", "websocket").header("Connection", "Upgrade");
  return reply.header("Sec-WebSocket-Version", kVersion);
}

bool is_base64_character(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/// Sixteen bytes in base64. Clients that draw characters and not bytes leave the last one's unused bits set,
/// and RFC 6455 section 4.2.1 has no word against that.
bool is_key(std::string_view value) noexcept {
  constexpr std::size_t kDigits = 22;
  return value.size() == kDigits + 2 && value.ends_with("==") &&
         std::all_of(value.begin(), value.begin() + kDigits, is_base64_character);
}

/// The first known one of the client's offers, which come in the order that it prefers (RFC 6455
/// section 4.1); null where there is none.
const Subprotocol* choose_subprotocol(const HttpRequest& request) {
  const Subprotocol* chosen = nullptr;
  request.for_each_header([&](std::string_view name, std::string_view value) {
    if (!equal_ignoring_case(name, "Sec-WebSocket-Protocol")) return;
    for_each_token(value, [&](std::string_view offer) {
      const auto* const known =
          std::find_if(kSubprotocols.begin(), kSubprotocols.end(),
                       [&](const Subprotocol& subprotocol) { return subprotocol.name == offer; });
      if (chosen == nullptr && known != kSubprotocols.end()) chosen = known;
    });
  });
  return chosen;
}

/// A field that may come several times stands for one list (RFC 6455 section 11.3.2).
std::optional<std::string> extensions(const HttpRequest& request) {
  std::optional<std::string> list;
  request.for_each_header([&](std::string_view name, std::string_view value) {
    if (!equal_ignoring_case(name, "Sec-WebSocket-Extensions")) return;
    if (list) list->append(", ");
    if (!list) list.emplace();
    list->append(value);
  });
  return list;
}

std::optional<HttpReply> refusal(const HttpRequest& request, const Cors& cors) {
  if (!wants_websocket(request))
    return upgrade_required("upgrade", "This address takes a WebSocket: Upgrade: websocket.");
  if (!request.header_has_token("Connection", "upgrade"))
    return malformed("connection", "A WebSocket's handshake has Connection: Upgrade; does a proxy drop it?");
  if (request.header_count("Sec-WebSocket-Version") != 1 ||
      request.header("Sec-WebSocket-Version") != kVersion)
    return upgrade_required("sec-websocket-version", "Only version 13 of the WebSocket protocol is spoken.");
  if (request.header_count("Sec-WebSocket-Key") != 1 || !is_key(*request.header("Sec-WebSocket-Key")))
    return malformed("sec-websocket-key", "This is not one key of sixteen bytes in base64.");
  if (!cors.allows(request))
    return HttpReply::from({errc::forbidden, "origin", "Pages of this origin are not welcome here."});
  return std::nullopt;
}

}  // namespace

bool wants_websocket(const HttpRequest& request) noexcept {
  // RFC 9110 section 7.8: Upgrade means nothing in HTTP/1.0.
  return request.method() == Method::get && request.http11() &&
         request.header_has_token("Upgrade", "websocket");
}

std::variant<WebSocketHandshake, HttpReply> shake_hands(const HttpRequest& request, const Cors& cors,
                                                        DeflateOffer offer) {
  if (auto refused = refusal(request, cors)) return std::move(*refused);
  const auto offered = extensions(request);
  if (offered && !ws::parse_extensions(*offered))
    return malformed("sec-websocket-extensions", "This is not a list of extensions.");

  WebSocketHandshake handshake;
  if (offered && offer == DeflateOffer::accepted) handshake.deflate = ws::negotiate(*offered);
  std::string& out = handshake.response;
  append_status_line(out, 101);
  out += "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";
  out.append(websocket_accept(*request.header("Sec-WebSocket-Key"))).append("\r\n");
  if (handshake.deflate) {
    out.append("Sec-WebSocket-Extensions: ").append(ws::response_header(*handshake.deflate)).append("\r\n");
  }
  if (const Subprotocol* chosen = choose_subprotocol(request)) {
    handshake.encoding = chosen->encoding;
    out.append("Sec-WebSocket-Protocol: ").append(chosen->name).append("\r\n");
  }
  out += "\r\n";
  return handshake;
}

std::string websocket_accept(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 section 1.3
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1)
    std::abort();  // SHA-1 of memory can't fail but for a broken library
  return base64_encode({reinterpret_cast<const char*>(digest), size});
}

}  // namespace confab::net
