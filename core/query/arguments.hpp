#pragma once

#include "base/error.hpp"
#include "query/syntax.hpp"

namespace waybill::query {

/// Operators that this product lacks, that want an argument, or have a wrong one, in
/// selectors too.
Failure check_arguments(std::span<const Link> links);

/// Whether the argument is a whole number of at most `limit`.
Failure check_number(const Link& op, uint64_t limit);

/// A key that no element declares; `what`: "sort" or "distinct".
Failure undeclared_key(std::string_view what, std::string_view key);
/// Objects have no value of their own to sort by; `what`: the operator as it is
/// written.
Failure objects_not_sorted(std::string_view what);
/// The key of `distinctBy`; nullptr if there is none.
const Expr* distinct_key(const Link& op);
/// Whether a key is an identifier's, of a form that none has.
bool names_bad_identifier(const Expr& key);

}  // namespace waybill::query
