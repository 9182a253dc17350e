#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace waybill {

/// Mixes 64 bits so that every input bit moves about half of the output bits; a bijection
/// (the finaliser of SplitMix64).
constexpr uint64_t mix64(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// A fast hash for tables in memory; its values never reach a file.
inline uint64_t hash_bytes(std::string_view bytes) {
  uint64_t hash = 0x9e3779b97f4a7c15ULL ^ bytes.size();
  const char* at = bytes.data();
  size_t left = bytes.size();
  while (left >= 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    hash = (hash ^ word) * 0xbf58476d1ce4e5b9ULL;
    hash ^= hash >> 32;
    at += 8;
    left -= 8;
  }
  uint64_t rest = 0;
  if (left != 0) std::memcpy(&rest, at, left);
  return mix64(hash ^ rest);
}

}  // namespace waybill
