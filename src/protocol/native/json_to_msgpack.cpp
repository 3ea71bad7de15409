// SPDX-License-Identifier: MIT
#include "protocol/native/json_to_msgpack.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <system_error>
#include <vector>

#include "confab/base/json.hpp"
#include "confab/base/text_of_bytes.hpp"
#include "protocol/native/msgpack_format.hpp"

namespace confab::native {
namespace {

/// One value on its way to MessagePack. A map or an array says first how many it holds, JSON shows that at
/// its end: so one byte is kept for the header, which does for up to 15, and more are put in where they are
/// needed.
class Transcoder {
 public:
  Transcoder(std::string_view json, std::string& out) noexcept : rest_(json), out_(out) {}

  void run() {
    while (!rest_.empty())
      write_token();
  }

 private:
  struct Level {
    std::size_t header;  ///< where it stands in the output
    std::size_t count;
  };

  void write_token();
  void open();
  void close();
  void write_word(msgpack::Format format, std::size_t size);
  void write_string(std::string_view raw);
  bool write_binary();
  void write_number();
  void write_unsigned(std::uint64_t number);
  void write_negative(std::int64_t number);
  void write_float(std::string_view digits);

  /// The string that the text begins with, with its quotes. Empty where there is none.
  static std::string_view leading_string(std::string_view text) noexcept;

  /// What a string stands for; valid until the next call.
  std::string_view decoded(std::string_view raw);

  void put(unsigned byte) { out_ += static_cast<char>(byte); }

  void put_number(std::uint64_t number, unsigned bytes) {
    for (unsigned shift = 8 * bytes; shift != 0;)
      put(static_cast<unsigned>(number >> (shift -= 8) & 0xFF));
  }

  /// A format of which there is one for each size of the number that follows, `widest` the last.
  void put_sized(unsigned narrowest, std::uint64_t number) {
    const unsigned step = number <= 0xFF ? 0 : number <= 0xFFFF ? 1 : number <= 0xFFFFFFFF ? 2 : 3;
    put(narrowest + step);
    put_number(number, 1U << step);
  }

  std::string_view rest_;
  std::string& out_;
  std::vector<Level> open_;
  std::string decoded_;
};

void Transcoder::write_token() {
  switch (rest_.front()) {
    case '{':
      if (write_binary()) return;
      return open();
    case '[':
      return open();
    case '}':
    case ']':
      return close();
    case ',':
      ++open_.back().count;
      rest_.remove_prefix(1);
      return;
    case ':':
      rest_.remove_prefix(1);
      return;
    case '"': {
      const std::string_view raw = leading_string(rest_);
      rest_.remove_prefix(raw.size());
      return write_string(raw);
    }
    case 'n':
      return write_word(msgpack::kNil, 4);
    case 't':
      return write_word(msgpack::kTrue, 4);
    case 'f':
      return write_word(msgpack::kFalse, 5);
    default:
      return write_number();
  }
}

void Transcoder::open() {
  // Each comma adds one.
  const bool empty = rest_[1] == '}' || rest_[1] == ']';
  open_.push_back({out_.size(), empty ? 0U : 1U});
  put(0);
  rest_.remove_prefix(1);
}

void Transcoder::close() {
  const bool is_map = rest_.front() == '}';
  const auto [header, count] = open_.back();
  open_.pop_back();
  rest_.remove_prefix(1);
  if (count <= 15) {
    out_[header] = static_cast<char>((is_map ? msgpack::kFixmap : msgpack::kFixarray) | count);
    return;
  }
  const bool wide = count > 0xFFFF;
  const unsigned bytes = wide ? 4 : 2;
  std::array<char, 4> digits;
  for (unsigned i = 0; i < bytes; ++i)
    digits[i] = static_cast<char>(count >> (8 * (bytes - 1 - i)) & 0xFF);
  out_.insert(header + 1, digits.data(), bytes);
  out_[header] = static_cast<char>((is_map ? msgpack::kMap16 : msgpack::kArray16) + (wide ? 1 : 0));
}

void Transcoder::write_word(msgpack::Format format, std::size_t size) {
  put(format);
  rest_.remove_prefix(size);
}

std::string_view Transcoder::leading_string(std::string_view text) noexcept {
  if (!text.starts_with('"')) return {};
  for (std::size_t at = 1;; ++at) {
    at = text.find('"', at);
    std::size_t slashes = 0;
    while (text[at - 1 - slashes] == '\\')
      ++slashes;
    if (slashes % 2 == 0) return text.substr(0, at + 1);
  }
}

std::string_view Transcoder::decoded(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return raw.substr(1, raw.size() - 2);
  json::Value{raw}.string(decoded_);
  return decoded_;
}

void Transcoder::write_string(std::string_view raw) {
  const std::string_view text = decoded(raw);
  if (text.size() <= 31) {
    put(msgpack::kFixstr | static_cast<unsigned>(text.size()));
  } else {
    put_sized(msgpack::kStr8, text.size());
  }
  out_ += text;
}

/// The object that begins here, where it stands for bytes.
bool Transcoder::write_binary() {
  const std::string_view key = leading_string(rest_.substr(1));
  if (key.empty() || decoded(key) != "$binary") return false;
  const std::string_view value = leading_string(rest_.substr(1 + key.size() + 1));
  const std::size_t size = 1 + key.size() + 1 + value.size() + 1;
  if (value.empty() || rest_[size - 1] != '}') return false;
  const auto bytes = base64_decode(decoded(value));
  if (!bytes) return false;
  put_sized(msgpack::kBin8, bytes->size());
  out_ += *bytes;
  rest_.remove_prefix(size);
  return true;
}

void Transcoder::write_number() {
  const std::string_view digits = rest_.substr(0, rest_.find_first_of(",]}"));
  rest_.remove_prefix(digits.size());
  const char* const end = digits.data() + digits.size();
  const auto is_whole = [&](auto& number) {
    const auto [stopped, error] = std::from_chars(digits.data(), end, number);
    return error == std::errc() && stopped == end;
  };
  std::uint64_t number = 0;
  std::int64_t negative = 0;
  if (is_whole(number)) return write_unsigned(number);
  if (is_whole(negative)) return negative < 0 ? write_negative(negative) : write_unsigned(0);  // "-0"
  write_float(digits);
}

void Transcoder::write_unsigned(std::uint64_t number) {
  if (number < msgpack::kFixmap) return put(static_cast<unsigned>(number));
  put_sized(msgpack::kUint8, number);
}

void Transcoder::write_negative(std::int64_t number) {
  if (number >= -32) return put(static_cast<unsigned>(number & 0xFF));
  const unsigned step = number >= std::numeric_limits<std::int8_t>::min()    ? 0
                        : number >= std::numeric_limits<std::int16_t>::min() ? 1
                        : number >= std::numeric_limits<std::int32_t>::min() ? 2
                                                                             : 3;
  put(msgpack::kInt8 + step);
  put_number(static_cast<std::uint64_t>(number), 1U << step);
}

void Transcoder::write_float(std::string_view digits) {
  double number = 0;
  const auto [stopped, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  // from_chars doesn't tell whether it is too great or too small; strtod does, with infinity or nothing.
  if (error == std::errc::result_out_of_range) number = std::strtod(std::string(digits).c_str(), nullptr);
  put(msgpack::kFloat64);
  put_number(std::bit_cast<std::uint64_t>(number), 8);
}

}  // namespace

void json_to_msgpack(std::string_view json, std::string& out) {
  Transcoder(json, out).run();
}

}  // namespace confab::native
