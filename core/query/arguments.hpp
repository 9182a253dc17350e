#pragma once

#include "base/error.hpp"
#include "query/syntax.hpp"

namespace waybill::query {

/// Operators that this product lacks, that want an argument, or have a wrong one, in
/// selectors too.
Failure check_arguments(std::span<const Link> links);

/// Whether the argument is a whole number of at most `limit`.
Failure check_number(const Link& op, uint64_t limit);

}  // namespace waybill::query
