#include "model/shipment.hpp"

#include "model/computed.hpp"

namespace waybill {

namespace {

constexpr std::string_view shipment_phase_names[] = {"New", "Released", "Transiting", "Acquired"};
constexpr std::string_view event_names[] = {"create", "release", "transit", "acquire"};

constexpr Member reference(std::string_view name, uint8_t tag, size_t offset, TableId target,
                           Show show, Access access, std::string_view doc,
                           std::string_view alias = {}) {
  return {.name = name,
          .kind = Kind::ref,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .access = access,
          .show = show,
          .doc = doc,
          .target = target,
          .alias = alias};
}

constexpr Member address_list(std::string_view name, uint8_t tag, size_t offset) {
  return {.name = name,
          .kind = Kind::objects,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .show = Show::internal,
          .of = &address_type,
          .stride = sizeof(Address)};
}

/// A stock place, or a place that is only an address.
constexpr Member place_member(std::string_view name, Compute compute, std::string_view doc) {
  return {.name = name,
          .kind = Kind::computed,
          .access = Access::create,
          .show = Show::by_default,
          .doc = doc,
          .target = TableId::stock_places,
          .of = &place_type,
          .compute = compute,
          .yields = Kind::ref};
}

constexpr Member place_members[] = {
    Member{.name = "effectiveAddress",
           .kind = Kind::object,
           .tag = 1,
           .access = Access::create,
           .show = Show::by_default,
           .doc = "Where it is.",
           .of = &address_type},
};

constexpr Member phase_members[] = {
    Member{.name = "quantity",
           .kind = Kind::decimal,
           .tag = 1,
           .offset = offsetof(PhaseRow, quantity),
           .show = Show::by_default,
           .doc = "Units in this phase."},
    Member{.name = "status",
           .kind = Kind::symbol,
           .tag = 2,
           .offset = offsetof(PhaseRow, phase),
           .show = Show::by_default,
           .doc = "The phase.",
           .symbols = shipment_phase_names},
};
const Type shipment_status_detail_type{"shipment item status detail", phase_members};

constexpr Member shipment_members[] = {
    WAYBILL_IDENTIFIERS(ShipmentOrder),
    reference("sender", 2, offsetof(ShipmentOrder, sender), TableId::agents, Show::by_default,
              Access::create, "Who sends; also written `shipper`.", "shipper"),
    reference("receiver", 3, offsetof(ShipmentOrder, receiver), TableId::agents, Show::by_default,
              Access::create, "Who receives; also written `recipient`.", "recipient"),
    place_member("source", computed::shipment_source, "Stock place or place the goods leave."),
    place_member("destination", computed::shipment_destination,
                 "Stock place or place the goods go to."),
    reference("carrier", 4, offsetof(ShipmentOrder, carrier), TableId::agents, Show::by_default,
              Access::create, "Who carries it."),
    Member{.name = "orders",
           .kind = Kind::refs,
           .tag = 16,
           .offset = offsetof(ShipmentOrder, orders),
           .show = Show::by_default,
           .doc = "The trade orders it fulfils.",
           .target = TableId::trade_orders},
    computed_member("status", computed::shipment_status, Kind::texts, Show::by_default,
                    "One value: the phase, or Partially and the most advanced one (O-75)."),
    Member{.name = "items",
           .kind = Kind::refs,
           .tag = 5,
           .offset = offsetof(ShipmentOrder, items),
           .access = Access::create,
           .show = Show::by_default,
           .doc = "What is in it.",
           .target = TableId::shipment_items},
    Member{.name = "records",
           .kind = Kind::refs,
           .tag = 6,
           .offset = offsetof(ShipmentOrder, records),
           .doc = "What happened to it (O-76).",
           .target = TableId::shipment_records},
    Member{.name = "timestamp",
           .kind = Kind::instant,
           .tag = 7,
           .offset = offsetof(ShipmentOrder, timestamp),
           .doc = "When it was created.",
           .indexed = Indexed::ordered},
    internal("modified", Kind::instant, 8, offsetof(ShipmentOrder, modified), TableId::engine,
             Indexed::ordered),
    Member{.name = "carriersTrackingUrl",
           .kind = Kind::text,
           .tag = 9,
           .offset = offsetof(ShipmentOrder, carriers_tracking_url),
           .doc = "The carrier's page about it."},
    Member{.name = "order",
           .kind = Kind::ref,
           .tag = 10,
           .offset = offsetof(ShipmentOrder, orders),
           .show = Show::internal,
           .target = TableId::trade_orders,
           .became = Kind::refs},
    reference("sourcePlace", 11, offsetof(ShipmentOrder, source), TableId::stock_places,
              Show::internal, Access::read_only, ""),
    reference("destinationPlace", 12, offsetof(ShipmentOrder, destination), TableId::stock_places,
              Show::internal, Access::read_only, ""),
    address_list("sourceAddress", 13, offsetof(ShipmentOrder, source_address)),
    address_list("destinationAddress", 14, offsetof(ShipmentOrder, destination_address)),
    Member{.name = "actions",
           .kind = Kind::computed,
           .show = Show::when_named,
           .doc = "What can be done: PATCH .../actions does it (O-73).",
           .compute = computed::shipment_actions,
           .yields = Kind::json},
    stored("labels", Kind::refs, 15, offsetof(ShipmentOrder, labels), Show::on_request,
           "What it is marked with.", TableId::labels),
    unsupported_member("deliveryTerms"),
};

constexpr Member item_members[] = {
    WAYBILL_IDENTIFIERS(ShipmentItem),
    reference("product", 2, offsetof(ShipmentItem, product), TableId::products, Show::by_default,
              Access::create, "What is shipped."),
    Member{.name = "quantity",
           .kind = Kind::decimal,
           .tag = 3,
           .offset = offsetof(ShipmentItem, quantity),
           .access = Access::create,
           .show = Show::by_default,
           .doc = "How much of it."},
    computed_member("status", computed::shipment_item_status, Kind::texts, Show::by_default,
                    "One value, as of the shipment."),
    Member{.name = "statusDetails",
           .kind = Kind::objects,
           .tag = 4,
           .offset = offsetof(ShipmentItem, phases),
           .show = Show::by_default,
           .doc = "Units per phase.",
           .of = &shipment_status_detail_type,
           .stride = sizeof(PhaseRow)},
    Member{.name = "orderItem",
           .kind = Kind::ref,
           .tag = 5,
           .offset = offsetof(ShipmentItem, order_item),
           .access = Access::create,
           .doc = "The order's line.",
           .target = TableId::order_items,
           .indexed = Indexed::equal},
    reference("shipment", 6, offsetof(ShipmentItem, shipment), TableId::shipment_orders,
              Show::on_request, Access::read_only, "The shipment order."),
    Member{.name = "productInstances",
           .kind = Kind::refs,
           .tag = 8,
           .offset = offsetof(ShipmentItem, instances),
           .doc = "Its units that have serial numbers.",
           .target = TableId::product_instances},
};

constexpr Member record_members[] = {
    WAYBILL_IDENTIFIERS(ShipmentRecord),
    Member{.name = "timestamp",
           .kind = Kind::instant,
           .tag = 2,
           .offset = offsetof(ShipmentRecord, timestamp),
           .access = Access::create,
           .show = Show::by_default,
           .doc = "When it happened."},
    Member{.name = "event",
           .kind = Kind::symbol,
           .tag = 3,
           .offset = offsetof(ShipmentRecord, event),
           .show = Show::internal,
           .symbols = event_names},
    Member{.name = "actions",
           .kind = Kind::computed,
           .access = Access::create,
           .show = Show::by_default,
           .doc = "What happened: create, release, transit or acquire.",
           .compute = computed::record_actions,
           .yields = Kind::json},
    Member{.name = "orders",
           .kind = Kind::computed,
           .access = Access::create,
           .doc = "The shipment order.",
           .target = TableId::shipment_orders,
           .compute = computed::record_orders,
           .yields = Kind::refs},
    reference("shipment", 4, offsetof(ShipmentRecord, shipment), TableId::shipment_orders,
              Show::internal, Access::read_only, ""),
    Member{.name = "items",
           .kind = Kind::refs,
           .tag = 5,
           .offset = offsetof(ShipmentRecord, items),
           .access = Access::create,
           .doc = "The shipment items it is about.",
           .target = TableId::shipment_items},
    Member{.name = "carriersTrackingUrl",
           .kind = Kind::text,
           .tag = 6,
           .offset = offsetof(ShipmentRecord, carriers_tracking_url),
           .access = Access::create,
           .doc = "The carrier's page about it."},
};

/// What a record says of one item: which, and how much of it.
constexpr Member part_members[] = {
    Member{.name = "identifiers",
           .kind = Kind::identifiers,
           .access = Access::create,
           .doc = "Of the shipment's item."},
    Member{.name = "quantity",
           .kind = Kind::decimal,
           .access = Access::create,
           .doc = "Units; all that can be if it says nothing."},
};

}  // namespace

std::string_view shipment_phase_name(ShipmentPhase phase) {
  return shipment_phase_names[static_cast<uint32_t>(phase)];
}
std::string_view shipment_event_name(ShipmentEvent event) {
  return event_names[static_cast<uint32_t>(event)];
}

const Type place_type{"place", place_members};
const Type shipment_order_type{"shipment order", shipment_members, {.existing_trap = "T-O-16"}};
const Type shipment_item_type{"shipment item", item_members};
const Type shipment_record_type{"shipment record", record_members};
const Type shipment_part_type{"shipment item", part_members};

}  // namespace waybill
