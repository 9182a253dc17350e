#pragma once

#include "rules/body.hpp"

namespace waybill::stock {

/// Brings levels about that were counted: what they differ by becomes an adjustment with the same
/// identifiers, all or nothing (C-63, C-64).
Result<Ref> create_submission(Context& context, const Body& body,
                              const Identifiers& path_identifiers);
/// The same where the URL says the product of all entries.
Result<Ref> create_product_submission(Context& context, Ref product, const Body& body);
/// What a body about a stored submission does: adds identifiers (C-62, T-C-14).
Failure keep_submission(Context& context, Ref ref, const Body& body);

/// `stock-reset`: brings the levels of an owner, or those of one product, to zero (C-65).
Failure reset(Context& context, const JsonNode& body);

}  // namespace waybill::stock
