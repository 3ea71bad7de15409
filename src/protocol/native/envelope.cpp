// SPDX-License-Identifier: MIT
#include "protocol/native/envelope.hpp"

#include "confab/base/text_of_bytes.hpp"

namespace confab::native {
namespace {

// A buffer that one message made larger than this is not kept for the next.
constexpr std::size_t kKeptCapacity = std::size_t{256} << 10;

Fault too_large() {
  return {errc::too_large, "data", nullptr};
}

void clear_for_reuse(std::string& buffer) {
  if (buffer.capacity() > kKeptCapacity) buffer = {};
  buffer.clear();
}

}  // namespace

bool is_envelope(const json::Object& message) noexcept {
  return message.members().size() == 2 && message.find("compressed") != nullptr &&
         message.find("data") != nullptr;
}

result<std::string_view> EnvelopeReader::open(const json::Object& envelope, std::size_t limit) {
  const auto compressed = envelope.find("compressed")->boolean();
  if (!compressed) return Fault{errc::bad_message, "compressed", "This field is true or false."};
  clear_for_reuse(text_);
  clear_for_reuse(data_);
  if (!envelope.find("data")->string(data_))
    return Fault{errc::bad_message, "data", "This field is a string."};
  if (*compressed) return gunzip(data_, limit);
  if (data_.size() > limit) return too_large();
  return std::string_view(data_);
}

result<std::string_view> EnvelopeReader::gunzip(std::string_view base64, std::size_t limit) {
  const auto file = base64_decode(base64);
  if (!file) return Fault{errc::bad_message, "data", "This is not base64 with its padding."};
  if (gunzip_ == nullptr) gunzip_ = std::make_unique<Gunzip>();
  switch (gunzip_->append(text_, *file, limit)) {
    case Gunzipped::done:
      break;
    case Gunzipped::malformed:
      return Fault{errc::bad_message, "data", "This is not gzip in base64."};
    case Gunzipped::over_limit:
      return too_large();
  }
  return std::string_view(text_);
}

std::string EnvelopeWriter::write(std::string_view message) {
  if (gzip_ == nullptr) gzip_ = std::make_unique<Gzip>();
  return R"({"compressed":true,"data":")" + base64_encode(gzip_->compress(message)) + "\"}";
}

}  // namespace confab::native
