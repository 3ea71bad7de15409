// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

/// The first bytes of MessagePack's values (the specification's table "Formats"), for the files of this
/// folder that read or write it. Where several stand in a row, they differ in how many bytes of length or of
/// number follow: 1, 2, 4 and, with numbers, 8, the most significant first.
namespace confab::native::msgpack {

enum Format : std::uint8_t {
  kPositiveFixint = 0x00,  ///< to 0x7F: the number itself
  kFixmap = 0x80,          ///< with the count in the lower four bits
  kFixarray = 0x90,        ///< likewise
  kFixstr = 0xA0,          ///< with the length in the lower five bits
  kNil = 0xC0,
  kNeverUsed = 0xC1,
  kFalse = 0xC2,
  kTrue = 0xC3,
  kBin8 = 0xC4,
  kBin16 = 0xC5,
  kBin32 = 0xC6,
  kExt8 = 0xC7,
  kExt16 = 0xC8,
  kExt32 = 0xC9,
  kFloat32 = 0xCA,
  kFloat64 = 0xCB,
  kUint8 = 0xCC,
  kUint16 = 0xCD,
  kUint32 = 0xCE,
  kUint64 = 0xCF,
  kInt8 = 0xD0,
  kInt16 = 0xD1,
  kInt32 = 0xD2,
  kInt64 = 0xD3,
  kFixext1 = 0xD4,
  kFixext16 = 0xD8,
  kStr8 = 0xD9,
  kStr16 = 0xDA,
  kStr32 = 0xDB,
  kArray16 = 0xDC,
  kArray32 = 0xDD,
  kMap16 = 0xDE,
  kMap32 = 0xDF,
  kNegativeFixint = 0xE0,  ///< to 0xFF: -32 to -1
};

}  // namespace confab::native::msgpack
