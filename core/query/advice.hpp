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

// Traps that values tell, outside of predicates.
void unknown_member(Surroundings& around, const Link& link);
void empty_parentheses(Surroundings& around, const Link& op);
void entries_of_list(Surroundings& around, const Link& op);
void distinct_objects(Surroundings& around, const Link& op);
void count_of_one(Surroundings& around, const Link& op);

}  // namespace waybill::query
