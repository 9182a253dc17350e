#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/list.hpp"

namespace waybill {

/// From a 64-bit key to the ascending row ids that carry it. One row per key costs one slot of 16
/// bytes; more rows go to a list of their own. Open addressing, never more than 3/4 full.
class MultiMap {
 public:
  void add(uint64_t key, uint32_t row);
  void remove(uint64_t key, uint32_t row);
  /// Ascending; valid until the map changes.
  std::span<const uint32_t> find(uint64_t key) const;

 private:
  static constexpr uint32_t free_slot = 0xffffffff;
  static constexpr uint32_t many = 0x80000000;  // flag: the rest is an index into lists_
  struct Slot {
    uint64_t key = 0;
    uint32_t value = free_slot;
  };

  uint32_t slot_of(uint64_t key) const;
  void grow();

  std::vector<Slot> slots_;
  uint32_t used_ = 0;
  std::vector<List<uint32_t>> lists_;
  std::vector<uint32_t> free_lists_;
};

}  // namespace waybill
