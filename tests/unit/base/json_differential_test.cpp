// SPDX-License-Identifier: MIT
// The parser against nlohmann::json, on documents made at random and then damaged.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>

#include "confab/base/json.hpp"

namespace confab::json {
namespace {

using Random = std::mt19937;
using Tree = nlohmann::json;

unsigned below(Random& random, unsigned bound) {
  return static_cast<unsigned>(random() % bound);
}

void write_space(Random& random, std::string& out) {
  if (below(random, 4) != 0) return;
  for (unsigned i = below(random, 3); i-- > 0;)
    out += " \t\n\r"[below(random, 4)];
}

void write_string(Random& random, std::string& out) {
  static constexpr std::string_view kPieces[] = {"a",
                                                 "key",
                                                 "type",
                                                 "\\n",
                                                 "\\\"",
                                                 "\\\\",
                                                 "\\/",
                                                 "\\u0041",
                                                 "\\u00e9",
                                                 "\\ud83d\\ude00",
                                                 "\\u0000",
                                                 "\xc3\xa9",
                                                 "\xe2\x82\xac",
                                                 "\xf0\x9f\x98\x80",
                                                 "12345678",
                                                 "{[,:]}",
                                                 "\x7f",
                                                 "\\b\\f\\r\\t",
                                                 " ",
                                                 "long plain text of words"};
  out += '"';
  for (unsigned i = below(random, 4); i-- > 0;)
    out += kPieces[below(random, std::size(kPieces))];
  out += '"';
}

void write_number(Random& random, std::string& out) {
  static constexpr std::string_view kNumbers[] = {"0",
                                                  "-0",
                                                  "1",
                                                  "-1",
                                                  "1.5",
                                                  "10e2",
                                                  "5E-1",
                                                  "0.0",
                                                  "-2.50e+3",
                                                  "1234567890123456789",
                                                  "18446744073709551615",
                                                  "0.1",
                                                  "100"};
  out += kNumbers[below(random, std::size(kNumbers))];
}

void write_value(Random& random, std::string& out, unsigned depth) {
  write_space(random, out);
  switch (below(random, depth == 0 ? 5 : 9)) {
    case 0:
      write_number(random, out);
      break;
    case 1:
    case 2:
      write_string(random, out);
      break;
    case 3:
      out += below(random, 2) == 0 ? "true" : "false";
      break;
    case 4:
      out += "null";
      break;
    case 5:
    case 6: {
      out += '[';
      write_space(random, out);
      for (unsigned i = below(random, 4), first = i; i > 0; --i) {
        if (i != first) out += ',';
        write_value(random, out, depth - 1);
      }
      out += ']';
      break;
    }
    default: {
      out += '{';
      write_space(random, out);
      for (unsigned i = below(random, 5), first = i; i > 0; --i) {
        if (i != first) out += ',';
        write_space(random, out);
        write_string(random, out);
        write_space(random, out);
        out += ':';
        write_value(random, out, depth - 1);
      }
      out += '}';
    }
  }
  write_space(random, out);
}

void damage(Random& random, std::string& text) {
  static constexpr std::string_view kBytes =
      "{}[]:,\"\\/0123456789.eE+-truefalsn \t\n\x01\x7f\x80\xa0\xbf\xc2\xe0\xed\xf0\xf4\xff'#ud8Dc";
  for (unsigned i = 1 + below(random, 3); i-- > 0 && !text.empty();) {
    const std::size_t at = below(random, static_cast<unsigned>(text.size()));
    const char byte = kBytes[below(random, static_cast<unsigned>(kBytes.size()))];
    switch (below(random, 5)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      case 2:
        text.erase(at, 1);
        break;
      case 3:
        text.resize(at);
        break;
      default:
        text.insert(at, text.substr(below(random, static_cast<unsigned>(text.size())), 1 + below(random, 6)));
    }
  }
}

/// nlohmann's judgement, with its known difference taken out: it skips a byte order mark at the start.
bool accepted_by_the_other(const std::string& text) {
  return !std::string_view(text).starts_with("\xEF\xBB\xBF") && Tree::accept(text);
}

/// It refuses numbers beyond a double as out of range (RFC 8259 section 6 lets it), where we pass digits
/// through.
bool holds_a_huge_number(const std::string& text) {
  struct Sax : nlohmann::json_sax<Tree> {
    bool out_of_range = false;

    bool null() override { return true; }

    bool boolean(bool) override { return true; }

    bool number_integer(std::int64_t) override { return true; }

    bool number_unsigned(std::uint64_t) override { return true; }

    bool number_float(double, const std::string&) override { return true; }

    bool string(std::string&) override { return true; }

    bool binary(Tree::binary_t&) override { return true; }

    bool start_object(std::size_t) override { return true; }

    bool key(std::string&) override { return true; }

    bool end_object() override { return true; }

    bool start_array(std::size_t) override { return true; }

    bool end_array() override { return true; }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
      out_of_range = error.id == 406;
      return false;
    }
  } sax;

