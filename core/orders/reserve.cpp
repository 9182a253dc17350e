#include <algorithm>
#include <map>

#include "orders/instances.hpp"
#include "orders/move.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "orders/states.hpp"

namespace waybill::orders {

namespace {

/// Whether a unit of a line is in one of the phases, and has a serial number.
bool is_serial_in(const ProductInstance& own, std::initializer_list<Phase> phases) {
  return own.serial && std::any_of(phases.begin(), phases.end(), [&](Phase phase) {
           return own.phase == static_cast<uint32_t>(phase);
         });
}

/// Holds the units of a line with serial numbers that are in the phases, where their product is
/// kept by serial number; those that are not free are added to `shortages` (C-76).
void hold_units(Store& store, Ref owner, Ref line, std::initializer_list<Phase> phases,
                std::vector<stock::Shortage>& shortages) {
  const OrderItem& item = store.at<OrderItem>(line);
  if (item.instances.empty() || !stock::has_units(store, owner, item.product)) return;
  for (const Ref ref : List<Ref>(item.instances)) {
    const ProductInstance& own = store.at<ProductInstance>(ref);
    if (!is_serial_in(own, phases)) continue;
    if (stock::standing(store, owner, item.product, own.serial, line) == stock::Standing::free) {
      store.update<ProductUnit>(stock::find_unit(store, item.product, own.serial),
                                [&](ProductUnit& row) { row.holder = line; });
    } else {
      shortages.push_back({item.product, item.seller, Decimal::from_int(1), Decimal(), own.serial});
    }
  }
}

/// The units that a line holds for its instances `of`, which it lets go of.
template <class Of>
std::vector<Ref> let_go(Store& store, Ref line, Of&& of) {
  std::vector<Ref> units;
  const OrderItem& item = store.at<OrderItem>(line);
  for (const Ref ref : item.instances) {
    const ProductInstance& own = store.at<ProductInstance>(ref);
    const Ref unit = of(own) ? stock::find_unit(store, item.product, own.serial) : Ref{};
    if (unit && store.at<ProductUnit>(unit).holder == line) units.push_back(unit);
  }
  for (const Ref unit : units) {
    store.update<ProductUnit>(unit, [](ProductUnit& row) { row.holder = {}; });
  }
  return units;
}

}  // namespace

Ref managed_owner(const Store& store, const TradeOrder& order, const OrderItem& item) {
  if (!stock::is_tracked(store, item.product)) return {};
  return stock::stock_owner(store, item.seller, order.supplier);
}

namespace {

/// What an owner has of products, each worked out once: holds change it, and nothing else.
class Availability {
 public:
  explicit Availability(const Store& store) : store_(store) {}

  Decimal of(Ref owner, Ref product) {
    const auto [physical, is_new] = physical_.try_emplace(Pair{owner, product}.key());
    if (is_new) physical->second = stock::physical(store_, owner, product);
    DecimalSum left;
    left.add(physical->second);
    left.subtract(stock::held(store_, owner, product));
    return left.saturated();
  }

