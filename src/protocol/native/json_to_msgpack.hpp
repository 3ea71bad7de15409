// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

namespace confab::native {

/// Appends one JSON value, validated and compact, as MessagePack with the shortest formats. An object whose
/// one member is "$binary" with a string of base64 becomes `bin`, any other `map`. A number of digits alone
/// becomes an integer where 64 bits hold it, signed or unsigned; every other is a float64, which loses what
/// its 53 bits of precision don't hold: the lower digits of greater integers and of long fractions. A number
/// beyond a float64 is infinite, as it is to JSON.parse in JavaScript.
void json_to_msgpack(std::string_view json, std::string& out);

}  // namespace confab::native
