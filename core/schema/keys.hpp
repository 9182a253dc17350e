#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/instant.hpp"
#include "store/fields.hpp"

namespace waybill {

/// Database keys (H-26): 32 hex digits, worked out from table and row by a keyed bijection (a
/// Feistel network over two 64-bit halves), so that they cost no memory, never repeat, and say
/// nothing of how many rows there are. The seed makes the keys of two engines differ.
class Keys {
 public:
  explicit Keys(uint64_t seed = 0) : seed_(seed) {}

  std::string text(TableId table, uint32_t row) const;
  void append(Bytes& out, TableId table, uint32_t row) const;
  /// A UUID that differs for every number, and for every time the engine is asked.
  std::string uuid(uint64_t number, Instant now) const;
  /// The row that a key names, if its form is right and it is of that table; it may not exist.
  std::optional<uint32_t> row(TableId table, std::string_view key) const;

 private:
  uint64_t seed_;
};

}  // namespace waybill
