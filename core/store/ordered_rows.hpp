#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace waybill {

/// Pairs of a key and a row, sorted: leaves of up to 512 entries of 12 bytes, in a directory.
/// Entries that come in ascending order leave full leaves behind. Move-only.
class OrderedRows {
 public:
  class Cursor;

  void add(uint64_t key, uint32_t row);
  void remove(uint64_t key, uint32_t row);

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Memory on the heap.
  size_t bytes() const;

  Cursor begin() const;
  /// The first entry that is not before (key, row).
  Cursor seek(uint64_t key, uint32_t row) const;
  /// How many entries have a smaller key. It takes a look at every leaf, not at every entry.
  uint64_t count_below(uint64_t key) const;
  /// The largest key that is smaller: descending walks go from one group of equal keys to the next.
  std::optional<uint64_t> key_before(uint64_t key) const;
  std::optional<uint64_t> last_key() const;

 private:
  static constexpr uint32_t leaf_entries = 512;

  struct Entry {
    uint32_t high = 0;  // of the key
    uint32_t low = 0;
    uint32_t row = 0;
    uint64_t key() const { return uint64_t{high} << 32 | low; }
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  static Entry entry_of(uint64_t key, uint32_t row);

  struct Leaf {
    std::unique_ptr<Entry[]> entries;
    uint32_t size = 0;
    uint32_t capacity = 0;

    const Entry* begin() const { return entries.get(); }
    const Entry* end() const { return entries.get() + size; }
    const Entry& first() const { return entries[0]; }
    const Entry& last() const { return entries[size - 1]; }
    /// Where the entry is or belongs.
    uint32_t place_of(const Entry& entry) const;
    void resize(uint32_t to);
    void insert(uint32_t at, const Entry& entry);
    void erase(uint32_t at);
    /// Takes over what stands in `other` from there on.
    void append(Leaf& other, uint32_t from);
  };

  /// The leaf that the entry is or belongs in; there is one.
  size_t leaf_of(const Entry& entry) const;
  void append(const Entry& entry);
  void split(size_t leaf, uint32_t at);
  void merge(size_t leaf);
  bool merge_with_next(size_t leaf);
  void erase_leaf(size_t leaf);

  std::vector<Leaf> leaves_;  // none of them empty
  size_t size_ = 0;
};

/// A place between entries; good until the set changes.
class OrderedRows::Cursor {
 public:
  bool at_end() const { return leaf_ == set_->leaves_.size(); }
  uint64_t key() const { return entry().key(); }
  uint32_t row() const { return entry().row; }
  void next() {
    if (++at_ < set_->leaves_[leaf_].size) return;
    ++leaf_;
    at_ = 0;
  }

 private:
  friend class OrderedRows;
  Cursor(const OrderedRows& set, size_t leaf, uint32_t at) : set_(&set), leaf_(leaf), at_(at) {}
  const Entry& entry() const { return set_->leaves_[leaf_].entries[at_]; }

  const OrderedRows* set_;
  size_t leaf_;
  uint32_t at_;
};

}  // namespace waybill
