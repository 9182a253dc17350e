#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "base/check.hpp"
#include "schema/type.hpp"
#include "store/fields.hpp"
#include "store/multimap.hpp"

namespace waybill {

/// A member that the table keeps an index of: by hash, or in order for instants.
struct Index {
  const Member* member;
  MultiMap rows;
  std::set<std::pair<uint64_t, uint32_t>> ordered;

  void add(uint64_t key, uint32_t row);
  void remove(uint64_t key, uint32_t row);
};

/// The rows of one kind, by dense row id, with their indexes. Rows stay where they are: references
/// to them hold until the row is purged. Only Store changes tables.
class TableBase {
 public:
  /// `types`: all types whose rows live here; together they name every stored member.
  TableBase(TableId id, std::span<const Type* const> types);
  virtual ~TableBase() = default;

  TableId id() const { return id_; }
  uint32_t size() const { return size_; }  // the next row id
  uint32_t live() const { return live_; }
  bool alive(uint32_t row) const { return row < size_ && stamps_[row] != dead; }
  virtual const void* row(uint32_t row) const = 0;

  /// Stored members by tag; null where there is none.
  const Member* by_tag(uint64_t tag) const { return tag < 64 ? by_tag_[tag] : nullptr; }
  std::span<const Member* const> stored() const { return stored_; }
  /// All types whose rows live here.
  std::span<const Type* const> types() const { return types_; }

  /// Rows whose `member` holds `key` (see index_key), ascending.
  std::span<const uint32_t> find(const Member& member, uint64_t key) const;
  /// The row with the earliest instant in an indexed member.
  std::optional<uint32_t> first(const Member& member) const;
  /// Rows that carry the identifier.
  std::span<const uint32_t> find_identifier(Text key, Text value) const;

 protected:
  friend class Store;
  static constexpr uint32_t dead = 0xffffffff;

  virtual void* mutable_row(uint32_t row) = 0;
  virtual void append_default() = 0;     // makes room for row `size_`
  virtual void reset(uint32_t row) = 0;  // back to a default row
  virtual std::shared_ptr<void> clone(uint32_t row) const = 0;
  virtual void restore(uint32_t row, const void* old) = 0;
  virtual bool equals(uint32_t row, const void* old) const = 0;

  /// Collects the index keys of a row, for all indexes, in a fixed order.
  void collect_keys(uint32_t row, std::vector<std::pair<uint32_t, uint64_t>>& out) const;
  void add_keys(uint32_t row);
  void remove_keys(uint32_t row);

  TableId id_;
  uint32_t size_ = 0;
  uint32_t live_ = 0;
  std::vector<uint32_t> stamps_;  // per row: the transaction that last kept a copy, or `dead`
  std::vector<Index> indexes_;
  std::vector<const Member*> stored_;
  std::vector<const Type*> types_;
  const Member* by_tag_[64] = {};
};

/// A table of one row type, in pages.
template <class Row>
class Table final : public TableBase {
 public:
  using TableBase::TableBase;

  const void* row(uint32_t row) const override { return &at(row); }
  const Row& at(uint32_t row) const {
    check(row < size_);
    return pages_[row / page_rows][row % page_rows];
  }

 protected:
  friend class Store;
  static constexpr uint32_t page_rows = 256;

  Row& mutable_at(uint32_t row) {
    check(row < size_);
    return pages_[row / page_rows][row % page_rows];
  }
  void* mutable_row(uint32_t row) override { return &mutable_at(row); }
  void append_default() override {
    if (size_ == pages_.size() * page_rows) pages_.push_back(std::make_unique<Row[]>(page_rows));
    stamps_.push_back(dead);
    ++size_;
  }
  void reset(uint32_t row) override { mutable_at(row) = Row{}; }
  std::shared_ptr<void> clone(uint32_t row) const override {
    return std::make_shared<Row>(at(row));
  }
  void restore(uint32_t row, const void* old) override {
    mutable_at(row) = *static_cast<const Row*>(old);
  }
  bool equals(uint32_t row, const void* old) const override {
    return at(row) == *static_cast<const Row*>(old);
  }

 private:
  std::vector<std::unique_ptr<Row[]>> pages_;
};

}  // namespace waybill
