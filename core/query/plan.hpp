#pragma once

#include "query/row_filter.hpp"

/// The planner: turns predicates and orderings on a table into index look-ups, ordered walks and
/// early stops, and only then into a scan.
namespace waybill::query {

/// Replaces a collection of rows by a stream of those that the first operators of the run leave,
/// and returns how many of the operators it has taken care of.
size_t plan_rows(Evaluator& evaluator, Value& rows, std::span<const Link> ops);

/// The rows whose indexed instant lies in a range, by that instant.
Value rows_between(Evaluator& evaluator, const Value& rows, const Member& member, KeyRange range);

/// Rows, and what they have in common, for the explanation.
struct NamedFilter {
  std::string_view name;
  const RowFilter* rows;
};
/// Rows of a table of one type that all filters contain and whose key in an ordered index is at
/// least `from`, by that key. `last_key`: that of the last one.
struct Found {
  Value rows;
  std::optional<uint64_t> last_key;
};
Found find_rows(Evaluator& evaluator, TableId table, std::span<const NamedFilter> filters,
                const Member& member, uint64_t from);

}  // namespace waybill::query
