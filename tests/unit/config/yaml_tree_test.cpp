// SPDX-License-Identifier: MIT
#include "config/yaml_tree.hpp"

#include <gtest/gtest.h>

namespace confab::config {
namespace {

std::shared_ptr<const Node> tree(const std::string& text) {
  const auto document = parse_yaml(text);
  if (const auto* error = std::get_if<YamlError>(&document)) {
    ADD_FAILURE() << text << ": " << error->message;
    return std::make_shared<Node>();
  }
  return std::get<std::shared_ptr<const Node>>(document);
}

void expect_error(const std::string& text, Mark at, const std::string& message) {
  const auto document = parse_yaml(text);
  ASSERT_TRUE(std::holds_alternative<YamlError>(document)) << text;
  const auto& error = std::get<YamlError>(document);
  EXPECT_EQ(error.message, message) << text;
  EXPECT_EQ(error.at.line, at.line) << text;
  EXPECT_EQ(error.at.column, at.column) << text;
}

TEST(YamlTree, KnowsThePlaceOfEveryKeyAndValue) {
  const auto root = tree("a:\n  b: 'x'\n  c: [1, \"2\", {d: e}]\n");
  ASSERT_EQ(root->kind, Node::Kind::map);
  EXPECT_EQ(root->entries[0].at, (Mark{1, 1}));
  const Node& a = *root->find("a");
  EXPECT_EQ(a.entries[0].at, (Mark{2, 3}));
  EXPECT_EQ(a.find("b")->at, (Mark{2, 6}));
  EXPECT_EQ(a.find("b")->text, "x");
  EXPECT_EQ(a.find("b")->style, Node::Style::quoted);
  const Node& c = *a.find("c");
  ASSERT_EQ(c.kind, Node::Kind::list);
  ASSERT_EQ(c.items.size(), 3u);
  EXPECT_EQ(c.items[0]->at, (Mark{3, 7}));
  EXPECT_EQ(c.items[0]->style, Node::Style::plain);
  EXPECT_EQ(c.items[1]->style, Node::Style::quoted);
  EXPECT_EQ(c.items[2]->find("d")->at, (Mark{3, 19}));
  EXPECT_EQ(c.find("d"), nullptr);
}

TEST(YamlTree, KeepsKeysThatAreGivenTwice) {
  const auto root = tree("a: 1\na: 2\n");
  ASSERT_EQ(root->entries.size(), 2u);
  EXPECT_EQ(root->find("a")->text, "1");
  EXPECT_EQ(root->entries[1].at, (Mark{2, 1}));
}

TEST(YamlTree, PutsAMissingValueWhereItsKeyStands) {
  const auto root = tree("a:\n\n\nb: 1\nc: [1, ~]\n");
  EXPECT_EQ(root->find("a")->kind, Node::Kind::null);
  EXPECT_EQ(root->find("a")->at, (Mark{1, 1}));
  EXPECT_EQ(root->find("c")->items[1]->kind, Node::Kind::null);
  EXPECT_EQ(root->find("c")->items[1]->at, (Mark{5, 4}));
}

TEST(YamlTree, IsNullForAnEmptyText) {
  EXPECT_EQ(tree("")->kind, Node::Kind::null);
  EXPECT_EQ(tree("# nothing\n\n")->kind, Node::Kind::null);
  EXPECT_EQ(tree("---\n")->kind, Node::Kind::null);
}

TEST(YamlTree, SharesTheNodeThatAnAliasNames) {
  const auto root = tree("a: &x [1, 2]\nb: *x\n&k c: 1\nd: {*k : 2}\n");
  EXPECT_EQ(root->find("a"), root->find("b"));
  EXPECT_NE(root->find("d")->find("c"), nullptr);
}

TEST(YamlTree, RefusesAnAliasInsideOfWhatItNames) {
  expect_error("a: &x [1, [*x]]\n", {1, 12}, "an alias inside of what it names");
  expect_error("a: &x {b: *x}\n", {1, 11}, "an alias inside of what it names");
  expect_error("a: *x\n", {1, 4}, "the referenced anchor is not defined");
}

TEST(YamlTree, RefusesTags) {
  expect_error("a: !!int 5\n", {1, 4}, "tags have no meaning here");
  expect_error("a: 1\nb: !x {}\n", {2, 4}, "tags have no meaning here");
  expect_error("a: !x []\n", {1, 4}, "tags have no meaning here");
  EXPECT_EQ(tree("a: ! 5\n")->find("a")->text, "5");
}

TEST(YamlTree, RefusesKeysThatAreNoText) {
  expect_error("? [a]\n: 1\n", {1, 3}, "a key has to be text");
  expect_error("? {a: b}\n: 1\n", {1, 3}, "a key has to be text");
  expect_error("~: 1\n", {1, 1}, "a key has to be text");
  expect_error("a: &x [1]\n? *x\n: 1\n", {2, 3}, "a key has to be text");
}

TEST(YamlTree, RefusesASecondDocument) {
  expect_error("a: 1\n---\nb: 2\n", {2, 1}, "a second document begins here; one is read");
  expect_error("[a] b", {1, 5}, "a second document begins here; one is read");
}

TEST(YamlTree, SaysWhereTheSyntaxBreaks) {
  expect_error("a:\n  b: [1, 2\n", {2, 6}, "a list or map that is not closed");
  expect_error("a:\n  b: {c: 1,", {2, 6}, "a list or map that is not closed");
  expect_error("a: [1, {b: [2], c", {1, 8}, "a list or map that is not closed");
  expect_error("a: [1\nb: 2\n", {2, 2}, "end of sequence flow not found");
  expect_error("a: [1}\n", {1, 6}, "illegal flow end");
  expect_error("a: 1\n b: 2\n", {2, 3}, "illegal map value");
  expect_error("a: {b: 1\nc: 2", {2, 2}, "end of map flow not found");
}

TEST(YamlTree, QuotesNothingOfTheTextInItsMessages) {
  expect_error("a: \"\\q\"\n", {1, 7}, "unknown escape character");
}

TEST(YamlTree, RefusesControlCharactersWhichYamlWouldEndAt) {
  expect_error(std::string("a: 1\nb: 2\x04\nc: 3", 15), {2, 5}, "a control character");
  expect_error(std::string("a: \0", 4), {1, 4}, "a control character");
  expect_error("a: \x7F", {1, 4}, "a control character");
  expect_error("a\x1B: 1", {1, 2}, "a control character");
  EXPECT_EQ(tree("a: \"x\ty\"\r\nb: 2\r\n")->find("b")->at, (Mark{2, 4}));
}

TEST(YamlTree, RefusesWhatIsNotUtf8) {
  expect_error("a: ü\nb: \xFF\n", {2, 4}, "not UTF-8");
  expect_error("a: \xC3", {1, 4}, "not UTF-8");
  expect_error("a: \xED\xA0\x80", {1, 4}, "not UTF-8");
  EXPECT_EQ(tree("ü: ß")->find("ü")->text, "ß");
}

TEST(YamlTree, RefusesATextLargerThanOneMebibyte) {
  const std::string most = "a: " + std::string(kMaxText - 3, 'x');
  EXPECT_EQ(tree(most)->find("a")->text.size(), kMaxText - 3);
  expect_error(most + 'x', {}, "larger than 1MiB");
}

TEST(YamlTree, SaysThatItIsNestedTooDeeply) {
  const auto document = parse_yaml(std::string(100'000, '['));
  EXPECT_EQ(std::get<YamlError>(document).message, "nested too deeply");
}

TEST(YamlTree, MakesPlainScalars) {
  const auto node = plain_scalar("*");
  EXPECT_EQ(node->kind, Node::Kind::scalar);
  EXPECT_EQ(node->style, Node::Style::plain);
  EXPECT_EQ(node->text, "*");
  EXPECT_EQ(node->at, Mark{});
}

}  // namespace
}  // namespace confab::config
