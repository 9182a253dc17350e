#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

namespace {

/// The serial that a line names, if its product is kept by serial at the owner (C-76).
Text serial_of(const Store& store, Ref owner, const OrderItem& item) {
  if (item.instances.empty() || !item.instances[0].imei) return {};
  return stock::has_units(store, owner, item.product) ? item.instances[0].imei : Text{};
}

/// The unit of that serial, if it lies at the owner and no other line holds it.
Ref find_free_unit(const Store& store, Ref owner, Ref product, Text serial, Ref item) {
  const Ref unit = stock::find_unit(store, product, serial);
  if (!unit) return {};
  const ProductUnit& row = store.at<ProductUnit>(unit);
  const bool here = row.place() && stock::owner_of_place(store, row.place()) == owner;
  return here && (!row.holder || row.holder == item) ? unit : Ref{};
}

/// The unit that a line holds, or none.
Ref held_unit(const Store& store, Ref item_ref) {
  const OrderItem& item = store.at<OrderItem>(item_ref);
  if (item.instances.empty()) return {};
  const Ref unit = stock::find_unit(store, item.product, item.instances[0].imei);
  return unit && store.at<ProductUnit>(unit).holder == item_ref ? unit : Ref{};
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
    const OrderItem& item = store.at<OrderItem>(claim.item);
    const Ref owner = managed_owner(store, store.at<TradeOrder>(order_ref), item);
    if (!owner) continue;
    check(!item.held);  // units of a line are held together or not at all
    const Ref product = item.product;
    const Decimal available = stock::available(store, owner, product);
    const Text serial = serial_of(store, owner, item);
    const Ref unit = serial ? find_free_unit(store, owner, product, serial, claim.item) : Ref{};
    if (available < claim.units || (serial && !unit)) {
      const bool serial_short = serial && !unit;
      shortages.push_back({product, item.seller, claim.units, serial_short ? Decimal() : available,
                           serial_short ? serial : Text{}});
      continue;
    }
    // Held at once, so that later lines of the same product see what is left (C-73).
    stock::add_hold(store, owner, product, claim.units);
    if (unit) store.update<ProductUnit>(unit, [&](ProductUnit& row) { row.holder = claim.item; });
    store.update<OrderItem>(claim.item, [&](OrderItem& row) {
      row.hold_owner = owner;
      row.held = claim.units;
    });
  }
  if (shortages.empty()) return {};
  return stock::insufficient(context, shortages);
}

/// From where it was taken, whoever owns the line's stock now.
void release_hold(Context& context, Ref item_ref, Decimal units) {
  Store& store = context.store;
  const OrderItem& item = store.at<OrderItem>(item_ref);
  if (!item.held) return;
  const Decimal released = *item.held < units ? *item.held : units;
  const Decimal left = add(*item.held, released.negated());
  stock::add_hold(store, item.hold_owner, item.product, released.negated());
  if (left.is_zero()) {
    if (const Ref unit = held_unit(store, item_ref)) {
      store.update<ProductUnit>(unit, [](ProductUnit& row) { row.holder = {}; });
    }
  }
  store.update<OrderItem>(item_ref, [&](OrderItem& row) {
    row.held = left.is_zero() ? MaybeDecimal() : MaybeDecimal(left);
    if (left.is_zero()) row.hold_owner = {};
  });
}

namespace {

/// Units that a reservation of the line would cover: New and Unreserved ones.
Decimal unreserved_units(const OrderItem& item) {
  return add(units_in(item.phases, Phase::new_), units_in(item.phases, Phase::unreserved));
}

/// Whether a line has a value of its own that still counts.
bool has_own_reservation(const OrderItem& item, Instant now) {
  return item.reserved_until && *item.reserved_until > now;
}

void reserve(Context& context, Ref item, Instant until) {
  context.store.update<OrderItem>(item, [&](OrderItem& row) {
    for (const Phase from : {Phase::new_, Phase::unreserved}) {
      const Decimal units = units_in(row.phases, from);
      if (!units.is_zero()) move_units(row.phases, from, Phase::reserved, units);
    }
    row.expires = until;
  });
}

/// Gives back what a line has reserved, if anything.
void unreserve(Context& context, Ref item) {
  const Decimal units = units_in(context.store.at<OrderItem>(item).phases, Phase::reserved);
  if (units.is_zero()) return;
  release_hold(context, item, units);
  context.store.update<OrderItem>(item, [&](OrderItem& row) {
    move_units(row.phases, Phase::reserved, Phase::unreserved, units);
    row.expires = {};
  });
}

}  // namespace

