#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

/// `tryApprove` (O-52): every unit New or Reserved, every line priced, then stock.
Failure approve(Context& context, Ref order) {
  Store& store = context.store;
  const std::vector<Ref> items = items_of(store, order);
  for (const Ref item : items) {
    if (only_in(store.at<OrderItem>(item).phases, Phase::new_, Phase::reserved)) continue;
    return fail(Code::order_not_approvable,
                "Only an order whose units are all New or Reserved can be approved.");
  }
  price_order(context, order);
  std::vector<Claim> claims;
  for (uint32_t i = 0; i < items.size(); ++i) {
    const OrderItem& item = store.at<OrderItem>(items[i]);
    if (!item.unit_amount) {
      return fail(Code::missing_price, "A line has no price; set one before approval.",
                  "items/" + std::to_string(i));
    }
    const Decimal unheld = units_in(item.phases, Phase::new_);
    if (!unheld.is_zero()) claims.push_back({items[i], unheld});
  }
  if (Failure failure = take_holds(context, order, claims)) return failure;
  for (const Ref item : items) {
    store.update<OrderItem>(item, [&](OrderItem& row) {
      row.expires = {};
      for (const Phase from : {Phase::new_, Phase::reserved}) {
        const Decimal units = units_in(row.phases, from);
        if (!units.is_zero()) move_units(row.phases, from, Phase::committed, units);
      }
    });
  }
  touch(context, order);
  return {};
}

}  // namespace waybill::orders
