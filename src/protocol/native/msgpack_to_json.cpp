// SPDX-License-Identifier: MIT
#include "protocol/native/msgpack_to_json.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "confab/base/json.hpp"
#include "confab/base/text_of_bytes.hpp"
#include "protocol/native/msgpack_format.hpp"

namespace confab::native {
namespace {

constexpr const char* kCut = "not valid MessagePack: it ends too early";

/// One value on its way to JSON, without recursion: what is open is a stack of maps and arrays.
class Transcoder {
 public:
  Transcoder(std::string_view bytes, std::string& out) noexcept : rest_(bytes), out_(out) {}

  /// Null, or what is wrong.
  const char* run() {
    do {
      if (const char* wrong = read_item()) return wrong;
      close_full();
    } while (depth_ != 0);
    return rest_.empty() ? nullptr : "not valid MessagePack: something follows the value";
  }

 private:
  /// A map or an array that isn't full yet.
  struct Level {
    std::uint64_t left;  ///< items to come; a map's keys and values are two each, so at a key it is even
    char closing;
  };

  const char* read_item();
  const char* read_key(unsigned char format);
  const char* read_value(unsigned char format);
  const char* read_string(unsigned char format);
  const char* read_binary(unsigned length_bytes);
  const char* read_float32();
  const char* read_float64();
  const char* read_unsigned(unsigned bytes);
  const char* read_signed(unsigned bytes);
  const char* open_counted(char opening, unsigned count_bytes);
  const char* open(char opening, std::uint64_t count);
  const char* put_double(double number);

  template <class Integer>
  void put_integer(Integer number) {
    std::array<char, 20> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out_.append(digits.data(), end);
  }

  void close_full() {
    while (depth_ != 0 && levels_[depth_ - 1].left == 0)
      out_ += levels_[--depth_].closing;
  }

  /// The next `bytes` of them as one number. False where there are fewer.
  bool take_number(unsigned bytes, std::uint64_t& number) noexcept {
    std::string_view digits;
    if (!take(bytes, digits)) return false;
    number = 0;
    for (const char digit : digits)
      number = number << 8 | static_cast<unsigned char>(digit);
    return true;
  }

  bool take(std::uint64_t size, std::string_view& bytes) noexcept {
    if (size > rest_.size()) return false;
    bytes = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(bytes.size());
    return true;
  }

