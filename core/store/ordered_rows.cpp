#include "store/ordered_rows.hpp"

#include <algorithm>

#include "base/heap.hpp"

namespace waybill {

namespace {

constexpr uint32_t capacity_step = 64;
// A leaf of less than half is merged with a neighbour if that leaves room for more entries, so that
// no entry makes leaves merge and split to and fro.
constexpr uint32_t small_leaf = 256;
constexpr uint32_t merged_leaf = 448;
// Who inserts this far behind in a full leaf comes nearly in order: the leaf stays nearly full.
constexpr uint32_t nearly_at_end = 448;

constexpr uint32_t rounded_up(uint32_t entries) {
  return (entries + capacity_step - 1) / capacity_step * capacity_step;
}

}  // namespace

OrderedRows::Entry OrderedRows::entry_of(uint64_t key, uint32_t row) {
  return {static_cast<uint32_t>(key >> 32), static_cast<uint32_t>(key), row};
}

// One leaf

uint32_t OrderedRows::Leaf::place_of(const Entry& entry) const {
  return static_cast<uint32_t>(std::lower_bound(begin(), end(), entry) - begin());
}

void OrderedRows::Leaf::resize(uint32_t to) {
  auto moved = std::make_unique<Entry[]>(to);
  std::copy(begin(), end(), moved.get());
  entries = std::move(moved);
  capacity = to;
}

void OrderedRows::Leaf::insert(uint32_t at, const Entry& entry) {
  if (size == capacity) resize(capacity + capacity_step);
  std::copy_backward(begin() + at, end(), entries.get() + size + 1);
  entries[at] = entry;
  ++size;
}

void OrderedRows::Leaf::erase(uint32_t at) {
  std::copy(begin() + at + 1, end(), entries.get() + at);
  --size;
  if (size != 0 && size * 2 < capacity && rounded_up(size) < capacity) resize(rounded_up(size));
}

void OrderedRows::Leaf::append(Leaf& other, uint32_t from) {
  const uint32_t count = other.size - from;
  if (size + count > capacity) resize(rounded_up(size + count));
  std::copy(other.begin() + from, other.end(), entries.get() + size);
  size += count;
  other.size = from;
}

// The directory

size_t OrderedRows::leaf_of(const Entry& entry) const {
  const auto behind =
      std::upper_bound(leaves_.begin(), leaves_.end(), entry,
                       [](const Entry& own, const Leaf& leaf) { return own < leaf.first(); });
  return behind == leaves_.begin() ? 0 : static_cast<size_t>(behind - leaves_.begin()) - 1;
}

void OrderedRows::add(uint64_t key, uint32_t row) {
  const Entry entry = entry_of(key, row);
  if (leaves_.empty() || leaves_.back().last() < entry) return append(entry);
  size_t leaf = leaf_of(entry);
  uint32_t at = leaves_[leaf].place_of(entry);
  if (at < leaves_[leaf].size && leaves_[leaf].entries[at] == entry) return;
  if (leaves_[leaf].size == leaf_entries) {
    const uint32_t cut = at < nearly_at_end ? leaf_entries / 2 : std::min(at, leaf_entries - 1);
    split(leaf, cut);
    if (at > cut) {
      ++leaf;
      at -= cut;
    }
  }
  leaves_[leaf].insert(at, entry);
  ++size_;
}

void OrderedRows::append(const Entry& entry) {
  if (leaves_.empty()) {
    leaves_.emplace_back();
  } else if (leaves_.back().size == leaf_entries) {
    leaves_.emplace_back();
    leaves_.back().resize(leaf_entries);  // more will come
  }
  leaves_.back().insert(leaves_.back().size, entry);
  ++size_;
}

void OrderedRows::split(size_t leaf, uint32_t at) {
  leaves_.emplace(leaves_.begin() + static_cast<std::ptrdiff_t>(leaf) + 1);
  leaves_[leaf + 1].append(leaves_[leaf], at);
  merge_with_next(leaf + 1);
}

void OrderedRows::remove(uint64_t key, uint32_t row) {
  if (leaves_.empty()) return;
  const Entry entry = entry_of(key, row);
  const size_t at = leaf_of(entry);
  Leaf& leaf = leaves_[at];
  const uint32_t place = leaf.place_of(entry);
  if (place == leaf.size || leaf.entries[place] != entry) return;
  leaf.erase(place);
  --size_;
  if (leaf.size == 0) {
    erase_leaf(at);
  } else if (leaf.size < small_leaf) {
    merge(at);
  }
}

void OrderedRows::merge(size_t leaf) {
  if (!merge_with_next(leaf) && leaf != 0) merge_with_next(leaf - 1);
}

bool OrderedRows::merge_with_next(size_t leaf) {
  if (leaf + 1 == leaves_.size()) return false;
  if (leaves_[leaf].size + leaves_[leaf + 1].size > merged_leaf) return false;
  leaves_[leaf].append(leaves_[leaf + 1], 0);
  erase_leaf(leaf + 1);
  return true;
}

void OrderedRows::erase_leaf(size_t leaf) {
  leaves_.erase(leaves_.begin() + static_cast<std::ptrdiff_t>(leaf));
}

size_t OrderedRows::bytes() const {
  size_t sum = heap_bytes(leaves_);
  for (const Leaf& leaf : leaves_) sum += leaf.capacity * sizeof(Entry) + heap_overhead;
  return sum;
}

// Reading

OrderedRows::Cursor OrderedRows::begin() const {
  return Cursor(*this, 0, 0);
}

OrderedRows::Cursor OrderedRows::seek(uint64_t key, uint32_t row) const {
  if (leaves_.empty()) return begin();
  const Entry entry = entry_of(key, row);
  const size_t leaf = leaf_of(entry);
  const uint32_t at = leaves_[leaf].place_of(entry);
  return at < leaves_[leaf].size ? Cursor(*this, leaf, at) : Cursor(*this, leaf + 1, 0);
}

uint64_t OrderedRows::count_below(uint64_t key) const {
  const Cursor end = seek(key, 0);
  uint64_t count = end.at_;
  for (size_t leaf = 0; leaf < end.leaf_; ++leaf) count += leaves_[leaf].size;
  return count;
}

std::optional<uint64_t> OrderedRows::key_before(uint64_t key) const {
  const Cursor end = seek(key, 0);
  if (end.at_ != 0) return leaves_[end.leaf_].entries[end.at_ - 1].key();
  if (end.leaf_ != 0) return leaves_[end.leaf_ - 1].last().key();
  return std::nullopt;
}

std::optional<uint64_t> OrderedRows::last_key() const {
  return empty() ? std::nullopt : std::optional(leaves_.back().last().key());
}

}  // namespace waybill
