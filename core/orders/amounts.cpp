#include "base/limits.hpp"
#include "model/catalog.hpp"
#include "model/computed.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "orders/states.hpp"
#include "pricing/price.hpp"

namespace waybill::orders {

namespace {

bool within_limit(MaybeDecimal amount) {
  return amount && (*amount).magnitude() <= Decimal::from_int(limits::amount);
}

/// Sum over the lines of an order of what `amount_of(item, ref)` gives; empty if one is empty, or
/// if the sum is beyond what an order may come to.
template <class AmountOf>
MaybeDecimal sum_of_lines(const Store& store, Ref order, AmountOf&& amount_of) {
  DecimalSum sum;
  for (const Ref ref : store.at<TradeOrder>(order).items) {
    const MaybeDecimal line = amount_of(store.at<OrderItem>(ref), ref);
    if (!line) return {};
    sum.add(*line);
  }
  const auto total = sum.total();
  return total && within_limit(*total) ? MaybeDecimal(*total) : MaybeDecimal();
}

}  // namespace

uint32_t minor_digits(const Store& store, Ref currency) {
  return currency ? store.at<Currency>(currency).minor_digits : 2;
}

uint32_t minor_digits(const Store& store, const OrderItem& item) {
  return minor_digits(store, store.at<TradeOrder>(item.order).currency);
}

LinePrice stored_price(const OrderItem& item) {
  return {item.unit_amount, item.vat_percentage};
}

LinePrice find_price(const Store& store, const TradeOrder& order, const OrderItem& item,
                     Instant at) {
  LinePrice price = stored_price(item);
  if (!price.net) {
    price.net = pricing::net_price(
        store, item.product, {order.currency, item.seller, order.supplier, order.customer, at});
  }
  if (price.net && !price.vat) price.vat = pricing::vat_rate(store, item.product);
  // A total that no order may have counts as no price (limits::amount).
  const uint32_t digits = minor_digits(store, order.currency);
  if (!within_limit(line_total(price, *item.quantity, digits))) return {};
  return price;
}

MaybeDecimal unit_incl_vat(const LinePrice& price, uint32_t minor_digits) {
  if (!price.net) return {};
  return pricing::with_vat(*price.net, price.vat.value_or(Decimal()), minor_digits);
}

MaybeDecimal line_total(const LinePrice& price, Decimal units, uint32_t minor_digits) {
  const MaybeDecimal unit = unit_incl_vat(price, minor_digits);
  if (!unit) return {};
  const auto total =
      units.times_rounded(*unit, static_cast<int>(minor_digits), Rounding::half_away_from_zero);
  return total ? MaybeDecimal(*total) : MaybeDecimal();
}

MaybeDecimal line_total(const Store& store, const OrderItem& item) {
  return line_total(stored_price(item), *item.quantity, minor_digits(store, item));
}

MaybeDecimal order_total(const Store& store, Ref order) {
  return sum_of_lines(store, order,
                      [&](const OrderItem& item, Ref) { return line_total(store, item); });
}

Decimal net_paid(const Store& store, const TradeOrder& order) {
  DecimalSum paid;
  for (const Ref payment : order.payments) paid.add(*store.at<PaymentOrder>(payment).amount);
  return *paid.total();  // limits::amount, checked with every payment
}

namespace {

/// O-37: total, less what was cancelled or returned, less what was paid. `price_of(item, ref)`: the
/// price that a line goes by.
template <class PriceOf>
MaybeDecimal balance(const Store& store, Ref ref, PriceOf&& price_of) {
  const TradeOrder& order = store.at<TradeOrder>(ref);
  const uint32_t digits = minor_digits(store, order.currency);
  const MaybeDecimal total = sum_of_lines(store, ref, [&](const OrderItem& item, Ref line) {
    return line_total(price_of(item, line), *item.quantity, digits);
  });
  if (!total) return {};
  DecimalSum balance;
  balance.add(*total);
  balance.subtract(net_paid(store, order));
  for (const Ref line : order.items) {
    const OrderItem& item = store.at<OrderItem>(line);
    const Decimal gone = add(units_in(item.phases, Phase::cancelled),
                             units_in(item.phases, Phase::return_fulfilled));
    if (!gone.is_zero()) balance.subtract(*line_total(price_of(item, line), gone, digits));
  }
  return *balance.total();  // all parts are within limits::amount
}

}  // namespace

MaybeDecimal order_balance(const Store& store, Ref ref) {
  return balance(store, ref, [](const OrderItem& item, Ref) { return stored_price(item); });
}

std::vector<Ref> items_of(const Store& store, Ref order) {
  const List<Ref>& items = store.at<TradeOrder>(order).items;
  return {items.begin(), items.end()};
}

Result<Ref> resolve_line(Context& context, const JsonNode& node, Ref order) {
  static const Member& whole = order_item_type.member("order");
  return resolve_part(context, TableId::order_items, node, whole, order);
}

void touch(Context& context, Ref order) {
  context.store.update<TradeOrder>(order, [&](TradeOrder& row) { row.modified = context.now; });
}

void price_item(Context& context, Ref ref) {
  const OrderItem& item = context.store.at<OrderItem>(ref);
  if (item.unit_amount || !is_open(item)) return;
  const LinePrice price =
      find_price(context.store, context.store.at<TradeOrder>(item.order), item, context.now);
  if (!price.net) return;
  context.store.update<OrderItem>(ref, [&](OrderItem& row) {
    row.unit_amount = price.net;
    row.vat_percentage = price.vat;
  });
}

void price_order(Context& context, Ref order) {
  for (const Ref item : items_of(context.store, order)) price_item(context, item);
}

}  // namespace waybill::orders

