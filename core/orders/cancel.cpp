#include "model/instance.hpp"
#include "orders/move.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "orders/states.hpp"

namespace waybill::orders {

namespace {

/// Takes what of an item was not released off it, with the units that have serial numbers.
void drop_waiting(Store& store, Ref ref, Decimal waiting) {
  List<Ref> instances;
  for (const Ref own : store.at<ShipmentItem>(ref).instances) {
    if (store.at<ProductInstance>(own).phase != static_cast<uint32_t>(Phase::cancelled)) {
      instances.push_back(own);
    }
  }
  store.update<ShipmentItem>(ref, [&](ShipmentItem& row) {
    row.quantity = add(*row.quantity, waiting.negated());
    row.instances = instances;
    for (uint32_t i = row.phases.size(); i-- > 0;) {
      if (row.phases[i].phase == static_cast<uint32_t>(ShipmentPhase::new_)) row.phases.erase(i);
    }
  });
}

/// The order's cancelled units leave a shipment; whether some of the order is left on it.
bool leave(Context& context, Ref order, Ref shipment) {
  Store& store = context.store;
  const List<Ref> items = store.at<ShipmentOrder>(shipment).items;
  List<Ref> kept;
  bool any = false;
  bool changed = false;
  for (const Ref ref : items) {
    const ShipmentItem& item = store.at<ShipmentItem>(ref);
    const bool own = item.order_item && store.at<OrderItem>(item.order_item).order == order;
    const Decimal waiting = own ? units_in(item.phases, ShipmentPhase::new_) : Decimal();
    changed = changed || !waiting.is_zero();
    if (own && waiting == *item.quantity) {
      store.purge(TableId::shipment_items, ref.row());
      continue;
    }
    kept.push_back(ref);
    any = any || own;
    if (!waiting.is_zero()) drop_waiting(store, ref, waiting);
  }
  if (!changed) return true;
  store.update<ShipmentOrder>(shipment, [&](ShipmentOrder& row) {
    row.items = kept;
    row.modified = context.now;
  });
  return any;
}

/// Cancelled units leave their New shipments; one left empty is deleted (O-53). One that carries
/// other orders goes on without this one.
void leave_shipments(Context& context, Ref order) {
  Store& store = context.store;
  for (const Ref shipment : List<Ref>(store.at<TradeOrder>(order).shipments)) {
    if (leave(context, order, shipment)) continue;
    store.update<TradeOrder>(order, [&](TradeOrder& row) { row.shipments.remove(shipment); });
    store.update<ShipmentOrder>(shipment, [&](ShipmentOrder& row) { row.orders.remove(order); });
    const ShipmentOrder& row = store.at<ShipmentOrder>(shipment);
    if (!row.items.empty()) continue;
    for (const Ref record : List<Ref>(row.records)) {
      store.purge(TableId::shipment_records, record.row());
    }
    store.purge(TableId::shipment_orders, shipment.row());
  }
}

}  // namespace

/// `tryCancel` (O-53): cancels all Committed units and needs at least one.
Failure cancel(Context& context, Ref order) {
  Store& store = context.store;
  if (Failure failure = check_state(store, order, Action::try_cancel)) return failure;
  Move move(context, order, RecordAction::cancel);
  for (const Ref item : items_of(store, order)) {
    const Decimal units = units_in(store.at<OrderItem>(item).phases, Phase::committed);
    if (units.is_zero()) continue;
    release_hold(context, item, units);
    move.units(item, Phase::committed, Phase::cancelled, units);
    release_units(context, item);
  }
  move.end();
  leave_shipments(context, order);
  return {};
}

}  // namespace waybill::orders
