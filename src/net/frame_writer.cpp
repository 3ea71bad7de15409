// SPDX-License-Identifier: MIT
#include "net/frame_writer.hpp"

#include <algorithm>
#include <array>

namespace confab::net {
namespace {

iovec piece(std::string_view bytes) noexcept {
  return {const_cast<char*>(bytes.data()), bytes.size()};  // sendmsg does not write through it
}

}  // namespace

Flush FrameWriter::flush(Stream& stream, Session& session) {
  if (session.queue().empty()) return Flush::drained;
  const Pass pass = write(stream, session.queue());
  if (pass.whole > 0) session.consumed(pass.whole);
  return pass.outcome == Flush::more && session.queue().empty() ? Flush::drained : pass.outcome;
}

Flush FrameWriter::flush(Stream& stream, OutboundQueue& rest) {
  if (rest.empty()) return Flush::drained;
  const Pass pass = write(stream, rest);
  for (std::size_t i = 0; i < pass.whole; ++i)
    rest.pop();
  return pass.outcome == Flush::more && rest.empty() ? Flush::drained : pass.outcome;
}

FrameWriter::Pass FrameWriter::write(Stream& stream, const OutboundQueue& queue) {
  std::array<iovec, kPiecesAPass> pieces;
  std::size_t count = 0;
  std::size_t gathered = 0;
  for (; count < queue.size() && count < kPiecesAPass && gathered < kBytesAPass; ++count) {
    std::string_view bytes = queue[count].bytes();
    if (count == 0) bytes.remove_prefix(offset_);
    bytes = bytes.substr(0, kBytesAPass - gathered);
    pieces[count] = piece(bytes);
    gathered += bytes.size();
  }
  const IoResult written =
      count == 1 ? stream.write_some(std::string_view(static_cast<const char*>(pieces[0].iov_base), gathered))
                 : stream.write_some({pieces.data(), count});
  if (written.status == IoStatus::would_block) return {Flush::blocked, 0};
  if (written.status != IoStatus::ok) return {Flush::broken, 0};

  accepted_ += written.bytes;
  std::size_t whole = 0;
  offset_ += written.bytes;
  while (whole < count && offset_ >= queue[whole].size())
    offset_ -= queue[whole++].size();
  return {written.bytes < gathered ? Flush::blocked : Flush::more, whole};
}

}  // namespace confab::net
