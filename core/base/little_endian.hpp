#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace waybill {

// Every format of ours is little-endian, and so is every machine we build for: a plain copy does
// it.
static_assert(std::endian::native == std::endian::little);

inline uint32_t load_u32(const char* from) {
  uint32_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

inline uint64_t load_u64(const char* from) {
  uint64_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

inline void store_u32(char* to, uint32_t value) {
  std::memcpy(to, &value, sizeof value);
}

inline void store_u64(char* to, uint64_t value) {
  std::memcpy(to, &value, sizeof value);
}

}  // namespace waybill
