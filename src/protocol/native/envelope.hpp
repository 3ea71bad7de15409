// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "confab/base/json.hpp"
#include "confab/base/result.hpp"
#include "protocol/native/gzip.hpp"

/// {"compressed":bool,"data":string}: a message as text inside another, or as base64 of its gzip file, for
/// clients that are older than permessage-deflate (protocol.md, section 2).
namespace confab::native {

/// Whether the message has these two members and no other, of whatever type.
bool is_envelope(const json::Object& message) noexcept;

/// Takes messages out. One serves the loop; what it needs for gzip is allocated with the first that wants it.
class EnvelopeReader {
 public:
  /// The message inside, not looked at. bad_message names the member that is malformed; more than `limit`
  /// bytes are too_large. The view is valid until the next call.
  result<std::string_view> open(const json::Object& envelope, std::size_t limit);

 private:
  result<std::string_view> gunzip(std::string_view base64, std::size_t limit);

  std::string text_;
  std::string data_;
  std::unique_ptr<Gunzip> gunzip_;
};

/// Puts messages in, as gzip.
class EnvelopeWriter {
 public:
  std::string write(std::string_view message);

 private:
  std::unique_ptr<Gzip> gzip_;  // made when it is first needed
};

}  // namespace confab::native
