#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "schema/type.hpp"
#include "store/fields.hpp"
#include "store/multimap.hpp"
#include "store/ordered_key.hpp"
#include "store/ordered_rows.hpp"
#include "store/row_set.hpp"

namespace waybill {

/// What the table keeps of one member, in the form that its `indexed` says.
///
/// Keys of Indexed::equal are the id of a text, the value of a reference, and of a pair its key();
/// for identifiers ask TableBase::find_identifier and carriers. Keys of Indexed::ordered are
/// in ordered_key.hpp. Empty members are under no key. What is worked out from rows (Indexed::bits,
/// and a member with an `order_key`) is up to date when Store::settle is through.
class Index {
 public:
  explicit Index(const Member& member);

  /// Rows whose member holds the key (Indexed::equal).
  Posting find(uint64_t key) const { return equal_.find(key); }
  /// Rows under a symbol (Indexed::bits).
  Posting bit(uint32_t symbol) const {
    check(symbol < sets_.size());
    return Posting(sets_[symbol]);
  }
  /// All symbols that a row is under.
  uint32_t bits_of(uint32_t row) const { return row < row_bits_.size() ? row_bits_[row] : 0; }

  /// The key of a row, or missing_key or unknown_key (Indexed::ordered).
  uint64_t key_of(const void* data, uint32_t row) const;
  /// Rows whose key only reading them tells (Indexed::ordered).
  const RowSet& unknown() const { return unknown_; }

  const Member* member;
  OrderedRows ordered;  // Indexed::ordered

  /// Memory on the heap.
  size_t bytes() const;

 private:
  friend class TableBase;
  friend class Store;
  void add(uint64_t key, uint32_t row);
  void remove(uint64_t key, uint32_t row);
  bool is_derived() const { return member->bits != nullptr || member->order_key != nullptr; }
  void set_bits(uint32_t row, uint32_t bits);
  /// Takes the row from under the key that it had; true if `key`, its new one, is to be added.
  bool change_key(uint32_t row, uint64_t key);

  MultiMap equal_;
  std::vector<RowSet> sets_;        // by symbol
  std::vector<uint8_t> row_bits_;   // by row, as far as there are any
  std::vector<uint64_t> row_keys_;  // of a member with an `order_key`, by row, likewise
  RowSet unknown_;
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
  uint32_t live() const { return live_rows_.size(); }
  const RowSet& live_rows() const { return live_rows_; }
  bool alive(uint32_t row) const { return row < size_ && stamps_[row] != dead; }
  virtual const void* row(uint32_t row) const = 0;

  /// Stored members by tag, former ones included; null where there is none.
  const Member* by_tag(uint64_t tag) const { return tag < 64 ? by_tag_[tag] : nullptr; }
  /// Stored members that are written: former ones are only read.
  std::span<const Member* const> stored() const { return stored_; }
  /// All types whose rows live here.
  std::span<const Type* const> types() const { return types_; }

  /// The index of a member of one of the table's types; null if there is none.
  const Index* index_of(const Member& member) const;
  /// Rows whose indexed member holds the key.
  Posting find(const Member& member, uint64_t key) const;
  /// The row with the earliest instant in an indexed member.
  std::optional<uint32_t> first(const Member& member) const;
  /// Rows that carry the identifier.
  Posting find_identifier(Text key, Text value) const;
  /// Rows that carry an identifier of that key, whatever its value.
  Posting carriers(Text key) const;

  /// The reference to what a row is part of (see Member::owner); null if there is none.
  const Member* owner() const { return owner_; }
  /// Whether rows that are part of others (see Member::owner) lie in the order of their owners: a
  /// walk over them meets owners in ascending order. Once that is false it stays so.
  bool owners_ascend() const { return owners_ascend_; }

 protected:
  friend class Store;
  static constexpr uint32_t dead = 0xffffffff;

  virtual void* mutable_row(uint32_t row) = 0;
  virtual void append_default() = 0;     // makes room for row `size_`
  virtual void reset(uint32_t row) = 0;  // back to a default row
  virtual std::shared_ptr<void> clone(uint32_t row) const = 0;
  virtual void restore(uint32_t row, const void* old) = 0;
  virtual bool equals(uint32_t row, const void* old) const = 0;
  virtual size_t page_bytes() const = 0;

  const Index& identifiers() const;

  /// Index, and a key in it.
  using Keys = std::vector<std::pair<uint32_t, uint64_t>>;
  /// The keys of a row in all indexes but those that are worked out: sorted, none twice.
  void collect_keys(uint32_t row, Keys& out) const;
  void add_keys(const Keys& keys, uint32_t row);
  void remove_keys(const Keys& keys, uint32_t row);

  /// The row that the row is part of, if any.
  Ref owner_of(uint32_t row) const;
  /// Keeps owners_ascend true to the row's owner.
  void check_owner_order(uint32_t row);
  /// What indexes say of the row must be worked out again.
  void touch(uint32_t row);
  /// Does that for all rows that were touched.
  void settle(const Store& store);

  /// Memory of rows, with what their lists hold.
  size_t row_bytes() const;
  size_t index_bytes() const;

  TableId id_;
  uint32_t size_ = 0;
  RowSet live_rows_;
  std::vector<uint32_t> stamps_;  // per row: the transaction that last kept a copy, or `dead`
  std::vector<Index> indexes_;
  bool derives_ = false;           // some index is worked out from rows
  std::vector<uint32_t> touched_;  // since the last Store::settle
  const Member* owner_ = nullptr;  // the reference to what the row is part of
  bool owners_ascend_ = true;
  std::vector<const Member*> stored_;
  std::vector<const Type*> types_;
  const Member* by_tag_[64] = {};
};

/// The member of a table's rows that a member mirrors (Member::mirrors).
const Member& mirrored_member(const TableBase& table, const Member& member);

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
  size_t page_bytes() const override {
    return heap_bytes(pages_) + pages_.size() * (page_rows * sizeof(Row) + heap_overhead);
  }

 private:
  std::vector<std::unique_ptr<Row[]>> pages_;
};

}  // namespace waybill
