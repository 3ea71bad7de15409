// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

#include "confab/base/result.hpp"

namespace confab::native {

/// Appends one MessagePack value as compact JSON. Bytes (`bin`) become {"$binary":"base64"}, a float the
/// shortest number that reads back as the same double, with ".0" where it would look like an integer, so that
/// it is a float again on its way out. Numbers and strings keep their values, maps the order of their keys;
/// keys that come twice are left to who reads the JSON.
///
/// Refused with errc::bad_message and a detail that says why: what is cut or followed by more, the byte 0xC1,
/// ext types, keys that aren't strings, infinite floats and those that are no number, strings that aren't
/// UTF-8, more than json::kMaxDepth levels (bytes are one). `out` is of no use then. The text is never longer
/// than eight times the bytes, whatever they claim to hold.
result<void> msgpack_to_json(std::string_view bytes, std::string& out);

}  // namespace confab::native
