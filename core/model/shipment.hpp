#pragma once

#include "model/common.hpp"

namespace waybill {

/// Phases of a shipment's units, in their order (O-75).
enum class ShipmentPhase : uint32_t { new_, released, transiting, acquired };
inline constexpr uint32_t shipment_phase_count = 4;
std::string_view shipment_phase_name(ShipmentPhase phase);

/// What a shipment record tells (O-76).
enum class ShipmentEvent : uint32_t { create, release, transit, acquire };
std::string_view shipment_event_name(ShipmentEvent event);

/// Chapter 03 section 9. Source and destination are a stock place, or a bare address.
struct ShipmentOrder {
  static constexpr TableId table = TableId::shipment_orders;
  Identifiers identifiers;
  Ref sender, receiver, carrier, source, destination;
  MaybeInstant timestamp, modified;
  List<Address> source_address, destination_address;  // one at most
  List<Ref> orders, items, records, labels;
  Text carriers_tracking_url;
  friend bool operator==(const ShipmentOrder&, const ShipmentOrder&) = default;
};
extern const Type shipment_order_type;
/// A place that is only an address: an Address lies where the object does.
extern const Type place_type;

struct ShipmentItem {
  static constexpr TableId table = TableId::shipment_items;
  Identifiers identifiers;
  Ref shipment, product, order_item;
  MaybeDecimal quantity;
  Phases phases;        // ShipmentPhase, most recently entered first
  List<Ref> instances;  // ProductInstance of its line, with serial numbers
  friend bool operator==(const ShipmentItem&, const ShipmentItem&) = default;
};
extern const Type shipment_item_type;

struct ShipmentRecord {
  static constexpr TableId table = TableId::shipment_records;
  Identifiers identifiers;
  Ref shipment;
  MaybeInstant timestamp;
  uint32_t event = 0;  // ShipmentEvent
  List<Ref> items;
  Text carriers_tracking_url;
  friend bool operator==(const ShipmentRecord&, const ShipmentRecord&) = default;
};
extern const Type shipment_record_type;
/// An entry of a record's `items` in a body.
extern const Type shipment_part_type;

}  // namespace waybill
