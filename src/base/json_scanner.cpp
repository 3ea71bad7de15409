// SPDX-License-Identifier: MIT
#include "json_scanner.hpp"

#include "confab/base/utf8.hpp"

namespace confab::json {

const char* Scanner::run() {
  while (!at_end() && is_space(*at_))
    ++at_;
  kept_ = at_;
  if (at_end()) return "not valid JSON: there is no value";
  if (std::string_view(at_, end_).starts_with("\xEF\xBB\xBF"))
    return "not valid JSON: it begins with a byte order mark";
  Expected expected = Expected::value;
  while (true) {
    const char* wrong = nullptr;
    switch (expected) {
      case Expected::value:
        wrong = scan_value(expected);
        break;
      case Expected::key:
        wrong = scan_key(expected);
        break;
      case Expected::next:
        if (depth_ == 0) return finish();
        wrong = scan_next(expected);
        break;
    }
    if (wrong) return wrong;
  }
}

const char* Scanner::finish() {
  if (compact_.empty()) {
    result_ = {kept_, at_};
  } else {
    compact_.append(kept_, at_);
    result_ = compact_;
  }
  while (!at_end() && is_space(*at_))
    ++at_;
  return at_end() ? nullptr : "not valid JSON: something follows the value";
}

const char* Scanner::open(char closing) {
  if (depth_ == closing_.size()) return "JSON is nested deeper than 128 levels";
  static_assert(kMaxDepth == 128, "the sentence above names it");
  closing_[depth_++] = closing;
  ++at_;
  skip_space();
  return nullptr;
}

const char* Scanner::scan_value(Expected& expected) {
  if (at_end()) return "not valid JSON: it ends where a value was expected";
  expected = Expected::next;
  switch (*at_) {
    case '{':
      if (const char* wrong = open('}')) return wrong;
      if (at_end() || *at_ != '}') expected = Expected::key;
      return nullptr;
    case '[':
      if (const char* wrong = open(']')) return wrong;
      if (at_end() || *at_ != ']') expected = Expected::value;
      return nullptr;
    case '"':
      return scan_string();
    case 't':
      return scan_word("true");
    case 'f':
      return scan_word("false");
    case 'n':
      return scan_word("null");
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return scan_number();
    default:
      return "not valid JSON: a value was expected";
  }
}

const char* Scanner::scan_key(Expected& expected) {
  if (at_end() || *at_ != '"') return "not valid JSON: a key in double quotes was expected";
  if (const char* wrong = scan_string()) return wrong;
  skip_space();
  if (at_end() || *at_ != ':') return "not valid JSON: a colon was expected after a key";
  ++at_;
  skip_space();
  expected = Expected::value;
  return nullptr;
}

const char* Scanner::scan_next(Expected& expected) {
  skip_space();
  const char closing = closing_[depth_ - 1];
  if (!at_end() && *at_ == ',') {
    ++at_;
    skip_space();
    expected = closing == '}' ? Expected::key : Expected::value;
    return nullptr;
  }
  if (!at_end() && *at_ == closing) {
    ++at_;
    --depth_;
    return nullptr;
  }
  return closing == '}' ? "not valid JSON: a comma or '}' was expected in an object"
                        : "not valid JSON: a comma or ']' was expected in an array";
}

const char* Scanner::scan_word(std::string_view word) {
  if (!std::string_view(at_, end_).starts_with(word)) return "not valid JSON: a value was expected";
  at_ += word.size();
  return nullptr;
}

const char* Scanner::scan_number() {
  static constexpr const char* kWrong = "not valid JSON: a number is malformed";
  const auto digits = [this] {
    const char* const first = at_;
    while (!at_end() && is_digit(*at_))
      ++at_;
    return at_ - first;
  };
  if (*at_ == '-') ++at_;
  const bool zero = !at_end() && *at_ == '0';
  const auto whole = digits();
  if (whole == 0 || (zero && whole > 1)) return kWrong;
  if (!at_end() && *at_ == '.') {
    ++at_;
    if (digits() == 0) return kWrong;
  }
  if (!at_end() && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (!at_end() && (*at_ == '+' || *at_ == '-')) ++at_;
    if (digits() == 0) return kWrong;
  }
  return nullptr;
}

const char* Scanner::scan_string() {
  ++at_;
  while (true) {
    at_ = skip_plain(at_, end_);
    if (at_end()) return "not valid JSON: a string does not end";
    const auto byte = static_cast<unsigned char>(*at_);
    if (byte == '"') {
      ++at_;
      return nullptr;
    }
    if (byte == '\\') {
      if (const char* wrong = scan_escape()) return wrong;
    } else if (byte < 0x20) {
      return "not valid JSON: a control character stands unescaped in a string";
    } else {
      do {
        const std::size_t length = utf8_sequence(at_, end_);
        if (length == 0) return "not valid JSON: invalid UTF-8";
        at_ += length;
      } while (!at_end() && static_cast<unsigned char>(*at_) >= 0x80);
    }
  }
}

const char* Scanner::scan_escape() {
  if (end_ - at_ < 2) return "not valid JSON: a string does not end";
  switch (at_[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      at_ += 2;
      return nullptr;
    case 'u':
      break;
    default:
      return "not valid JSON: there is no such escape in strings";
  }
  const int unit = end_ - at_ < 6 ? -1 : hex_quad(at_ + 2);
  if (unit < 0) return "not valid JSON: \\u needs four hexadecimal digits";
  at_ += 6;
  if (is_high_surrogate(unit)) {
    if (end_ - at_ < 6 || at_[0] != '\\' || at_[1] != 'u' || !is_low_surrogate(hex_quad(at_ + 2))) {
      return "not valid JSON: half of a surrogate pair";
    }
    at_ += 6;
  } else if (is_low_surrogate(unit)) {
    return "not valid JSON: half of a surrogate pair";
  }
  return nullptr;
}

}  // namespace confab::json
