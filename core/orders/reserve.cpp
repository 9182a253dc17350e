#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

namespace {

/// The serial that a line names, if its product is kept by serial at the owner (C-76).
Text serial_of(const Store& store, Ref owner, const OrderItem& item) {
  if (item.instances.empty() || !item.instances[0].imei) return {};
  return stock::has_units(store, owner, item.product) ? item.instances[0].imei : Text{};
}

void hold_unit(Store& store, Ref product, Text serial, Ref holder) {
  const Ref unit = stock::find_unit(store, product, serial);
  if (unit) store.update<ProductUnit>(unit, [&](ProductUnit& row) { row.holder = holder; });
}

bool unit_is_free(const Store& store, Ref owner, Ref product, Text serial, Ref item) {
  const Ref unit = stock::find_unit(store, product, serial);
  if (!unit) return false;
  const ProductUnit& row = store.at<ProductUnit>(unit);
  return row.place && stock::owner_of_place(store, row.place) == owner &&
         (!row.holder || row.holder == item);
}

}  // namespace

Ref managed_owner(const Store& store, const TradeOrder& order, const OrderItem& item) {
  if (!stock::is_tracked(store, item.product)) return {};
  return stock::stock_owner(store, item.seller, order.supplier);
}

Failure take_holds(Context& context, Ref order_ref, const std::vector<Claim>& claims) {
  Store& store = context.store;
  std::vector<stock::Shortage> shortages;
  for (const Claim& claim : claims) {
    const TradeOrder& order = store.at<TradeOrder>(order_ref);
    const OrderItem& item = store.at<OrderItem>(claim.item);
    const Ref owner = managed_owner(store, order, item);
    if (!owner) continue;
    const Decimal available = stock::available(store, owner, item.product);
    const Text serial = serial_of(store, owner, item);
    const bool unit_taken = serial && !unit_is_free(store, owner, item.product, serial, claim.item);
    if (available < claim.units || unit_taken) {
      shortages.push_back({item.product, item.seller, claim.units,
                           unit_taken ? Decimal() : available, unit_taken ? serial : Text{}});
      continue;
    }
    // Held at once, so that later lines of the same product see what is left (C-73).
    stock::add_hold(store, owner, item.product, claim.units);
    if (serial) hold_unit(store, item.product, serial, claim.item);
  }
  if (shortages.empty()) return {};
  return stock::insufficient(context, shortages);
}

void release_hold(Context& context, Ref order_ref, Ref item_ref, Decimal units) {
  Store& store = context.store;
  const OrderItem& item = store.at<OrderItem>(item_ref);
  const Ref owner = managed_owner(store, store.at<TradeOrder>(order_ref), item);
  if (!owner || units.is_zero()) return;
  stock::add_hold(store, owner, item.product, units.negated());
  if (const Text serial = serial_of(store, owner, item)) {
    const Ref unit = stock::find_unit(store, item.product, serial);
    if (unit && store.at<ProductUnit>(unit).holder == item_ref) {
      hold_unit(store, item.product, serial, {});
    }
  }
}

namespace {

void set_phase(Context& context, Ref item, Phase from, Phase to, MaybeInstant until) {
  context.store.update<OrderItem>(item, [&](OrderItem& row) {
    const Decimal units = units_in(row.phases, from);
    if (!units.is_zero()) move_units(row.phases, from, to, units);
    row.reserved_until = until;
    row.expires = units_in(row.phases, Phase::reserved).is_zero() ? MaybeInstant() : until;
  });
}

/// Gives back what a line has reserved.
void unreserve(Context& context, Ref item) {
  const OrderItem& row = context.store.at<OrderItem>(item);
  release_hold(context, row.order, item, units_in(row.phases, Phase::reserved));
  set_phase(context, item, Phase::reserved, Phase::unreserved, {});
}

}  // namespace

Failure set_reserved_until(Context& context, Ref order, MaybeInstant until, std::string path) {
  Store& store = context.store;
  if (store.at<TradeOrder>(order).reserved_until == until) return {};
  const std::vector<Ref> items = items_of(store, order);
  if (until && *until <= context.now) {
    return fail(Code::invalid_reservation, "'reservedUntil' must be in the future.",
                std::move(path));
  }
  std::vector<Claim> claims;
  bool open = false;
  for (const Ref item : items) {
    const Phases& phases = store.at<OrderItem>(item).phases;
    const Decimal claimed = add(units_in(phases, Phase::new_), units_in(phases, Phase::unreserved));
    if (!claimed.is_zero()) claims.push_back({item, claimed});
    open = open || !claimed.is_zero() || !units_in(phases, Phase::reserved).is_zero();
  }
  if (!open) {
    return fail(Code::invalid_reservation,
                "Stock can be reserved for an order that is New, Reserved or Unreserved only.",
                std::move(path));
  }
  if (until) {
    if (Failure failure = take_holds(context, order, claims)) return failure;
  }
  for (const Ref item : items) {
    if (!until) {
      if (!units_in(store.at<OrderItem>(item).phases, Phase::reserved).is_zero()) {
        unreserve(context, item);
      }
      continue;
    }
    set_phase(context, item, Phase::new_, Phase::reserved, until);
    set_phase(context, item, Phase::unreserved, Phase::reserved, until);
  }
  store.update<TradeOrder>(order, [&](TradeOrder& row) { row.reserved_until = until; });
  touch(context, order);
  return {};
}

void expire(Context& context, Ref item) {
  const Ref order = context.store.at<OrderItem>(item).order;
  unreserve(context, item);
  touch(context, order);
}

}  // namespace waybill::orders
