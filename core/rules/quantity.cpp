#include "rules/quantity.hpp"

#include "base/limits.hpp"

namespace waybill {

Result<Decimal> read_quantity(const Body& body, std::string_view member) {
  Result<Decimal> quantity = read_signed_quantity(body, member);
  if (!quantity || quantity.value.is_positive()) return quantity;
  return fail(Code::invalid_quantity, "A quantity is above zero.", body.path(member));
}

Result<Decimal> read_signed_quantity(const Body& body, std::string_view member) {
  const Decimal quantity = *Decimal::parse(body.get(member)->text);
  if (quantity.magnitude() > Decimal::from_int(limits::quantity) ||
      quantity.scale() > limits::quantity_decimals) {
    return fail(Code::invalid_quantity,
                "A quantity is at most " + std::to_string(limits::quantity) + " and has at most " +
                    std::to_string(limits::quantity_decimals) + " decimals.",
                body.path(member));
  }
  return quantity;
}

}  // namespace waybill
