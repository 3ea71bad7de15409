// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "confab/base/json.hpp"
#include "confab/base/result.hpp"
#include "confab/core/broker.hpp"
#include "confab/core/room_rule.hpp"

namespace confab::api {

/// The body of a request that publishes: `{"event"?,"user"?,"text"?,"data"?,"id"?,"ephemeral"?}`. A `text`
/// without an `event` is a chat message, flat and with whatever else stands beside it; an `event` has `data`.
struct PublicationBody {
  std::string event;
  std::string user;  ///< empty: the server
  std::string id;
  std::string body;
  EventShape shape = EventShape::flat;
  EventClass kind = EventClass::stored;

  /// `bad_message` with its field.
  static result<PublicationBody> read(const json::Object& fields, Sanitize sanitize);

  /// To be published in a room; a view of this.
  Publication to(std::string_view room) const;
};

/// Of what became of it: `{"id","seq","epoch","timestamp"}`, without `seq` and `epoch` where it isn't stored.
std::string published_body(const Published& published);

}  // namespace confab::api