 private:
  const Store& store_;
  std::map<uint64_t, Decimal> physical_;
};

}  // namespace

Failure take_holds(Context& context, Ref order_ref, const std::vector<Claim>& claims,
                   Shortfall shortfall) {
  Store& store = context.store;
  std::vector<stock::Shortage> shortages;
  Availability available(store);
  bool too_much = false;
  for (const Claim& claim : claims) {
    const OrderItem& item = store.at<OrderItem>(claim.item);
    const Ref owner = managed_owner(store, store.at<TradeOrder>(order_ref), item);
    if (!owner) continue;
    check(!item.held);  // units of a line are held together or not at all
    const Ref product = item.product;
    const Decimal left = available.of(owner, product);
    const bool holdable = stock::can_hold(store, owner, product, claim.units);
    if (!holdable || (left < claim.units && shortfall == Shortfall::refused)) {
      too_much = too_much || !holdable;
      shortages.push_back({product, item.seller, claim.units, left, {}});
      continue;
    }
    // Held at once, so that later lines of the same product see what is left (C-73).
    stock::add_hold(store, owner, product, claim.units);
    hold_units(store, owner, claim.item, {Phase::new_, Phase::unreserved, Phase::reserved},
               shortages);
    store.update<OrderItem>(claim.item, [&](OrderItem& row) {
      row.hold_owner = owner;
      row.held = claim.units;
    });
  }
  if (shortages.empty() || (shortfall == Shortfall::allowed && !too_much)) return {};
  return stock::insufficient(context, shortages);
}

/// From where it was taken, whoever owns the line's stock now.
void release_hold(Context& context, Ref line, Decimal units) {
  Store& store = context.store;
  const OrderItem& item = store.at<OrderItem>(line);
  if (!item.held) return;
  const Decimal released = *item.held < units ? *item.held : units;
  const Decimal left = add(*item.held, released.negated());
  stock::add_hold(store, item.hold_owner, item.product, released.negated());
  store.update<OrderItem>(line, [&](OrderItem& row) {
    row.held = left.is_zero() ? MaybeDecimal() : MaybeDecimal(left);
    if (left.is_zero()) row.hold_owner = {};
  });
}

void release_units(Context& context, Ref line) {
  const std::vector<Ref> free = let_go(context.store, line, [](const ProductInstance& own) {
    return !is_serial_in(own, {Phase::reserved, Phase::committed});
  });
  for (const Ref unit : free) stock::offer_unit(context.store, unit);
}

std::vector<Ref> drop_unit_holds(Context& context, Ref line) {
  return let_go(context.store, line, [](const ProductInstance&) { return true; });
}

Failure take_unit_holds(Context& context, Ref line, const std::vector<Ref>& dropped) {
  Store& store = context.store;
  const OrderItem& item = store.at<OrderItem>(line);
  std::vector<stock::Shortage> shortages;
  if (item.held) {
    hold_units(store, item.hold_owner, line, {Phase::reserved, Phase::committed}, shortages);
  }
  for (const Ref unit : dropped) stock::offer_unit(store, unit);
  return shortages.empty() ? Failure{} : stock::insufficient(context, shortages);
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

/// Reserves what is open of a line, or gives all of it a new expiry.
void reserve(Context& context, Move& move, Ref line, Instant until) {
  for (const Phase from : {Phase::new_, Phase::unreserved}) {
    const Decimal units = units_in(context.store.at<OrderItem>(line).phases, from);
    move.units(line, from, Phase::reserved, units);
  }
  context.store.update<OrderItem>(line, [&](OrderItem& row) { row.expires = until; });
}

/// Gives back what a line has reserved, if anything.
void unreserve(Context& context, Move& move, Ref line) {
  const Decimal units = units_in(context.store.at<OrderItem>(line).phases, Phase::reserved);
  if (units.is_zero()) return;
  release_hold(context, line, units);
  move.units(line, Phase::reserved, Phase::unreserved, units);
  release_units(context, line);
  context.store.update<OrderItem>(line, [&](OrderItem& row) { row.expires = {}; });
}

}  // namespace

Failure reserve_new_order(Context& context, Ref order) {
  const Store& store = context.store;
  std::vector<Claim> claims;
  for (const Ref ref : items_of(store, order)) {
    const OrderItem& item = store.at<OrderItem>(ref);
    if (reserved_until(store, item)) claims.push_back({ref, *item.quantity});
  }
  if (Failure failure = take_holds(context, order, claims, Shortfall::refused)) return failure;
  Move move(context, order, RecordAction::reserve);
  for (const Claim& claim : claims) {
    reserve(context, move, claim.item, *reserved_until(store, store.at<OrderItem>(claim.item)));
  }
  move.end();
  return {};
}

MaybeInstant reserved_until(const Store& store, const OrderItem& item) {
  return item.reserved_until ? item.reserved_until
                             : store.at<TradeOrder>(item.order).reserved_until;
}

MaybeInstant shown_reserved_until(const Store& store, const OrderItem& item) {
  if (item.reserved_until || !item.expires) return item.reserved_until;
  return store.at<TradeOrder>(item.order).reserved_until;
}

namespace {

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
    if (Failure failure = take_holds(context, order, claims, Shortfall::refused)) return failure;
  }
  Move move(context, order, until ? RecordAction::reserve : RecordAction::unreserve);
  for (const Ref line : lines) {
    if (!is_open(store.at<OrderItem>(line))) continue;
    if (until) {
      reserve(context, move, line, *until);
    } else {
      unreserve(context, move, line);
    }
  }
  move.end();
  touch(context, order);
  return {};
}

Failure not_open(Context& context, const JsonNode& node) {
  const ActionRule& rule = rule_of(Action::set_reserved_until);
  return fail(rule.refused, std::string(rule.details), context.json.path(node));
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
  if (shown_reserved_until(store, item) == until) return {};
  if (!is_open(item)) return not_open(context, node);
  if (Failure failure = reserve_lines(context, item.order, {ref}, until, node)) return failure;
  store.update<OrderItem>(ref, [&](OrderItem& row) { row.reserved_until = until; });
  return {};
}

void expire(Context& context, Ref order) {
  Move move(context, order, RecordAction::unreserve);
  for (const Ref line : items_of(context.store, order)) {
    const MaybeInstant expires = context.store.at<OrderItem>(line).expires;
    if (expires && *expires <= context.now) unreserve(context, move, line);
  }
  move.end();
}

}  // namespace waybill::orders
