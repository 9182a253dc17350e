#pragma once

#include <cstdint>
#include <optional>

#include "store/row_set.hpp"

namespace waybill {

/// Rows under one index key: none, one, or a set. Cheap to copy; good until the index changes.
class Posting {
 public:
  Posting() = default;
  explicit Posting(uint32_t row) : row_(row) {}
  explicit Posting(const RowSet& set) : set_(&set) {}

  uint32_t size() const {
    if (set_ != nullptr) return set_->size();
    return row_ == RowSet::no_row ? 0 : 1;
  }
  bool empty() const { return size() == 0; }
  bool contains(uint32_t row) const {
    return set_ != nullptr ? set_->contains(row) : row_ == row && row != RowSet::no_row;
  }
  /// The smallest row that is at least `from`.
  std::optional<uint32_t> next(uint32_t from) const {
    if (set_ != nullptr) return set_->next(from);
    return row_ != RowSet::no_row && row_ >= from ? std::optional(row_) : std::nullopt;
  }
  std::optional<uint32_t> first() const { return next(0); }
  /// As RowSet's.
  void combine(uint32_t chunk, RowSet::Chunk& words, RowSet::Combine how) const;

  /// Ascending.
  RowSet::Iterator begin() const {
    return set_ != nullptr ? set_->begin() : RowSet::Iterator(row_);
  }
  RowSet::Iterator end() const { return RowSet::Iterator(); }

 private:
  const RowSet* set_ = nullptr;
  uint32_t row_ = RowSet::no_row;  // without a set
};

}  // namespace waybill
