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

/// A stored member that callers may write at any time.
constexpr Member stored(std::string_view name, Kind kind, uint8_t tag, size_t offset, Show show,
                        std::string_view doc, TableId target = TableId::engine,
                        Indexed indexed = Indexed::no) {
  return {.name = name,
          .kind = kind,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .access = Access::update,
          .show = show,
          .doc = doc,
          .target = target,
          .indexed = indexed};
}

/// A stored member that only the engine sees.
constexpr Member internal(std::string_view name, Kind kind, uint8_t tag, size_t offset,
                          TableId target = TableId::engine, Indexed indexed = Indexed::no) {
  return {.name = name,
          .kind = kind,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .show = Show::internal,
          .target = target,
          .indexed = indexed};
}

/// A member that is worked out whenever it is asked for.
constexpr Member computed_member(std::string_view name, Compute compute, Kind yields, Show show,
                                 std::string_view doc, TableId target = TableId::engine) {
  return {.name = name,
          .kind = Kind::computed,
          .show = show,
          .doc = doc,
          .target = target,
          .compute = compute,
          .yields = yields};
}

/// `identifiers` as every entity has it.
#define WAYBILL_IDENTIFIERS(Row)                                                              \
  Member {                                                                                    \
    .name = "identifiers", .kind = Kind::identifiers, .tag = 1,                               \
    .offset = offsetof(Row, identifiers), .access = Access::update, .show = Show::by_default, \
    .doc = "The key that the engine gave, and the identifiers that callers gave.",            \
    .indexed = Indexed::equal                                                                 \
  }

}  // namespace waybill
