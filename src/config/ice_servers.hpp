// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <string>

#include "config/collections.hpp"
#include "config/config.hpp"

namespace confab::config {

/// The list of `webrtc.ice_servers`. An entry is a map as browsers take it (RTCIceServer); they also take a
/// single url for a list of one, and a url alone for a server that needs no more.
class IceServersType : public ElementsType<IceServer> {
 public:
  using ElementsType::ElementsType;

  bool read(const Node& node, Value& into, const Place& place) const {
    Node spelt_out = node;
    for (auto& item : spelt_out.items)
      item = spell_out(item);
    return ElementsType::read(spelt_out, into, place);
  }

  std::string allowed() const { return ElementsType::allowed() + ", or a url alone"; }

 private:
  using NodePtr = std::shared_ptr<const Node>;

  static NodePtr list_of(const NodePtr& item) {
    Node list;
    list.kind = Node::Kind::list;
    list.items = {item};
    list.at = item->at;
    return std::make_shared<const Node>(std::move(list));
  }

  static NodePtr spell_out(const NodePtr& item) {
    Node map = *item;
    if (item->kind == Node::Kind::scalar) {
      map = Node();
      map.kind = Node::Kind::map;
      map.at = item->at;
      map.entries.push_back({"urls", item->at, list_of(item)});
    }
    for (auto& entry : map.entries)
      if (entry.key == "urls" && entry.value->kind == Node::Kind::scalar) entry.value = list_of(entry.value);
    return std::make_shared<const Node>(std::move(map));
  }
};

}  // namespace confab::config
