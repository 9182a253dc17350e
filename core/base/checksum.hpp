#pragma once

#include <cstdint>
#include <string_view>

namespace waybill {

/// CRC-32C (Castagnoli, reflected, initial and final complement) of `bytes`; software, slicing
/// by 8. Check value: crc32c("123456789") == 0xE3069283.
uint32_t crc32c(std::string_view bytes, uint32_t so_far = 0);

/// XXH64 as its specification gives it. xxh64("", 0) == 0xEF46DB3751D8E999.
uint64_t xxh64(std::string_view bytes, uint64_t seed = 0);

}  // namespace waybill
