// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

#include "confab/base/json.hpp"
#include "confab/core/field_reader.hpp"
#include "confab/core/services.hpp"
#include "core/request.hpp"

/// The commands of protocol.md section 2, a file for each group. Each reads its fields, asks the rules,
/// does what is asked, and answers the request once.
namespace confab::commands {

/// What a command works with. Fields and session are there until the function returns; whatever comes later
/// asks the request for its session.
struct Call {
  const Services& services;
  Session& session;
  const json::Object& fields;
  RequestPtr request;
  std::string_view type;  ///< the command's own name
};

// membership.cpp
void join(const Call& call);
void leave(const Call& call);

// chat.cpp
void chat(const Call& call);

// direct.cpp
void direct(const Call& call);

// publish.cpp
void publish(const Call& call);

// state.cpp
void state(const Call& call);

// read.cpp
void read(const Call& call);

// typing.cpp
void typing(const Call& call);

// reading.cpp
void history(const Call& call);
void presence(const Call& call);

// ping.cpp
void ping(const Call& call);

// settled.cpp
void settled(const Call& call);

// signalling.cpp
void signal(const Call& call);
void ice_servers(const Call& call);

/// The room that the command has to name. `bad_room` where it is missing, no string, or no legal name.
result<std::string> named_room(const Call& call);

/// The room that the command names, or where it names none the only one the session is in. `bad_room` where
/// there is neither.
result<std::string> room_of(const Call& call, FieldReader& in);

/// How the session stands to a room that it wants to publish in.
Permissions::Standing standing_of(const Call& call, std::string_view room) noexcept;

/// The message's id, which is also the event's; "" where there is none.
std::string message_id(const Call& call);

/// What all publications of the session have in common. A view of the session and of `room`.
Publication publication_of(const Call& call, std::string_view room);

/// `"seq":N`
std::string seq_member(const Published& published);

}  // namespace confab::commands
