#pragma once

#include "query/evaluate.hpp"

namespace waybill::query {

/// Reports the traps of a chain that its text and the types tell, without a row being read: T-Q-1
/// to T-Q-4, T-Q-6 to T-Q-11, T-Q-18, T-Q-23, T-Q-24 of a comma, and inside predicates T-Q-12,
/// T-Q-13, T-Q-19 to T-Q-21: which rows a predicate is asked about depends on the plan, so that
/// evaluation tells of nothing there. What an alias or `~array` gives is not looked into. `from`:
/// what the chain starts at. Fails if the chain names a member that is not served, or inside
/// a predicate sorts by a key that is not declared.
Failure advise(const View& view, Surroundings& around, const Target& target, const Known& from,
               std::span<const Link> links);

/// Traps that values tell, and inside predicates the types.
namespace traps {
inline constexpr Trap unknown_member = {"T-Q-12", "no such member of a single value: null"};
inline constexpr Trap empty_parentheses = {"T-Q-13", "without parentheses: with them it is null"};
inline constexpr Trap entries_of_list = {"T-Q-19",
                                         "entries are those of one object: these are empty"};
inline constexpr Trap distinct_objects = {"T-Q-20",
                                          "objects have no value of their own: use ~distinctBy"};
inline constexpr Trap count_of_one = {"T-Q-21", "count of what is no collection is 1"};
// Never told inside a predicate
inline constexpr Trap unused_identifier = {"T-Q-5", "no element carries this identifier"};
inline constexpr Trap key_of_nothing = {"T-Q-22",
                                        "no such member; an empty collection accepts every key"};
inline constexpr Trap absent_separator = {"T-Q-24", "the separator does not occur: one element"};
}  // namespace traps

}  // namespace waybill::query
