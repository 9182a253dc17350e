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

/// Whether two texts are equal, a word at a time: names and keys are short, and in WebAssembly
/// memcmp goes byte by byte.
inline bool same_bytes(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const char* x = a.data();
  const char* y = b.data();
  size_t left = a.size();
  const auto same_word = [](const char* p, const char* q) {
    uint64_t first;
    uint64_t second;
    std::memcpy(&first, p, 8);
    std::memcpy(&second, q, 8);
    return first == second;
  };
  if (left >= 8) {
    for (; left > 8; left -= 8, x += 8, y += 8) {
      if (!same_word(x, y)) return false;
    }
    const size_t back = 8 - left;  // the last word may overlap the one before
    return same_word(x - back, y - back);
  }
  for (; left != 0; --left) {
    if (*x++ != *y++) return false;
  }
  return true;
}

}  // namespace waybill
