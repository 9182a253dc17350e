#include "orders/move.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "orders/states.hpp"

namespace waybill::orders {

namespace {

/// Cancelled units leave their New shipments; one left empty is deleted (O-53).
void leave_shipments(Context& context, Ref order) {
  Store& store = context.store;
  const List<Ref> shipments = store.at<TradeOrder>(order).shipments;
  for (const Ref shipment : shipments) {
    const List<Ref> items = store.at<ShipmentOrder>(shipment).items;
    List<Ref> kept;
    for (const Ref ref : items) {
      const ShipmentItem& item = store.at<ShipmentItem>(ref);
      const bool other = !item.order_item || store.at<OrderItem>(item.order_item).order != order;
      const Decimal unshipped = other ? Decimal() : units_in(item.phases, ShipmentPhase::new_);
      if (!other && unshipped == *item.quantity) {
        store.purge(TableId::shipment_items, ref.row());
        continue;
      }
      kept.push_back(ref);
      if (unshipped.is_zero()) continue;
      const Decimal left = add(*item.quantity, unshipped.negated());
      store.update<ShipmentItem>(ref, [&](ShipmentItem& row) {
        row.quantity = left;
        for (uint32_t i = row.phases.size(); i-- > 0;) {
          if (row.phases[i].phase == static_cast<uint32_t>(ShipmentPhase::new_)) {
            row.phases.erase(i);
          }
        }
      });
    }
    if (kept == items) continue;
    if (!kept.empty()) {
      store.update<ShipmentOrder>(shipment, [&](ShipmentOrder& row) { row.items = kept; });
      continue;
    }
    for (const Ref record : List<Ref>(store.at<ShipmentOrder>(shipment).records)) {
      store.purge(TableId::shipment_records, record.row());
    }
    store.purge(TableId::shipment_orders, shipment.row());
    store.update<TradeOrder>(order, [&](TradeOrder& row) {
      for (uint32_t i = row.shipments.size(); i-- > 0;) {
        if (row.shipments[i] == shipment) row.shipments.erase(i);
      }
    });
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
