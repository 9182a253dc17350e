#include "base/checksum.hpp"

#include <array>
#include <bit>
#include <cstddef>

#include "base/little_endian.hpp"

namespace waybill {
namespace {

// CRC-32C ---------------------------------------------------------------------------------------

constexpr uint32_t castagnoli_reflected = 0x82F63B78;
constexpr size_t slices = 8;
using CrcTables = std::array<std::array<uint32_t, 256>, slices>;

/// tables[k][b]: what byte `b` contributes to the remainder when k more bytes follow it.
constexpr CrcTables make_crc_tables() {
  CrcTables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? castagnoli_reflected : 0);
    }
    tables[0][byte] = remainder;
  }
  for (size_t slice = 1; slice < slices; ++slice) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[slice - 1][byte];
      tables[slice][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr CrcTables crc_tables = make_crc_tables();

// XXH64 -----------------------------------------------------------------------------------------

constexpr uint64_t prime_1 = 0x9E3779B185EBCA87;
constexpr uint64_t prime_2 = 0xC2B2AE3D27D4EB4F;
constexpr uint64_t prime_3 = 0x165667B19E3779F9;
constexpr uint64_t prime_4 = 0x85EBCA77C2B2AE63;
constexpr uint64_t prime_5 = 0x27D4EB2F165667C5;
constexpr size_t stripe_bytes = 32;

constexpr uint64_t mix_lane(uint64_t accumulator, uint64_t lane) {
  return std::rotl(accumulator + lane * prime_2, 31) * prime_1;
}

constexpr uint64_t merge_accumulator(uint64_t hash, uint64_t accumulator) {
  return (hash ^ mix_lane(0, accumulator)) * prime_1 + prime_4;
}

constexpr uint64_t avalanche(uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * prime_2;
  hash = (hash ^ (hash >> 29)) * prime_3;
  return hash ^ (hash >> 32);
}

/// Hashes the whole stripes at the front of `bytes` and takes them off.
uint64_t hash_stripes(std::string_view& bytes, uint64_t seed) {
  uint64_t a = seed + prime_1 + prime_2;
  uint64_t b = seed + prime_2;
  uint64_t c = seed;
  uint64_t d = seed - prime_1;
  const char* at = bytes.data();
  for (size_t count = bytes.size() / stripe_bytes; count != 0; --count, at += stripe_bytes) {
    a = mix_lane(a, load_u64(at));
    b = mix_lane(b, load_u64(at + 8));
    c = mix_lane(c, load_u64(at + 16));
    d = mix_lane(d, load_u64(at + 24));
  }
  bytes.remove_prefix(bytes.size() / stripe_bytes * stripe_bytes);

  uint64_t hash = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
  for (const uint64_t accumulator : {a, b, c, d}) hash = merge_accumulator(hash, accumulator);
  return hash;
}

/// Mixes in the last bytes, less than a stripe.
uint64_t hash_rest(uint64_t hash, std::string_view bytes) {
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    hash = std::rotl(hash ^ mix_lane(0, load_u64(bytes.data())), 27) * prime_1 + prime_4;
  }
  if (bytes.size() >= 4) {
    hash = std::rotl(hash ^ (load_u32(bytes.data()) * prime_1), 23) * prime_2 + prime_3;
    bytes.remove_prefix(4);
  }
  for (const char byte : bytes) {
    hash = std::rotl(hash ^ (static_cast<uint8_t>(byte) * prime_5), 11) * prime_1;
  }
  return hash;
}

}  // namespace

uint32_t crc32c(std::string_view bytes, uint32_t so_far) {
  uint32_t remainder = ~so_far;
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= slices; left -= slices, at += slices) {
    const uint32_t low = load_u32(at) ^ remainder;
    const uint32_t high = load_u32(at + 4);
    remainder = crc_tables[7][low & 0xFF] ^ crc_tables[6][(low >> 8) & 0xFF] ^
                crc_tables[5][(low >> 16) & 0xFF] ^ crc_tables[4][low >> 24] ^
                crc_tables[3][high & 0xFF] ^ crc_tables[2][(high >> 8) & 0xFF] ^
                crc_tables[1][(high >> 16) & 0xFF] ^ crc_tables[0][high >> 24];
  }
  for (; left != 0; --left, ++at) {
    remainder = (remainder >> 8) ^ crc_tables[0][(remainder ^ static_cast<uint8_t>(*at)) & 0xFF];
  }
  return ~remainder;
}

uint64_t xxh64(std::string_view bytes, uint64_t seed) {
  const uint64_t total = bytes.size();
  uint64_t hash = bytes.size() >= stripe_bytes ? hash_stripes(bytes, seed) : seed + prime_5;
  return avalanche(hash_rest(hash + total, bytes));
}

}  // namespace waybill