namespace waybill::computed {

using orders::LinePrice;

namespace {

Value amount(MaybeDecimal value, uint32_t minor_digits) {
  return value ? Value::of_amount(*value, minor_digits) : Value{};
}

Value values(const View& view, std::initializer_list<Value> items) {
  return Value::values(view.arena.copy(std::span<const Value>(items.begin(), items.size())));
}

/// Phases in the order of O-43.
Value phase_names(const View& view, uint32_t present) {
  std::array<Value, phase_count> names;
  size_t count = 0;
  for (uint32_t phase = 0; phase < phase_count; ++phase) {
    if ((present >> phase & 1) == 0) continue;
    names[count++] = Value::of(phase_name(static_cast<Phase>(phase)));
  }
  return Value::values(view.arena.copy(std::span<const Value>(names.data(), count)));
}

const OrderItem& item_at(const View& view, uint32_t row) {
  return view.store.rows<OrderItem>().at(row);
}

/// The price of a line as reading shows it: an open line without one takes the price that there is
/// now, and whoever answers the reading makes it last (O-35).
LinePrice shown_price(const View& view, const OrderItem& item, Ref ref) {
  if (item.unit_amount || !orders::is_open(item)) return orders::stored_price(item);
  const LinePrice price =
      orders::find_price(view.store, view.store.at<TradeOrder>(item.order), item, view.now);
  if (price.net) view.priced_items.add(ref.row());
  return price;
}

LinePrice shown_price(const View& view, uint32_t row) {
  return shown_price(view, item_at(view, row), Ref::to(row));
}

MaybeDecimal shown_total(const View& view, Ref order) {
  view.spend(view.store.at<TradeOrder>(order).items.size());
  return orders::sum_of_lines(view.store, order, [&](const OrderItem& item, Ref ref) {
    return orders::line_total(shown_price(view, item, ref), *item.quantity,
                              orders::minor_digits(view.store, item));
  });
}

}  // namespace

uint32_t item_phases(const Store& store, uint32_t row) {
  uint32_t present = 0;
  for (const PhaseRow& own : store.rows<OrderItem>().at(row).phases) present |= 1u << own.phase;
  return present;
}

/// Lines may be missing while a journal is read.
uint32_t order_phases(const Store& store, uint32_t row) {
  uint32_t present = 0;
  for (const Ref item : store.rows<TradeOrder>().at(row).items) {
    if (store.rows<OrderItem>().alive(item.row())) present |= item_phases(store, item.row());
  }
  return present;
}

Value order_status(const View& view, TableId, uint32_t row) {
  view.spend(view.store.rows<TradeOrder>().at(row).items.size());
  return phase_names(view, order_phases(view.store, row));
}

Value order_buyers(const View& view, TableId, uint32_t row) {
  return values(view,
                {Value::entity(TableId::agents, view.store.rows<TradeOrder>().at(row).customer)});
}

Value order_total(const View& view, TableId table, uint32_t row) {
  return amount(shown_total(view, Ref::to(row)), view.minor_digits(table, row));
}

/// Of an order with an open line that has no price, reading tells (O-35). What it refers to may be
/// missing while a journal is read.
uint64_t order_total_key(const Store& store, uint32_t row) {
  const TableBase& lines = store.rows<OrderItem>();
  const Ref currency = store.rows<TradeOrder>().at(row).currency;
  if (currency && !store.rows<Currency>().alive(currency.row())) return missing_key;
  for (const Ref ref : store.rows<TradeOrder>().at(row).items) {
    if (!lines.alive(ref.row())) return missing_key;
    const OrderItem& item = store.at<OrderItem>(ref);
    if (!item.unit_amount && orders::is_open(item)) return unknown_key;
  }
  const MaybeDecimal total = orders::order_total(store, Ref::to(row));
  return total ? amount_key(*total).key : missing_key;
}

Value order_balance(const View& view, TableId table, uint32_t row) {
  view.spend(view.store.rows<TradeOrder>().at(row).items.size());
  const auto price_of = [&](const OrderItem& item, Ref ref) {
    return shown_price(view, item, ref);
  };
  return amount(orders::balance(view.store, Ref::to(row), price_of), view.minor_digits(table, row));
}

Value item_status(const View& view, TableId, uint32_t row) {
  return phase_names(view, item_phases(view.store, row));
}

Value item_reserved_until(const View& view, TableId, uint32_t row) {
  const MaybeInstant until = orders::shown_reserved_until(view.store, item_at(view, row));
  return until ? Value::of(*until) : Value{};
}

Value item_buyer(const View& view, TableId, uint32_t row) {
  return Value::entity(TableId::agents,
                       view.store.at<TradeOrder>(item_at(view, row).order).customer);
}

Value item_amount_excl_vat(const View& view, TableId table, uint32_t row) {
  return amount(shown_price(view, row).net, view.minor_digits(table, row));
}

Value item_vat_percentage(const View& view, TableId, uint32_t row) {
  const MaybeDecimal known = shown_price(view, row).vat;
  return Value::of(known ? *known : pricing::vat_rate(view.store, item_at(view, row).product));
}

Value item_amount_incl_vat(const View& view, TableId table, uint32_t row) {
  const uint32_t digits = view.minor_digits(table, row);
  return amount(orders::unit_incl_vat(shown_price(view, row), digits), digits);
}

Value item_discount(const View& view, TableId table, uint32_t row) {
  return amount(Decimal(), view.minor_digits(table, row));
}

Value item_total(const View& view, TableId table, uint32_t row) {
  const uint32_t digits = view.minor_digits(table, row);
  return amount(orders::line_total(shown_price(view, row), *item_at(view, row).quantity, digits),
                digits);
}

Value item_classification(const View& view, TableId, uint32_t row) {
  const Text own = view.store.at<Product>(item_at(view, row).product).classification;
  const bool shipping = own && view.store.view(own) == "Shipping";
  return Value::of(shipping ? "Shipping" : "Goods");
}

/// Whoever reads a line prices it, shown amounts or not (O-35).
void note_shown_item(const View& view, uint32_t row) {
  shown_price(view, row);
}

Value item_discountable(const View& view, TableId, uint32_t row) {
  return Value::of(item_at(view, row).discountable != MaybeBool::no);
}

Value payment_status(const View& view, TableId, uint32_t row) {
  const bool refund =
      view.store.rows<PaymentOrder>().at(row).amount.value_or(Decimal()).is_negative();
  return values(view, {Value::of(refund ? "Credited" : "Debited")});
}

Value payment_orders_of(const View& view, TableId, uint32_t row) {
  const Ref order = view.store.rows<PaymentOrder>().at(row).order;
  if (!order) return Value::values({});
  return values(view, {Value::entity(TableId::trade_orders, order)});
}

}  // namespace waybill::computed
