#pragma once

#include <cstdint>
#include <vector>

#include "store/posting.hpp"

namespace waybill {

/// From a 64-bit key to the rows that carry it, ids below 2^31. One row per key costs one slot of
/// 12 bytes; more rows go to a set of their own. Open addressing, never more than 7/8 full.
class MultiMap {
 public:
  void add(uint64_t key, uint32_t row);
  void remove(uint64_t key, uint32_t row);
  /// Good until the map changes.
  Posting find(uint64_t key) const;
  /// Memory on the heap.
  size_t bytes() const;

 private:
  static constexpr uint32_t free_slot = 0xffffffff;
  static constexpr uint32_t many = 0x80000000;  // flag: the rest is an index into sets_
  struct Slot {
    uint32_t high = 0;  // of the key
    uint32_t low = 0;
    uint32_t value = free_slot;
    uint64_t key() const { return uint64_t{high} << 32 | low; }
  };

  uint32_t slot_of(uint64_t key) const;
  void grow();
  void free(uint32_t slot);
  uint32_t new_set();
  void free_set(uint32_t set);

  std::vector<Slot> slots_;  // a power of two of them
  uint32_t used_ = 0;
  std::vector<RowSet> sets_;
  std::vector<uint32_t> free_sets_;
};

}  // namespace waybill
