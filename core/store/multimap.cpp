#include "store/multimap.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace waybill {

uint32_t MultiMap::slot_of(uint64_t key) const {
  const auto mask = static_cast<uint32_t>(slots_.size() - 1);
  auto slot = static_cast<uint32_t>(mix64(key)) & mask;
  while (slots_[slot].value != free_slot && slots_[slot].key != key) slot = (slot + 1) & mask;
  return slot;
}

std::span<const uint32_t> MultiMap::find(uint64_t key) const {
  if (slots_.empty()) return {};
  const Slot& slot = slots_[slot_of(key)];
  if (slot.value == free_slot) return {};
  if ((slot.value & many) == 0) return {&slot.value, 1};
  const List<uint32_t>& list = lists_[slot.value & ~many];
  return {list.begin(), list.size()};
}

void MultiMap::add(uint64_t key, uint32_t row) {
  if ((used_ + 1) * 4 > slots_.size() * 3) grow();
  Slot& slot = slots_[slot_of(key)];
  if (slot.value == free_slot) {
    slot = {key, row};
    ++used_;
    return;
  }
  if ((slot.value & many) == 0) {
    if (slot.value == row) return;
    uint32_t index;
    if (free_lists_.empty()) {
      index = static_cast<uint32_t>(lists_.size());
      lists_.emplace_back();
    } else {
      index = free_lists_.back();
      free_lists_.pop_back();
    }
    lists_[index].push_back(slot.value);
    slot.value = index | many;
  }
  List<uint32_t>& list = lists_[slot.value & ~many];
  if (list.back() < row) return list.push_back(row);  // new rows, mostly
  const auto* at = std::lower_bound(list.begin(), list.end(), row);
  if (*at != row) list.insert(static_cast<uint32_t>(at - list.begin()), row);
}

void MultiMap::remove(uint64_t key, uint32_t row) {
  if (slots_.empty()) return;
  uint32_t hole = slot_of(key);
  Slot& slot = slots_[hole];
  if (slot.value == free_slot) return;
  if ((slot.value & many) != 0) {
    const uint32_t index = slot.value & ~many;
    List<uint32_t>& list = lists_[index];
    const auto* at = std::lower_bound(list.begin(), list.end(), row);
    if (at == list.end() || *at != row) return;
    list.erase(static_cast<uint32_t>(at - list.begin()));
    if (!list.empty()) return;
    free_lists_.push_back(index);
  } else if (slot.value != row) {
    return;
  }
  --used_;
  const auto mask = static_cast<uint32_t>(slots_.size() - 1);
  for (uint32_t next = (hole + 1) & mask; slots_[next].value != free_slot;
       next = (next + 1) & mask) {
    const auto home = static_cast<uint32_t>(mix64(slots_[next].key)) & mask;
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      slots_[hole] = slots_[next];
      hole = next;
    }
  }
  slots_[hole] = {};
}

void MultiMap::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? 16 : old.size() * 2, {});
  for (const Slot& slot : old) {
    if (slot.value != free_slot) slots_[slot_of(slot.key)] = slot;
  }
}

}  // namespace waybill
