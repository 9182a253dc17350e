#include "base/checksum.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace waybill;

namespace {

/// The test bytes of the xxHash project's own sanity check.
std::string xxhash_test_bytes(size_t size) {
  std::string bytes;
  for (uint64_t state = 2654435761; bytes.size() < size; state *= 11400714785074694797ULL) {
    bytes.push_back(static_cast<char>(state >> 56));
  }
  return bytes;
}

std::string counting(int from, int step) {
  std::string bytes;
  for (int i = 0; i < 32; ++i) bytes.push_back(static_cast<char>(from + i * step));
  return bytes;
}

}  // namespace

TEST_CASE("CRC-32C gives the check value and the values of RFC 3720 B.4") {
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xE3069283);
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62A8AB43);
  CHECK(crc32c(counting(0, 1)) == 0x46DD794E);
  CHECK(crc32c(counting(31, -1)) == 0x113FDB5C);
}

TEST_CASE("CRC-32C goes on from what was computed so far") {
  const std::string bytes = xxhash_test_bytes(50);
  const std::string_view view = bytes;
  for (size_t split = 0; split <= bytes.size(); ++split) {
    CHECK(crc32c(view.substr(split), crc32c(view.substr(0, split))) == crc32c(view));
  }
}

TEST_CASE("XXH64 gives the values of the reference implementation") {
  struct Vector {
    size_t size;
    uint64_t seed_0;
    uint64_t seed_prime;
  };
  constexpr Vector vectors[] = {
      {0, 0xef46db3751d8e999, 0xac75fda2929b17ef},   {1, 0xe934a84adb052768, 0x5014607643a9b4c3},
      {4, 0x9136a0dca57457ee, 0xcaab286bd8e9fdb5},   {8, 0xcdbcf538e71d1348, 0xfe0c047a5353cdac},
      {14, 0x8282dcc4994e35c8, 0xc3bd6bf63deb6df0},  {31, 0x299b39a290e6d783, 0xda673d5feb5c1d79},
      {32, 0x18b216492bb44b70, 0xb3f33bdf93ade409},  {33, 0x55c8dc3e578f5b59, 0xe92c292f64bc3071},
      {222, 0xb641ae8cb691c174, 0x20cb8ab7ae10c14a},
  };
  for (const Vector& vector : vectors) {
    const std::string bytes = xxhash_test_bytes(vector.size);
    CAPTURE(vector.size);
    CHECK(xxh64(bytes) == vector.seed_0);
    CHECK(xxh64(bytes, 2654435761) == vector.seed_prime);
  }
  CHECK(xxh64("abc") == 0x44bc2cf5ad770999);
}
