#include "base/limits.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

namespace {

/// O-17: whether a line of an update says something else than what is stored.
bool line_differs(Context& context, const OrderItem& own, const JsonNode& sent) {
  const JsonNode* product = context.json.find(sent, "product");
  if (product != nullptr) {
    const Result<Ref> named = resolve(context, TableId::products, *product);
    if (!named || named.value != own.product) return true;
  }
  const JsonNode* quantity = context.json.find(sent, "quantity");
  if (quantity == nullptr) return false;
  const auto number = Decimal::parse(quantity->text);
  return !number || MaybeDecimal(*number) != own.quantity;
}

bool lines_differ(Context& context, const TradeOrder& order, const JsonNode& items) {
  if (items.type != JsonType::array || items.count != order.items.size()) return true;
  uint32_t index = 0;
  for (const JsonNode* item = context.json.first(items); item != nullptr;
       item = context.json.next(*item), ++index) {
    if (line_differs(context, context.store.at<OrderItem>(order.items[index]), *item)) return true;
  }
  return false;
}

bool sellers_differ(Context& context, const TradeOrder& order, const JsonNode& sellers) {
  if (sellers.count != order.sellers.size()) return true;
  uint32_t index = 0;
  for (const JsonNode* seller = context.json.first(sellers); seller != nullptr;
       seller = context.json.next(*seller), ++index) {
    const Result<Ref> named = resolve(context, TableId::agents, *seller);
    if (!named || named.value != order.sellers[index]) return true;
  }
  return false;
}

/// Hints for what an update cannot change (T-O-3, T-O-4).
void report_fixed_members(Context& context, const TradeOrder& order, const Body& body) {
  if (body.has("items") && lines_differ(context, order, *body.get("items"))) {
    context.hint("T-O-3", body.path("items"), "the lines of an order do not change");
  }
  const auto fixed = [&](std::string_view member) {
    context.hint("T-O-4", body.path(member), "fixed when the order was created");
  };
  const auto check_reference = [&](std::string_view member, TableId table, Ref own) {
    if (!body.has(member)) return;
    const Result<Ref> named = resolve(context, table, *body.get(member));
    if (!named || named.value != own) fixed(member);
  };
  check_reference("supplier", TableId::agents, order.supplier);
  check_reference("customer", TableId::agents, order.customer);
  check_reference("currency", TableId::currencies, order.currency);
  if (body.has("sellers") && sellers_differ(context, order, *body.get("sellers"))) {
    fixed("sellers");
  }
}

/// A manual net amount for a line that is wholly New (O-18, O-36).
Failure change_amount(Context& context, Ref ref, const Body& body) {
  if (!body.has("unitAmountExclVat")) {
    context.hint("T-O-15", body.path("unitAmountExclVat"), "a manual amount cannot be cleared");
    return {};
  }
  Result<Decimal> amount = read_manual_amount(body);
  if (!amount) return std::move(amount.failure);
  Store& store = context.store;
  const OrderItem& item = store.at<OrderItem>(ref);
  if (item.unit_amount == MaybeDecimal(amount.value)) return {};
  const std::string path = body.path("unitAmountExclVat");
  if (!only_in(item.phases, Phase::new_, Phase::new_)) {
    return fail(Code::item_not_editable, "The amount of a line changes only while it is New.",
                path);
  }
  store.update<OrderItem>(ref, [&](OrderItem& row) {
    row.unit_amount = amount.value;
    row.manual_price = MaybeBool::yes;
  });
  const LinePrice price = find_price(store, store.at<TradeOrder>(item.order), item, context.now);
  if (!price.net) return too_expensive(path);
  store.update<OrderItem>(ref, [&](OrderItem& row) { row.vat_percentage = price.vat; });
  return check_total(context, item.order, path);
}

}  // namespace

Result<Decimal> read_manual_amount(const Body& body) {
  const Decimal amount = *Decimal::parse(body.get("unitAmountExclVat")->text);
  if (!amount.is_negative() && amount <= Decimal::from_int(limits::price) &&
      amount.scale() <= limits::price_decimals) {
    return amount;
  }
  return fail(Code::invalid_amount,
              "A price is from 0 to " + std::to_string(limits::price) + " and has at most " +
                  std::to_string(limits::price_decimals) + " decimals.",
              body.path("unitAmountExclVat"));
}

Failure too_expensive(std::string path) {
  return fail(Code::invalid_amount,
              "An order comes to at most " + std::to_string(limits::amount) + ".", std::move(path));
}

Failure check_total(const Context& context, Ref order, std::string path) {
  const Store& store = context.store;
  for (const Ref line : store.at<TradeOrder>(order).items) {
    if (!store.at<OrderItem>(line).unit_amount) return {};  // null amounts (O-35)
  }
  return order_total(store, order) ? Failure{} : too_expensive(std::move(path));
}

Failure update(Context& context, Ref ref, const Body& body, bool run) {
  Store& store = context.store;
  TradeOrder changed = store.at<TradeOrder>(ref);
  report_fixed_members(context, changed, body);
  if (Failure failure =
          assign_identifiers(context, body, {}, TableId::trade_orders, ref, changed.identifiers)) {
    return failure;
  }
  const MaybeInstant reserved = changed.reserved_until;
  if (Failure failure = assign_members(context, body, &changed, false)) return failure;
  const MaybeInstant wanted = changed.reserved_until;
  changed.reserved_until = reserved;
  if (!(changed == store.at<TradeOrder>(ref))) {
    changed.modified = context.now;
    store.update<TradeOrder>(ref, [&](TradeOrder& row) { row = changed; });
  }
  if (body.get("reservedUntil") != nullptr) {
    if (Failure failure = set_reserved_until(context, ref, wanted, *body.get("reservedUntil"))) {
      return failure;
    }
  }
  const JsonNode* actions = context.json.find(body.object(), "actions");
  if (actions == nullptr) return {};
  if (run) return run_actions(context, ref, *actions);
  if ((action_names(context, *actions) & ~changed.actions_at_creation) != 0) {
    context.hint("T-O-9", context.json.path(*actions), "skipped: the order exists; use PATCH");
  }
  return {};
}

Failure update_item(Context& context, Ref ref, const Body& body) {
  Store& store = context.store;
  const Ref order = store.at<OrderItem>(ref).order;
  const OrderItem before = store.at<OrderItem>(ref);
  Identifiers identifiers = before.identifiers;
  if (Failure failure =
          assign_identifiers(context, body, {}, TableId::order_items, ref, identifiers)) {
    return failure;
  }
  store.update<OrderItem>(ref, [&](OrderItem& row) { row.identifiers = identifiers; });
  if (body.get("unitAmountExclVat") != nullptr) {
    if (Failure failure = change_amount(context, ref, body)) return failure;
  }
  if (const JsonNode* until = body.get("reservedUntil")) {
    const MaybeInstant wanted =
        body.has("reservedUntil") ? MaybeInstant(*Instant::parse(until->text)) : MaybeInstant();
    if (Failure failure = set_item_reserved_until(context, ref, wanted, *until)) return failure;
  }
  if (line_differs(context, before, body.object()) || body.has("seller") || body.has("instances") ||
      body.has("discountable")) {
    context.hint("T-O-3", context.json.path(body.object()), "fixed when the order was created");
  }
  if (!(before == store.at<OrderItem>(ref))) touch(context, order);
  return {};
}

}  // namespace waybill::orders
