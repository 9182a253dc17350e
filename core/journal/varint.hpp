#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

/// Integers of the journal (docs/formats/journal.md): `varint` is LEB128, `zigzag` a varint of
/// (n << 1) ^ (n >> 63). Only the shortest form is written, and only that is read.
namespace waybill::journal {

inline constexpr size_t max_varint_bytes = 10;

inline void append_varint(Bytes& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

/// Takes a varint off the front of `in`. False, and nothing taken, if it has no end, is longer than
/// needed or does not fit 64 bits.
inline bool read_varint(std::string_view& in, uint64_t& out) {
  constexpr int last_shift = 63;  // of the tenth byte, of which one bit is left
  uint64_t value = 0;
  size_t size = 0;
  for (int shift = 0; shift <= last_shift; shift += 7) {
    if (size == in.size()) return false;
    const auto byte = static_cast<uint8_t>(in[size++]);
    value |= uint64_t{byte & 0x7Fu} << shift;
    if (byte >= 0x80) continue;
    const bool too_long = byte == 0 && shift > 0;
    const bool too_large = byte > 1 && shift == last_shift;
    if (too_long || too_large) return false;
    in.remove_prefix(size);
    out = value;
    return true;
  }
  return false;
}

constexpr uint64_t zigzag_encoded(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}

constexpr int64_t zigzag_decoded(uint64_t value) {
  return static_cast<int64_t>((value >> 1) ^ (uint64_t{0} - (value & 1)));
}

inline void append_zigzag(Bytes& out, int64_t value) {
  append_varint(out, zigzag_encoded(value));
}

/// As read_varint.
inline bool read_zigzag(std::string_view& in, int64_t& out) {
  uint64_t encoded = 0;
  if (!read_varint(in, encoded)) return false;
  out = zigzag_decoded(encoded);
  return true;
}

}  // namespace waybill::journal
