#include "store/multimap.hpp"

#include "base/hash.hpp"
#include "base/heap.hpp"

namespace waybill {

uint32_t MultiMap::slot_of(uint64_t key) const {
  const auto mask = static_cast<uint32_t>(slots_.size() - 1);
  auto slot = static_cast<uint32_t>(mix64(key)) & mask;
  while (slots_[slot].value != free_slot && slots_[slot].key() != key) slot = (slot + 1) & mask;
  return slot;
}

Posting MultiMap::find(uint64_t key) const {
  if (slots_.empty()) return {};
  const Slot& slot = slots_[slot_of(key)];
  if (slot.value == free_slot) return {};
  if ((slot.value & many) == 0) return Posting(slot.value);
  return Posting(sets_[slot.value & ~many]);
}

void MultiMap::add(uint64_t key, uint32_t row) {
  check(row < many);
  if ((used_ + size_t{1}) * 8 > slots_.size() * 7) grow();
  Slot& slot = slots_[slot_of(key)];
  if (slot.value == free_slot) {
    slot = {static_cast<uint32_t>(key >> 32), static_cast<uint32_t>(key), row};
    ++used_;
    return;
  }
  if ((slot.value & many) == 0) {
    if (slot.value == row) return;
    const uint32_t set = new_set();
    sets_[set].add(slot.value);
    slot.value = set | many;
  }
  sets_[slot.value & ~many].add(row);
}

void MultiMap::remove(uint64_t key, uint32_t row) {
  if (slots_.empty()) return;
  const uint32_t at = slot_of(key);
  Slot& slot = slots_[at];
  if (slot.value == row) return free(at);
  if (slot.value == free_slot || (slot.value & many) == 0) return;
  RowSet& set = sets_[slot.value & ~many];
  set.remove(row);
  if (set.size() > 1) return;
  const uint32_t last = *set.next(0);  // a set never has less than two rows
  free_set(slot.value & ~many);
  slot.value = last;
}

/// Frees a slot, and moves back those of the run behind it that the gap would hide.
void MultiMap::free(uint32_t hole) {
  --used_;
  const auto mask = static_cast<uint32_t>(slots_.size() - 1);
  for (uint32_t next = (hole + 1) & mask; slots_[next].value != free_slot;
       next = (next + 1) & mask) {
    const auto home = static_cast<uint32_t>(mix64(slots_[next].key())) & mask;
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
    if (slot.value != free_slot) slots_[slot_of(slot.key())] = slot;
  }
}

uint32_t MultiMap::new_set() {
  if (free_sets_.empty()) {
    sets_.emplace_back();
    return static_cast<uint32_t>(sets_.size() - 1);
  }
  const uint32_t set = free_sets_.back();
  free_sets_.pop_back();
  return set;
}

void MultiMap::free_set(uint32_t set) {
  sets_[set] = {};
  free_sets_.push_back(set);
}

size_t MultiMap::bytes() const {
  size_t sum = heap_bytes(slots_) + heap_bytes(sets_) + heap_bytes(free_sets_);
  for (const RowSet& set : sets_) sum += set.bytes();
  return sum;
}

}  // namespace waybill
