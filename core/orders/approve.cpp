#include "orders/move.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "orders/states.hpp"

namespace waybill::orders {

/// `tryApprove` (O-52): every unit New or Reserved, every line priced, then stock.
Failure approve(Context& context, Ref order) {
  Store& store = context.store;
  if (Failure failure = check_state(store, order, Action::try_approve)) return failure;
  const std::vector<Ref> items = items_of(store, order);
  price_order(context, order);
  std::vector<Claim> claims;
  for (uint32_t i = 0; i < items.size(); ++i) {
    const OrderItem& item = store.at<OrderItem>(items[i]);
    if (!item.unit_amount) {
      return fail(Code::missing_price, "A line has no price; set one before approval.",
                  "items/" + std::to_string(i));
    }
    Decimal unheld = units_in(item.phases, Phase::new_);
    // Nothing was held if there was nothing to hold when it was reserved (C-72).
    if (!item.held) unheld = add(unheld, units_in(item.phases, Phase::reserved));
    if (!unheld.is_zero()) claims.push_back({items[i], unheld});
  }
  if (!order_total(store, order)) return too_expensive({});
  const Shortfall shortfall = allows_back_order(context, store.at<TradeOrder>(order))
                                  ? Shortfall::allowed
                                  : Shortfall::refused;
  if (Failure failure = take_holds(context, order, claims, shortfall)) return failure;
  Move move(context, order, RecordAction::commit);
  for (const Ref item : items) {
    for (const Phase from : {Phase::new_, Phase::reserved}) {
      move.units(item, from, Phase::committed, units_in(store.at<OrderItem>(item).phases, from));
    }
    if (!store.at<OrderItem>(item).expires) continue;
    store.update<OrderItem>(item, [](OrderItem& row) { row.expires = {}; });
  }
  move.end();
  return {};
}

}  // namespace waybill::orders
