#include "model/catalog.hpp"
#include "model/computed.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "pricing/price.hpp"

namespace waybill::orders {

uint32_t minor_digits(const Store& store, Ref currency) {
  return currency ? store.at<Currency>(currency).minor_digits : 2;
}

MaybeDecimal unit_incl_vat(const Store&, const OrderItem& item, uint32_t minor_digits) {
  if (!item.unit_amount) return {};
  return pricing::with_vat(*item.unit_amount, item.vat_percentage.value_or(Decimal()),
                           minor_digits);
}

MaybeDecimal item_total(const Store& store, const OrderItem& item, Decimal units) {
  const uint32_t digits = minor_digits(store, store.at<TradeOrder>(item.order).currency);
  const MaybeDecimal unit = unit_incl_vat(store, item, digits);
  if (!unit) return {};
  const auto total =
      units.times_rounded(*unit, static_cast<int>(digits), Rounding::half_away_from_zero);
  return total ? MaybeDecimal(*total) : MaybeDecimal();
}

MaybeDecimal order_total(const Store& store, Ref order) {
  Decimal total;
  for (const Ref ref : store.at<TradeOrder>(order).items) {
    const OrderItem& item = store.at<OrderItem>(ref);
    const MaybeDecimal line = item_total(store, item, *item.quantity);
    if (!line) return {};
    total = add(total, *line);
  }
  return total;
}

Decimal net_paid(const Store& store, const TradeOrder& order) {
  Decimal paid;
  for (const Ref payment : order.payments) {
    paid = add(paid, *store.at<PaymentOrder>(payment).amount);
  }
  return paid;
}

/// O-37: total, less what was cancelled or returned, less what was paid.
MaybeDecimal order_balance(const Store& store, Ref ref) {
  const MaybeDecimal total = order_total(store, ref);
  if (!total) return {};
  const TradeOrder& order = store.at<TradeOrder>(ref);
  Decimal balance = add(*total, net_paid(store, order).negated());
  for (const Ref each : order.items) {
    const OrderItem& item = store.at<OrderItem>(each);
    const Decimal gone = add(units_in(item.phases, Phase::cancelled),
                             units_in(item.phases, Phase::return_fulfilled));
    if (gone.is_zero()) continue;
    balance = add(balance, (*item_total(store, item, gone)).negated());
  }
  return balance;
}

std::vector<Ref> items_of(const Store& store, Ref order) {
  const List<Ref>& items = store.at<TradeOrder>(order).items;
  return {items.begin(), items.end()};
}

void touch(Context& context, Ref order) {
  context.store.update<TradeOrder>(order, [&](TradeOrder& row) { row.modified = context.now; });
}

void price_item(Context& context, const TradeOrder& order, OrderItem& item) {
  if (!item.unit_amount) {
    item.unit_amount = pricing::net_price(
        context.store, item.product,
        {order.currency, item.seller, order.supplier, order.customer, context.now});
  }
  if (item.unit_amount && !item.vat_percentage) {
    item.vat_percentage = pricing::vat_rate(context.store, item.product);
  }
}

void price_order(Context& context, Ref order) {
  for (const Ref ref : items_of(context.store, order)) {
    OrderItem item = context.store.at<OrderItem>(ref);
    if (item.unit_amount) continue;
    price_item(context, context.store.at<TradeOrder>(order), item);
    if (!item.unit_amount) continue;
    context.store.update<OrderItem>(ref, [&](OrderItem& row) {
      row.unit_amount = item.unit_amount;
      row.vat_percentage = item.vat_percentage;
    });
  }
}

}  // namespace waybill::orders

namespace waybill::computed {

namespace {

Value amount(const View& view, TableId table, uint32_t row, MaybeDecimal value) {
  return value ? Value::of_amount(*value, view.minor_digits(table, row)) : Value{};
}

Value texts(const View& view, const std::vector<Value>& items) {
  return Value::values(view.arena.copy(items));
}

/// Phases in the order of O-43.
Value phase_names(const View& view, uint32_t present) {
  std::vector<Value> names;
  for (uint32_t phase = 0; phase < phase_count; ++phase) {
    if ((present >> phase & 1) != 0) {
      names.push_back(Value::of(phase_name(static_cast<Phase>(phase))));
    }
  }
  return texts(view, names);
}

uint32_t phases_present(const OrderItem& item) {
  uint32_t present = 0;
  for (const PhaseRow& row : item.phases) present |= 1u << row.phase;
  return present;
}

const OrderItem& item_at(const View& view, uint32_t row) {
  return view.store.rows<OrderItem>().at(row);
}

}  // namespace

Value order_status(const View& view, TableId, uint32_t row) {
  uint32_t present = 0;
  for (const Ref item : view.store.rows<TradeOrder>().at(row).items) {
    present |= phases_present(view.store.at<OrderItem>(item));
  }
  return phase_names(view, present);
}

Value order_buyers(const View& view, TableId, uint32_t row) {
  const std::vector<Value> buyers{
      Value::entity(TableId::agents, view.store.rows<TradeOrder>().at(row).customer)};
  return texts(view, buyers);
}

Value order_total(const View& view, TableId table, uint32_t row) {
  return amount(view, table, row, orders::order_total(view.store, Ref::to(row)));
}

Value order_balance(const View& view, TableId table, uint32_t row) {
  return amount(view, table, row, orders::order_balance(view.store, Ref::to(row)));
}

Value item_status(const View& view, TableId, uint32_t row) {
  return phase_names(view, phases_present(item_at(view, row)));
}

Value item_buyer(const View& view, TableId, uint32_t row) {
  return Value::entity(TableId::agents,
                       view.store.at<TradeOrder>(item_at(view, row).order).customer);
}

Value item_amount_incl_vat(const View& view, TableId table, uint32_t row) {
  return amount(
      view, table, row,
      orders::unit_incl_vat(view.store, item_at(view, row), view.minor_digits(table, row)));
}

Value item_discount(const View& view, TableId table, uint32_t row) {
  return amount(view, table, row, Decimal());
}

Value item_total(const View& view, TableId table, uint32_t row) {
  const OrderItem& item = item_at(view, row);
  return amount(view, table, row, orders::item_total(view.store, item, *item.quantity));
}

Value item_classification(const View& view, TableId, uint32_t row) {
  const Text own = view.store.at<Product>(item_at(view, row).product).classification;
  const bool shipping = own && view.store.view(own) == "Shipping";
  return Value::of(shipping ? std::string_view("Shipping") : std::string_view("Goods"));
}

Value item_discountable(const View& view, TableId, uint32_t row) {
  return Value::of(item_at(view, row).not_discountable != MaybeBool::yes);
}

Value payment_status(const View& view, TableId, uint32_t row) {
  const bool refund =
      view.store.rows<PaymentOrder>().at(row).amount.value_or(Decimal()).is_negative();
  const std::vector<Value> status{
      Value::of(refund ? std::string_view("Credited") : std::string_view("Debited"))};
  return texts(view, status);
}

Value payment_orders_of(const View& view, TableId, uint32_t row) {
  std::vector<Value> orders;
  const Ref order = view.store.rows<PaymentOrder>().at(row).order;
  if (order) orders.push_back(Value::entity(TableId::trade_orders, order));
  return texts(view, orders);
}

}  // namespace waybill::computed
