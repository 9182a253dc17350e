#pragma once

#include <span>
#include <vector>

#include "query/evaluate.hpp"
#include "store/ordered_key.hpp"

/// Sets of rows that indexes tell, without a row being read.
namespace waybill::query {

/// Rows of one table. Filters live in the arena.
class RowFilter {
 public:
  /// No more rows than this.
  virtual uint64_t at_most() const = 0;
  virtual bool contains(uint32_t row) const = 0;
  /// How many there are, if that is known without counting.
  virtual std::optional<uint64_t> count() const { return std::nullopt; }
  /// Whether `fill` can be asked.
  virtual bool is_dense() const { return false; }
  /// The rows of a chunk, as bits.
  virtual void fill(uint32_t chunk, RowSet::Chunk& words) const;
  /// All rows, in any order, some of them perhaps twice; asked for when they are few.
  virtual void collect(std::vector<uint32_t>& out) const = 0;

 protected:
  ~RowFilter() = default;
};

/// The rows that a predicate keeps, if indexes tell exactly these; nullptr if rows must be read.
const RowFilter* filter_of(Evaluator& evaluator, TableId table, const Type* type,
                           const Predicate& predicate);
/// The rows whose indexed member names a row.
const RowFilter* rows_naming(const View& view, TableId table, const Member& member, Ref named);
/// The rows whose key in an ordered index is at least `from`.
const RowFilter* rows_from(const View& view, TableId table, const Index& index, uint64_t from);
/// The rows of one type in a table of several; nullptr if no index tells.
const RowFilter* filter_of_type(const View& view, TableId table, const Type& type);
/// All rows of a table.
const RowFilter* all_rows(const View& view, TableId table);
/// The rows that all parts, or any, contain.
const RowFilter* all_of(const View& view, std::span<const RowFilter* const> parts);
const RowFilter* any_of(const View& view, std::span<const RowFilter* const> parts);

/// The names of the members whose indexes a predicate needs: the first steps of its left side.
std::string index_name(const Predicate& predicate);

/// Values of an ordered index, as its keys: from `low` to below `high`.
struct KeyRange {
  uint64_t low = 0;
  uint64_t high = unknown_key;
};
/// The range that a predicate says of a member with an ordered index; nullopt if it says none.
std::optional<KeyRange> range_of(const Member& member, const Predicate& predicate);

}  // namespace waybill::query