  Tree::sax_parse(text, &sax);
  return sax.out_of_range;
}

/// The value as our walkers see it.
Tree tree_of(Value value) {
  switch (value.kind()) {
    case Kind::object: {
      Tree tree = Tree::object();
      Object object;
      object.assign(value);
      for (const Member& member : object.members()) {
        EXPECT_FALSE(tree.contains(std::string(member.key)))
            << "an earlier member of the same key is still there";
        tree[std::string(member.key)] = tree_of(member.value);
      }
      return tree;
    }
    case Kind::array: {
      Tree tree = Tree::array();
      Elements cursor(value);
      for (Value v; cursor.next(v);)
        tree.push_back(tree_of(v));
      return tree;
    }
    case Kind::string: {
      std::string text;
      EXPECT_TRUE(value.string(text));
      return text;
    }
    case Kind::boolean:
      return *value.boolean();
    case Kind::null:
      return nullptr;
    case Kind::number:
      return Tree::parse(value.raw);
  }
  return nullptr;
}

class JsonDifferential : public testing::TestWithParam<unsigned> {};

TEST_P(JsonDifferential, AgreesWithNlohmannOnWhatIsJsonAndWhatItSays) {
  Random random(GetParam());
  Parser parser;
  unsigned accepted = 0;
  unsigned refused = 0;
  for (int i = 0; i < 6000; ++i) {
    std::string text;
    write_value(random, text, 5);
    if (i % 3 != 0) damage(random, text);
    const auto parsed = parser.value(text);
    if (parsed.has_value() != accepted_by_the_other(text)) {
      ASSERT_TRUE(parsed.has_value() && holds_a_huge_number(text))
          << text << "\n"
          << (parsed ? "accepted" : parsed.error().detail);
      continue;
    }
    if (!parsed) {
      ++refused;
      continue;
    }
    ++accepted;
    const Tree theirs = Tree::parse(text);
    ASSERT_EQ(Tree::parse(parsed->raw), theirs) << text;
    ASSERT_EQ(tree_of(*parsed), theirs) << text;
    Parser again;
    const auto repeated = again.value(parsed->raw);
    ASSERT_TRUE(repeated.has_value());
    ASSERT_EQ(repeated->raw, parsed->raw);
    ASSERT_EQ(repeated->raw.data(), parsed->raw.data()) << "compact text still had white space";
  }
  EXPECT_GT(accepted, 1000U);
  EXPECT_GT(refused, 1000U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, JsonDifferential, testing::Range(1U, 5U));

TEST(JsonDifferential, IntegersAgreeWithAnExactReading) {
  Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    // digits × 10^shift, written with the point anywhere and an exponent that undoes it.
    const auto digits = static_cast<std::int64_t>(random() % 1'000'000);
    const int zeros = static_cast<int>(below(random, 8));
    const int places = static_cast<int>(below(random, 12));
    std::string text = std::to_string(digits) + std::string(static_cast<std::size_t>(zeros), '0');
    std::int64_t expected = digits;
    for (int z = 0; z < zeros; ++z)
      expected *= 10;
    while (static_cast<int>(text.size()) <= places)
      text.insert(0, 1, '0');
    if (places > 0) text.insert(text.size() - static_cast<std::size_t>(places), 1, '.');
    // "007.5" is no JSON number: the zeros before the point go, but for one.
    while (text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9')
      text.erase(0, 1);
    const bool negative = below(random, 2) == 0;
    if (negative) text.insert(0, 1, '-');
    text += "e" + std::to_string(places);
    ASSERT_EQ(Value{text}.integer(), negative ? -expected : expected) << text;
  }
}

}  // namespace
}  // namespace confab::json
