// SPDX-License-Identifier: MIT
#include "config/yaml_tree.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "confab/base/utf8.hpp"

namespace confab::config {
namespace {

Mark convert(const YAML::Mark& mark) noexcept {
  return mark.is_null() ? Mark{} : Mark{mark.line + 1, mark.column + 1};
}

/// Makes the tree of yaml-cpp's events. What it refuses it only notes, first come first: an exception out of
/// here would hide yaml-cpp's own complaint about the same place, which is the better one (`["a", ` ends in a
/// key that is null).
class Builder final : public YAML::EventHandler {
 public:
  YamlDocument take() {
    if (error_) return *error_;
    return root_ ? std::shared_ptr<const Node>(root_) : std::make_shared<const Node>();
  }

  /// Where the innermost list or map that isn't closed yet begins; nowhere if there is none.
  Mark innermost_open() const { return open_.empty() ? Mark{} : open_.back().node->at; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) refuse(convert(mark), "a second document begins here; one is read");
  }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = make(Node::Kind::null, mark, "", anchor);
    // yaml-cpp marks a missing value where the next token stands, which may be lines below.
    if (!open_.empty()) node->at = open_.back().key ? open_.back().key->at : open_.back().node->at;
    attach(node, node->at);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = anchors_.at(anchor);
    const auto holds = [&](const Open& open) { return open.node == node; };
    if (std::any_of(open_.begin(), open_.end(), holds)) {
      refuse(convert(mark), "an alias inside of what it names");
      node = std::make_shared<Node>();
    }
    attach(std::move(node), convert(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = make(Node::Kind::scalar, mark, tag, anchor);
    node->text = value;
    if (tag == "!") node->style = Node::Style::quoted;
    attach(std::move(node), convert(mark));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open_.push_back({make(Node::Kind::list, mark, tag, anchor), std::nullopt});
  }

  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open_.push_back({make(Node::Kind::map, mark, tag, anchor), std::nullopt});
  }

  void OnMapEnd() override { end(); }

 private:
  struct Key {
    std::string text;
    Mark at;
  };

  struct Open {
    std::shared_ptr<Node> node;
    std::optional<Key> key;  ///< of a map: read, its value not yet
  };

  void refuse(Mark at, const char* message) {
    if (!error_) error_ = YamlError{at, message};
  }

  std::shared_ptr<Node> make(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
                             YAML::anchor_t anchor) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->at = convert(mark);
    if (!tag.empty() && tag != "?" && tag != "!") refuse(node->at, "tags have no meaning here");
    if (anchor >= anchors_.size()) anchors_.resize(anchor + 1);
    anchors_[anchor] = node;
    return node;
  }

  void end() {
    auto node = std::move(open_.back().node);
    open_.pop_back();
    const Mark at = node->at;
    attach(std::move(node), at);
  }

  void attach(std::shared_ptr<Node> node, Mark at) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& [parent, key] = open_.back();
    if (parent->kind == Node::Kind::list) {
      parent->items.push_back(std::move(node));
    } else if (!key) {
      if (node->kind != Node::Kind::scalar) refuse(at, "a key has to be text");
      key = Key{node->text, at};
    } else {
      parent->entries.push_back({std::move(key->text), key->at, std::move(node)});
      key.reset();
    }
  }

  std::shared_ptr<Node> root_;
  std::vector<Open> open_;
  std::vector<std::shared_ptr<Node>> anchors_;  ///< by yaml-cpp's number; 0 is whatever had none
  std::optional<YamlError> error_;
};

/// yaml-cpp's message without what follows its colon, which would quote the text.
std::string without_quotation(const std::string& message) {
  return message.substr(0, message.find(": "));
}

}  // namespace

const Node* Node::find(std::string_view key) const noexcept {
  const auto at_key = [key](const Entry& entry) { return entry.key == key; };
  const auto found = std::find_if(entries.begin(), entries.end(), at_key);
  return found == entries.end() ? nullptr : found->value.get();
}

std::shared_ptr<const Node> plain_scalar(std::string text) {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::scalar;
  node->text = std::move(text);
  return node;
}

YamlError check_text(std::string_view text) {
  if (text.size() > kMaxText) return {{}, "larger than 1MiB"};
  Mark at{1, 1};
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p != end;) {
    const std::size_t length = utf8_sequence(p, end);
    if (length == 0) return {at, "not UTF-8"};
    // yaml-cpp takes the byte 4 for the end of the text, and would ignore what follows.
    const auto byte = static_cast<unsigned char>(*p);
    if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7F)
      return {at, "a control character"};
    at.column += static_cast<int>(length);
    if (byte == '\n') at = {at.line + 1, 1};
    p += length;
  }
  return {};
}

YamlDocument parse_yaml(const std::string& text) {
  if (YamlError error = check_text(text); !error.message.empty()) return error;
  Builder builder;
  try {
    std::istringstream in(text);
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder))
      continue;
    return builder.take();
  } catch (const YAML::DeepRecursion& error) {
    return YamlError{convert(error.mark), "nested too deeply"};
  } catch (const YAML::Exception& error) {
    const bool at_end = error.mark.pos >= static_cast<int>(text.size());
    // At the end of the text yaml-cpp's place is of no use; what wasn't closed says more.
    if (at_end && builder.innermost_open().line > 0)
      return YamlError{builder.innermost_open(), "a list or map that is not closed"};
    return YamlError{convert(error.mark), without_quotation(error.msg)};
  }
}

}  // namespace confab::config
