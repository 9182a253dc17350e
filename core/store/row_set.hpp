#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/list.hpp"

namespace waybill {

/// A set of row ids below 2^32 - 1, compressed: few rows are one sorted array; more are chunks of
/// 16,384 rows, and each of those is a sorted array or a bitmap, whichever is smaller. Changing it
/// never moves more than a few KiB, and a chunk is combined with a bitmap word by word. Move-only.
class RowSet {
 public:
  static constexpr uint32_t no_row = 0xffffffff;
  static constexpr uint32_t chunk_rows = 16384;
  /// Bit i: row chunk * chunk_rows + i.
  using Chunk = std::array<uint64_t, chunk_rows / 64>;
  enum class Combine : uint8_t { assign, unite, intersect, subtract };
  class Iterator;

  /// False if it was there.
  bool add(uint32_t row);
  /// False if it was not there.
  bool remove(uint32_t row);
  bool contains(uint32_t row) const;
  uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// The smallest row that is at least `from`.
  std::optional<uint32_t> next(uint32_t from) const;
  /// The largest row below `end`.
  std::optional<uint32_t> previous(uint32_t end) const;

  /// Ascending; good until the set changes.
  Iterator begin() const;
  Iterator end() const;

  /// What `words` and the set's part of that chunk come to.
  void combine(uint32_t chunk, Chunk& words, Combine how) const;
  /// How many rows of the chunk are in the set.
  uint32_t count_in(uint32_t chunk) const;

  /// Memory on the heap.
  size_t bytes() const;

 private:
  /// The rows of one chunk, less chunk * chunk_rows: a bitmap if there is one, else an array.
  struct Part {
    uint32_t chunk = 0;
    uint32_t count = 0;
    List<uint16_t> rows;
    std::unique_ptr<Chunk> bits;

    bool add(uint32_t row);
    bool remove(uint32_t row);
    bool contains(uint32_t row) const;
    uint32_t next(uint32_t from) const;  // chunk_rows if there is none
    uint32_t previous(uint32_t end) const;
    void combine(Chunk& words, Combine how) const;
    void to_bits();
    void to_rows();
  };

  /// Where the part of a chunk is or belongs.
  size_t part_of(uint32_t chunk) const;
  const Part* find_part(uint32_t chunk) const;
  /// The rows of a chunk in `few_`.
  std::pair<const uint32_t*, const uint32_t*> few_in(uint32_t chunk) const;
  bool add_to_parts(uint32_t row);
  void to_parts();
  void to_few();

  uint32_t size_ = 0;
  List<uint32_t> few_;       // unless there are parts
  std::vector<Part> parts_;  // by chunk, none of them empty
};

/// Walks a set in ascending order, a step at a time without searching.
class RowSet::Iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = uint32_t;
  using difference_type = std::ptrdiff_t;
  using pointer = const uint32_t*;
  using reference = uint32_t;

  /// Of one row, or past the end.
  explicit Iterator(uint32_t row = no_row) : row_(row) {}

  uint32_t operator*() const { return row_; }
  Iterator& operator++() {
    step();
    return *this;
  }
  Iterator operator++(int) {
    const Iterator before = *this;
    step();
    return before;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.row_ == b.row_; }

 private:
  friend class RowSet;
  explicit Iterator(const RowSet& set) : set_(&set) { step(); }
  void step();

  const RowSet* set_ = nullptr;
  uint32_t row_ = no_row;
  uint32_t part_ = 0;
  uint32_t at_ = 0;    // of the next: in the array, or the word behind `word_`
  uint64_t word_ = 0;  // bits of a bitmap's word that are still to come
};

inline RowSet::Iterator RowSet::begin() const {
  return Iterator(*this);
}
inline RowSet::Iterator RowSet::end() const {
  return Iterator();
}

}  // namespace waybill
