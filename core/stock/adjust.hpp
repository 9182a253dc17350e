#pragma once

#include "rules/body.hpp"

namespace waybill::stock {

/// Creates a stock adjustment and moves what it says, all items or none (C-60 to C-62).
Result<Ref> create_adjustment(Context& context, const Body& body,
                              const Identifiers& path_identifiers);

}  // namespace waybill::stock