Failure reserve_new_order(Context& context, Ref order) {
  const Store& store = context.store;
  std::vector<Claim> claims;
  for (const Ref ref : items_of(store, order)) {
    const OrderItem& item = store.at<OrderItem>(ref);
    if (reserved_until(store, item)) claims.push_back({ref, *item.quantity});
  }
  if (Failure failure = take_holds(context, order, claims)) return failure;
  for (const Claim& claim : claims) {
    reserve(context, claim.item, *reserved_until(store, store.at<OrderItem>(claim.item)));
  }
  return {};
}

MaybeInstant reserved_until(const Store& store, const OrderItem& item) {
  return item.reserved_until ? item.reserved_until
                             : store.at<TradeOrder>(item.order).reserved_until;
}

namespace {

/// Units that are New, Reserved or Unreserved can be reserved.
bool is_open(const OrderItem& item) {
  return !unreserved_units(item).is_zero() || !units_in(item.phases, Phase::reserved).is_zero();
}

/// Reserves the open ones of those lines until then, or releases them.
Failure reserve_lines(Context& context, Ref order, const std::vector<Ref>& lines,
                      MaybeInstant until, const JsonNode& node) {
  const Store& store = context.store;
  if (until && *until <= context.now) {
    return fail(Code::invalid_reservation, "'reservedUntil' must be in the future.",
                context.json.path(node));
  }
  std::vector<Claim> claims;
  for (const Ref ref : lines) {
    const Decimal claimed = unreserved_units(store.at<OrderItem>(ref));
    if (!claimed.is_zero()) claims.push_back({ref, claimed});
  }
  if (until) {
    if (Failure failure = take_holds(context, order, claims)) return failure;
  }
  for (const Ref item : lines) {
    if (!is_open(store.at<OrderItem>(item))) continue;
    if (until) {
      reserve(context, item, *until);
    } else {
      unreserve(context, item);
    }
  }
  touch(context, order);
  return {};
}

Failure not_open(Context& context, const JsonNode& node) {
  return fail(Code::invalid_reservation,
              "Stock can be reserved for units that are New, Reserved or Unreserved only.",
              context.json.path(node));
}

}  // namespace

/// Lines with a value of their own keep it; one that has passed gives way to the order's.
Failure set_reserved_until(Context& context, Ref order, MaybeInstant until, const JsonNode& node) {
  Store& store = context.store;
  if (store.at<TradeOrder>(order).reserved_until == until) return {};
  std::vector<Ref> covered;
  bool any_open = false;
  for (const Ref ref : items_of(store, order)) {
    const OrderItem& item = store.at<OrderItem>(ref);
    any_open = any_open || is_open(item);
    if (!has_own_reservation(item, context.now)) covered.push_back(ref);
  }
  if (!any_open) return not_open(context, node);
  if (Failure failure = reserve_lines(context, order, covered, until, node)) return failure;
  for (const Ref ref : covered) {
    if (!until || !store.at<OrderItem>(ref).reserved_until) continue;
    store.update<OrderItem>(ref, [](OrderItem& row) { row.reserved_until = {}; });
  }
  store.update<TradeOrder>(order, [&](TradeOrder& row) { row.reserved_until = until; });
  return {};
}

Failure set_item_reserved_until(Context& context, Ref ref, MaybeInstant until,
                                const JsonNode& node) {
  Store& store = context.store;
  const OrderItem& item = store.at<OrderItem>(ref);
  if (item.reserved_until == until) return {};
  if (!is_open(item)) return not_open(context, node);
  if (Failure failure = reserve_lines(context, item.order, {ref}, until, node)) return failure;
  store.update<OrderItem>(ref, [&](OrderItem& row) { row.reserved_until = until; });
  return {};
}

void expire(Context& context, Ref item) {
  unreserve(context, item);
  touch(context, context.store.at<OrderItem>(item).order);
}

}  // namespace waybill::orders
