// SPDX-License-Identifier: MIT
#include "json_decode.hpp"

#include "json_chars.hpp"

namespace confab::json {

namespace {

void append_utf8(std::string& out, int code) {
  const auto put = [&out](int byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

}  // namespace

void append_decoded(std::string& out, std::string_view inside) {
  while (true) {
    const std::size_t slash = inside.find('\\');
    out.append(inside.substr(0, slash));
    if (slash == std::string_view::npos) return;
    inside.remove_prefix(slash + 1);
    std::size_t used = 1;
    switch (inside[0]) {
      case 'b':
        out.push_back('\b');
        break;
      case 'f':
        out.push_back('\f');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 't':
        out.push_back('\t');
        break;
      case 'u': {
        int code = hex_quad(inside.data() + 1);
        used = 5;
        if (is_high_surrogate(code)) {
          code = 0x10000 + ((code - 0xD800) << 10) + (hex_quad(inside.data() + 7) - 0xDC00);
          used = 11;
        }
        append_utf8(out, code);
        break;
      }
      default:
        out.push_back(inside[0]);
    }
    inside.remove_prefix(used);
  }
}

}  // namespace confab::json
