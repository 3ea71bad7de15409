// SPDX-License-Identifier: MIT
#include "core/commands/commands.hpp"

namespace confab::commands {

std::string message_id(const Call& call) {
  std::string id;
  if (call.request->has_id()) json::Value{call.request->correlation()}.string(id);
  return id;
}

Publication publication_of(const Call& call, std::string_view room) {
  Publication publication;
  publication.room = room;
  publication.user = call.session.user();
  publication.kind = EventClass::stored;
  publication.origin = call.session.number();
  // A guest's name is its session's alone.
  publication.scope = call.session.user();
  return publication;
}

std::string seq_member(const Published& published) {
  std::string members = "\"seq\":";
  json::append_integer(members, static_cast<std::int64_t>(published.seq));
  return members;
}

}  // namespace confab::commands