  std::string_view rest_;
  std::string& out_;
  std::size_t depth_ = 0;
  std::array<Level, json::kMaxDepth> levels_;
};

const char* Transcoder::read_item() {
  if (rest_.empty()) return kCut;
  const auto format = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  if (depth_ == 0) return read_value(format);
  Level& level = levels_[depth_ - 1];
  const bool in_map = level.closing == '}';
  const bool is_key = in_map && level.left % 2 == 0;
  --level.left;
  if (in_map && !is_key) {
    out_ += ':';
  } else if (out_.back() != '{' && out_.back() != '[') {
    out_ += ',';
  }
  return is_key ? read_key(format) : read_value(format);
}

const char* Transcoder::read_key(unsigned char format) {
  const bool is_string = (format >= msgpack::kFixstr && format < msgpack::kNil) ||
                         (format >= msgpack::kStr8 && format <= msgpack::kStr32);
  return is_string ? read_string(format) : "MessagePack maps have strings for keys here";
}

const char* Transcoder::read_value(unsigned char format) {
  if (format < msgpack::kFixmap) {
    put_integer(format);
    return nullptr;
  }
  if (format >= msgpack::kNegativeFixint) {
    put_integer(static_cast<int>(format) - 0x100);
    return nullptr;
  }
  if (format < msgpack::kFixarray) return open('{', format & 0x0FU);
  if (format < msgpack::kFixstr) return open('[', format & 0x0FU);
  if (format < msgpack::kNil) return read_string(format);
  switch (format) {
    case msgpack::kNil:
      out_ += "null";
      return nullptr;
    case msgpack::kFalse:
      out_ += "false";
      return nullptr;
    case msgpack::kTrue:
      out_ += "true";
      return nullptr;
    case msgpack::kBin8:
    case msgpack::kBin16:
    case msgpack::kBin32:
      return read_binary(1U << (format - msgpack::kBin8));
    case msgpack::kFloat32:
      return read_float32();
    case msgpack::kFloat64:
      return read_float64();
    case msgpack::kUint8:
    case msgpack::kUint16:
    case msgpack::kUint32:
    case msgpack::kUint64:
      return read_unsigned(1U << (format - msgpack::kUint8));
    case msgpack::kInt8:
    case msgpack::kInt16:
    case msgpack::kInt32:
    case msgpack::kInt64:
      return read_signed(1U << (format - msgpack::kInt8));
    case msgpack::kStr8:
    case msgpack::kStr16:
    case msgpack::kStr32:
      return read_string(format);
    case msgpack::kArray16:
    case msgpack::kArray32:
      return open_counted('[', 2U << (format - msgpack::kArray16));
    case msgpack::kMap16:
    case msgpack::kMap32:
      return open_counted('{', 2U << (format - msgpack::kMap16));
    case msgpack::kNeverUsed:
      return "not valid MessagePack: the byte 0xc1";
    default:
      return "MessagePack's ext types are not taken, timestamps among them";
  }
}

const char* Transcoder::read_string(unsigned char format) {
  std::uint64_t length = format & 0x1FU;
  if (format >= msgpack::kStr8 && !take_number(1U << (format - msgpack::kStr8), length)) return kCut;
  std::string_view text;
  if (!take(length, text)) return kCut;
  if (!json::valid_utf8(text)) return "not valid MessagePack: invalid UTF-8 in a string";
  json::append_quoted(out_, text);
  return nullptr;
}

const char* Transcoder::read_binary(unsigned length_bytes) {
  std::uint64_t length = 0;
  std::string_view bytes;
  if (!take_number(length_bytes, length) || !take(length, bytes)) return kCut;
  if (const char* wrong = open('{', 0)) return wrong;
  out_.append("\"$binary\":\"").append(base64_encode(bytes)).append("\"");
  return nullptr;
}

const char* Transcoder::read_float32() {
  std::uint64_t bits = 0;
  if (!take_number(4, bits)) return kCut;
  return put_double(static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits))));
}

const char* Transcoder::read_float64() {
  std::uint64_t bits = 0;
  if (!take_number(8, bits)) return kCut;
  return put_double(std::bit_cast<double>(bits));
}

const char* Transcoder::read_unsigned(unsigned bytes) {
  std::uint64_t number = 0;
  if (!take_number(bytes, number)) return kCut;
  put_integer(number);
  return nullptr;
}

const char* Transcoder::read_signed(unsigned bytes) {
  std::uint64_t number = 0;
  if (!take_number(bytes, number)) return kCut;
  // The sign is the topmost of the bits that came.
  const unsigned unused = 64 - 8 * bytes;
  put_integer(static_cast<std::int64_t>(number << unused) >> unused);
  return nullptr;
}

const char* Transcoder::open_counted(char opening, unsigned count_bytes) {
  std::uint64_t count = 0;
  return take_number(count_bytes, count) ? open(opening, count) : kCut;
}

const char* Transcoder::open(char opening, std::uint64_t count) {
  if (depth_ == levels_.size()) return "MessagePack is nested deeper than 128 levels";
  static_assert(json::kMaxDepth == 128, "the sentence above names it");
  out_ += opening;
  const bool is_map = opening == '{';
  levels_[depth_++] = {is_map ? 2 * count : count, is_map ? '}' : ']'};
  return nullptr;
}

const char* Transcoder::put_double(double number) {
  if (!std::isfinite(number)) return "JSON has no infinite numbers, and none that are no number";
  std::array<char, 32> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  const std::string_view text(digits.data(), end);
  out_ += text;
  if (text.find_first_not_of("-0123456789") == std::string_view::npos) out_ += ".0";
  return nullptr;
}

}  // namespace

result<void> msgpack_to_json(std::string_view bytes, std::string& out) {
  if (const char* wrong = Transcoder(bytes, out).run()) return Fault{errc::bad_message, nullptr, wrong};
  return {};
}

}  // namespace confab::native
