#pragma once

#include "rules/body.hpp"

namespace waybill {

/// The quantity that a member of a body holds, which was checked to be a decimal: above zero and
/// within limits::quantity, else InvalidQuantity.
Result<Decimal> read_quantity(const Body& body, std::string_view member);

/// The same for where zero and negative quantities mean something.
Result<Decimal> read_signed_quantity(const Body& body, std::string_view member);

}  // namespace waybill
