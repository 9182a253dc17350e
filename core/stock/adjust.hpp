#pragma once

#include "rules/body.hpp"

namespace waybill::stock {

/// Creates a stock adjustment and moves what it says, all items or none (C-60 to C-62).
Result<Ref> create_adjustment(Context& context, const Body& body,
                              const Identifiers& path_identifiers);

/// What a body about a stored adjustment does: adds identifiers. What it says otherwise is kept as
/// it was, with a hint (C-62, T-C-14).
Failure keep_adjustment(Context& context, Ref ref, const Body& body);

}  // namespace waybill::stock
