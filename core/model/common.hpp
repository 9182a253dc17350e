#pragma once

#include <cstddef>

#include "schema/type.hpp"
#include "store/fields.hpp"

/// What the row types share. Each row type stands in a file of its own: the struct, then its
/// descriptors in the .cpp beside it. Members of a row are all "empty" when default constructed:
/// the journal leaves empty members out and reads rows into default ones. Whoever makes a row gives
/// it its defaults.
namespace waybill {

/// C-13; deliveryAddresses and invoiceAddresses of an order, address slots of an agent.
struct Address {
  Text line1, line2, postal_code, city_name, region_name, country_code, attention;
  friend bool operator==(const Address&, const Address&) = default;
};
extern const Type address_type;

/// Units of one line or shipment item that are in one phase (O-44, O-75).
struct PhaseRow {
  MaybeDecimal quantity;
  uint32_t phase = 0;
  friend bool operator==(const PhaseRow&, const PhaseRow&) = default;
};
using Phases = List<PhaseRow>;

/// `identifiers` as every entity has it.
#define WAYBILL_IDENTIFIERS(Row)                                                              \
  Member {                                                                                    \
    .name = "identifiers", .kind = Kind::identifiers, .tag = 1,                               \
    .offset = offsetof(Row, identifiers), .access = Access::update, .show = Show::by_default, \
    .doc = "The key that the engine gave, and the identifiers that callers gave.",            \
    .indexed = Indexed::equal                                                                 \
  }

}  // namespace waybill
