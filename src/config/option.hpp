// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/reading.hpp"

namespace confab::config {

/// Whether SIGHUP can apply a new value.
enum class Reload : std::uint8_t { on_sighup, at_start };

/// What is said of keys, the same for every table. They return false.
bool complain_repeated(const Place& key, Mark first);
bool complain_unknown(const Place& owner, Mark at, const std::string& path, const Node& value,
                      const std::vector<std::string>& known, Secrecy secrecy);

/// Where a value stands: its own place, else its key's.
Mark where(const Node& value, Mark key) noexcept;

/// One option of an Owner (Config, or the element of a list): all that is known of it, its type erased.
template <class Owner>
struct Option {
  std::string path;                         ///< below its owner, such as "history.size"
  std::optional<std::string> default_text;  ///< YAML; none: the key has to be given
  Reload reload = Reload::at_start;
  Secrecy secrecy = Secrecy::open;  ///< whether it is or holds a secret
  std::string help;
  std::string allowed;  ///< type, range and unit in words
  std::vector<std::string>
      notes;  ///< more lines for the reference: the keys of elements that the default shows none of
  std::function<bool(const Node&, Owner&, const Place&)> read;
  std::function<std::string(const Owner&)> print;  ///< as YAML on one line, secrets hidden
  std::function<bool(const Owner&, const Owner&)> equal;
  std::function<void(const Owner& from, Owner& to)> copy;
  /// As the reference shows it after the key and a colon, `indent` being the key's.
  std::function<std::string(const Owner&, std::size_t indent)> document;
};

/// The options of an Owner in the order of the reference; keys of one section stand together. Made once, at
/// start.
template <class Owner>
class Table {
 public:
  /// What an element has to fulfil beyond its single options: a complaint, or empty.
  using Check = std::string (*)(const Owner&);

  explicit Table(std::vector<Option<Owner>> options, Check check = nullptr)
      : options_(std::move(options)), check_(check) {
    for (const auto& option : options_) {
      names_.push_back(option.path);
      if (option.secrecy == Secrecy::secret) secrecy_ = Secrecy::secret;
      for (auto dot = option.path.find('.'); dot != std::string::npos; dot = option.path.find('.', dot + 1))
        if (sections_.insert(option.path.substr(0, dot)).second) names_.push_back(option.path.substr(0, dot));
    }
    Findings findings;
    Reading reading(Source::file, "default", findings);
    const Place nowhere{reading, "", {}};
    for (const auto& option : options_) {
      if (!option.default_text) continue;
      const YamlDocument document = parse_yaml(*option.default_text);
      if (const auto* node = std::get_if<std::shared_ptr<const Node>>(&document))
        option.read(**node, defaults_, nowhere.key(option.path, {}));
      else
        nowhere.key(option.path, {}).complain(std::get<YamlError>(document).message);
    }
    faults_ = std::move(findings.problems);
  }

  const std::vector<Option<Owner>>& options() const noexcept { return options_; }

  const Owner& defaults() const noexcept { return defaults_; }

  Secrecy secrecy() const noexcept { return secrecy_; }

  /// Mistakes in the table itself, defaults that don't fit; empty, which a test holds.
  const std::vector<Problem>& faults() const noexcept { return faults_; }

  const Option<Owner>* find(std::string_view path) const noexcept {
    for (const auto& option : options_)
      if (option.path == path) return &option;
    return nullptr;
  }

  /// Reads a map of keys into an owner that holds the defaults. False where anything was refused.
  bool read(const Node& map, Owner& into, const Place& place) const {
    std::set<std::string_view> seen;
    bool good = read_section(map, "", into, place, seen);
    for (const auto& option : options_)
      if (!option.default_text && !seen.contains(option.path))
        good = place.key(option.path, map.at).complain("missing; allowed: " + option.allowed);
    if (!good || !check_) return good;
    std::string complaint = check_(into);
    return complaint.empty() || place.complain(std::move(complaint));
  }

  /// Reads the value of one key or section, named by its whole path, into its owner at `place`.
  bool read_path(const std::string& path, const Node& value, Owner& into, const Place& place) const {
    std::set<std::string_view> seen;
    return read_value(path, value, into, place, place.at, seen);
  }

 private:
  bool read_section(const Node& map, const std::string& section, Owner& into, const Place& place,
                    std::set<std::string_view>& seen) const {
    bool good = true;
    std::map<std::string_view, Mark> keys;
    for (const auto& [key, at, value] : map.entries) {
      if (place.reading.full()) return false;
      const std::string path = section.empty() ? key : section + '.' + key;
      const auto [first, fresh] = keys.emplace(key, at);
      // An unknown key is only that, however often: what is said of those is careful with their names.
      if (!fresh && (find(path) || sections_.contains(path)))
        good = complain_repeated(place.key(path, at), first->second);
      else if (key.find('.') != std::string::npos)
        good = complain_unknown(place, at, path, *value, {}, secrecy_);
      else if (!read_value(path, *value, into, place, at, seen))
        good = false;
    }
    return good;
  }

  bool read_value(const std::string& path, const Node& value, Owner& into, const Place& place, Mark at,
                  std::set<std::string_view>& seen) const {
    if (const Option<Owner>* option = find(path)) {
      seen.insert(option->path);
      const bool good = option->read(value, into, place.key(path, at));
      if (place.path.empty())
        good ? place.reading.note_given(path, where(value, at)) : place.reading.note_refused(path);
      return good;
    }
    if (!sections_.contains(path)) {
      // `--set rooms.0.join=user`
      for (const auto& option : options_)
        if (path.starts_with(option.path + '.'))
          return place.key(excerpt(path), at).complain("unknown key; " + option.path + " is set as a whole");
      return complain_unknown(place, at, path, value, names_, secrecy_);
    }
    // A section whose keys are all commented out says nothing, and that is no mistake.
    if (value.kind == Node::Kind::null) return true;
    if (value.kind == Node::Kind::map) return read_section(value, path, into, place, seen);
    return place.key(path, at).refuse(value, "a map of keys", secrecy_below(path));
  }

  Secrecy secrecy_below(const std::string& section) const {
    for (const auto& option : options_)
      if (option.secrecy == Secrecy::secret && option.path.starts_with(section + '.')) return Secrecy::secret;
    return Secrecy::open;
  }

  std::vector<Option<Owner>> options_;
  Check check_;
  std::vector<std::string> names_;  ///< of options and sections
  std::set<std::string, std::less<>> sections_;
  Secrecy secrecy_ = Secrecy::open;
  Owner defaults_{};
  std::vector<Problem> faults_;
};

}  // namespace confab::config
