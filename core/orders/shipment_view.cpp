#include "model/computed.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill {

namespace {

/// O-75: one phase, or Partially and the most advanced one.
Value summary(const View& view, uint32_t present) {
  uint32_t most = 0;
  for (uint32_t phase = 0; phase < shipment_phase_count; ++phase) {
    if ((present >> phase & 1) != 0) most = phase;
  }
  const std::string_view name = shipment_phase_name(static_cast<ShipmentPhase>(most));
  const bool mixed = (present & (present - 1)) != 0;
  const std::vector<Value> status{
      Value::of(mixed ? view.arena.copy("Partially" + std::string(name)) : name)};
  return Value::values(view.arena.copy(status));
}

uint32_t phases_present(const ShipmentItem& item) {
  uint32_t present = 0;
  for (const PhaseRow& row : item.phases) present |= 1u << row.phase;
  return present;
}

/// A stock place, or a bare address as a place of its own (O-69).
Value place(Ref stock_place, const List<Address>& address) {
  if (stock_place) return Value::entity(TableId::stock_places, stock_place);
  return address.empty() ? Value{} : Value::object(place_type, &address[0]);
}

}  // namespace

namespace computed {

Value shipment_status(const View& view, TableId, uint32_t row) {
  uint32_t present = 0;
  const List<Ref>& items = view.store.rows<ShipmentOrder>().at(row).items;
  view.spend(items.size());
  for (const Ref item : items) {
    present |= phases_present(view.store.at<ShipmentItem>(item));
  }
  return summary(view, present);
}

Value shipment_item_status(const View& view, TableId, uint32_t row) {
  return summary(view, phases_present(view.store.rows<ShipmentItem>().at(row)));
}

Value shipment_source(const View& view, TableId, uint32_t row) {
  const ShipmentOrder& shipment = view.store.rows<ShipmentOrder>().at(row);
  return place(shipment.source, shipment.source_address);
}

Value shipment_destination(const View& view, TableId, uint32_t row) {
  const ShipmentOrder& shipment = view.store.rows<ShipmentOrder>().at(row);
  return place(shipment.destination, shipment.destination_address);
}

/// What `GET …/actions` answers (O-50, O-73).
Value shipment_actions(const View& view, TableId, uint32_t row) {
  bool available = false;
  for (const Ref item : view.store.rows<ShipmentOrder>().at(row).items) {
    const Phases& phases = view.store.at<ShipmentItem>(item).phases;
    available = available || !orders::units_in(phases, ShipmentPhase::new_).is_zero();
  }
  Bytes out("{\"@type\":\"shipment order actions\",\"release\":{\"available\":");
  out += available ? "true" : "false,\"code\":\"";
  if (!available) {
    out += info(Code::shipment_not_releasable).name;
    out += '"';
  }
  out += "}}";
  return Value::of(view.arena.copy(out.view()), ValueKind::json);
}

Value record_actions(const View& view, TableId, uint32_t row) {
  const auto event = static_cast<ShipmentEvent>(view.store.rows<ShipmentRecord>().at(row).event);
  return Value::of(view.arena.copy("{\"" + std::string(shipment_event_name(event)) + "\":{}}"),
                   ValueKind::json);
}

Value record_orders(const View& view, TableId, uint32_t row) {
  const std::vector<Value> orders{
      Value::entity(TableId::shipment_orders, view.store.rows<ShipmentRecord>().at(row).shipment)};
  return Value::values(view.arena.copy(orders));
}

}  // namespace computed
}  // namespace waybill
