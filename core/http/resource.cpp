#include "http/resource.hpp"

#include <algorithm>

#include "catalog/catalog.hpp"
#include "model/catalog.hpp"
#include "model/label.hpp"
#include "model/order.hpp"
#include "model/record.hpp"
#include "model/relationship.hpp"
#include "model/shipment.hpp"
#include "model/stock.hpp"
#include "orders/orders.hpp"
#include "rules/compare.hpp"
#include "stock/adjust.hpp"
#include "stock/entries.hpp"

namespace waybill::http {

namespace {

Failure update_order(Context& context, Ref ref, const Body& body, bool patch) {
  return orders::update(context, ref, body, patch);
}

/// What may change of the rows that came about once is what they are called by.
template <class Row>
Failure keep_identifiers(Context& context, Ref ref, const Body& body, bool) {
  Identifiers identifiers = context.store.at<Row>(ref).identifiers;
  if (Failure failure = assign_identifiers(context, body, {}, Row::table, ref, identifiers)) {
    return failure;
  }
  context.store.update<Row>(ref, [&](Row& row) { row.identifiers = identifiers; });
  return {};
}

/// Of payments and shipments only identifiers change later (O-63, O-74, T-O-16).
template <class Row>
Failure update_identifiers(Context& context, Ref ref, const Body& body) {
  Row changed = context.store.at<Row>(ref);
  if (Failure failure =
          assign_identifiers(context, body, {}, Row::table, ref, changed.identifiers)) {
    return failure;
  }
  if (changed == context.store.at<Row>(ref)) return {};
  changed.modified = context.now;
  context.store.update<Row>(ref, [&](Row& row) { row = changed; });
  return {};
}

Failure update_payment(Context& context, Ref ref, const Body& body, bool) {
  each_difference(
      context, body, &context.store.at<PaymentOrder>(ref),
      [](const Member& member) { return member.kind != Kind::identifiers; },
      [&](const JsonNode& node) { orders::report_fixed(context, node); });
  orders::report_other_order(context, context.store.at<PaymentOrder>(ref), body);
  return update_identifiers<PaymentOrder>(context, ref, body);
}

Failure update_shipment(Context& context, Ref ref, const Body& body, bool) {
  return orders::update_shipment_order(context, ref, body);
}

Failure keep_adjustment(Context& context, Ref ref, const Body& body, bool) {
  return stock::keep_adjustment(context, ref, body);
}

Failure keep_submission(Context& context, Ref ref, const Body& body, bool) {
  return stock::keep_submission(context, ref, body);
}

/// What happened does not change (O-76).
Failure update_shipment_record(Context& context, Ref ref, const Body& body, bool) {
  for (const std::string_view member :
       {"timestamp", "actions", "orders", "items", "carriersTrackingUrl"}) {
    if (body.get(member) != nullptr) {
      context.hint("T-H-3", body.path(member), "ignored: what happened does not change");
    }
  }
  return keep_identifiers<ShipmentRecord>(context, ref, body, false);
}

/// C-55: there is the one that the engine made.
Result<Ref> refuse_stock(Context&, const Body&, const Identifiers&) {
  return not_supported("Another stock than the default one", false, {});
}

Failure update_item(Context& context, Ref ref, const Body& body, bool patch) {
  return orders::update_item(context, ref, body, patch);
}

/// C-6.
template <TableId table>
bool purge_row(Context& context, Ref ref) {
  context.store.purge(table, ref.row());
  return true;
}

constexpr Window by_change[] = {{"modify", "modified"}, {"create", "timestamp"}};
constexpr FinderMember parties[] = {{"customer", "customer"},
                                    {"buyer", "customer"},
                                    {"supplier", "supplier"},
                                    {"seller", "sellers"}};
constexpr Finder order_finder = {"modified", parties};
constexpr Finder shipment_finder = {"modified"};
constexpr Window by_modification[] = {{"modify", "modified"}};
constexpr Window by_creation[] = {{"create", "timestamp"}};

constexpr Child shipment_children[] = {
    {"records", "shipment-records", orders::add_shipment_record}};
constexpr Child product_children[] = {
    {"stockEntries", "stock-entries", stock::create_product_submission}};

const Resource resources[] = {
    {.collection = "trade-orders",
     .table = TableId::trade_orders,
     .type = &trade_order_type,
     .special = "",
     .create = orders::create,
     .alias_operator = "click-and-collect",
     .update = update_order,
     .act = orders::run_actions,
     .windows = by_change,
     .finder = &order_finder,
     .purge = orders::purge},
    {.collection = "trade-order-items",
     .table = TableId::order_items,
     .type = &order_item_type,
     .special = "",
     .writable = false,
     .update = update_item},
    {.collection = "payment-orders",
     .table = TableId::payment_orders,
     .type = &payment_order_type,
     .special = "",
     .create = orders::create_payment_order,
     .update = update_payment,
     .windows = by_change},
    {.collection = "shipment-orders",
     .table = TableId::shipment_orders,
     .type = &shipment_order_type,
     .special = "",
     .create = orders::create_shipment_order,
     .children = shipment_children,
     .update = update_shipment,
     .act = orders::run_shipment_actions,
     .windows = by_change,
     .finder = &shipment_finder},
    {.collection = "payment-methods",
     .table = TableId::payment_methods,
     .type = &payment_method_type,
     .special = "methodId"},
    {.collection = "currencies",
     .table = TableId::currencies,
     .type = &currency_type,
     .special = "currencyCode"},
    {.collection = "countries",
     .table = TableId::countries,
     .type = &country_type,
     .special = "countryCode"},
    {.collection = "agents", .table = TableId::agents, .type = nullptr, .special = ""},
    {.collection = "people", .table = TableId::agents, .type = &person_type, .special = ""},
    {.collection = "companies", .table = TableId::agents, .type = &company_type, .special = ""},
    {.collection = "stores", .table = TableId::agents, .type = &store_type, .special = ""},
    {.collection = "products",
     .table = TableId::products,
     .type = &product_type,
     .special = "",
     .children = product_children},
    {.collection = "product-groups",
     .table = TableId::product_groups,
     .type = &product_group_type,
     .special = ""},
    {.collection = "labels", .table = TableId::labels, .type = &label_type, .special = ""},
    {.collection = "return-reasons",
     .table = TableId::return_reasons,
     .type = &return_reason_type,
     .special = ""},
    {.collection = "trade-relationships",
     .table = TableId::trade_relationships,
     .type = &trade_relationship_type,
     .special = "",
     .update = catalog::update_relationship,
     .windows = by_modification,
     .purge = purge_row<TableId::trade_relationships>},
    {.collection = "prices",
     .table = TableId::prices,
     .type = &price_type,
     .special = "",
     .purge = purge_row<TableId::prices>},
    {.collection = "vat-codes",
     .table = TableId::vat_codes,
     .type = &vat_code_type,
     .special = "percentage"},
    {.collection = "stock-places",
     .table = TableId::stock_places,
     .type = &stock_place_type,
     .special = ""},
    {.collection = "stock-adjustment-reasons",
     .table = TableId::adjustment_reasons,
     .type = &adjustment_reason_type,
     .special = ""},
    {.collection = "stock-adjustments",
     .table = TableId::stock_adjustments,
     .type = &stock_adjustment_type,
     .special = "",
     .create = stock::create_adjustment,
     .update = keep_adjustment,
     .windows = by_creation},
    {.collection = "stock-transactions",
     .table = TableId::stock_adjustments,
     .type = &stock_adjustment_type,
     .special = "",
     .writable = false,
     .windows = by_creation},
    {.collection = "stock-entries",
     .table = TableId::stock_entries,
     .type = &stock_entry_submission_type,
     .special = "",
     .create = stock::create_submission,
     .update = keep_submission},
    {.collection = "stocks",
     .table = TableId::stocks,
     .type = &stock_type,
     .special = "",
     .create = refuse_stock,
     .update = keep_identifiers<Stock>},
    {.collection = "shipment-records",
     .table = TableId::shipment_records,
     .type = &shipment_record_type,
     .special = "",
     .create = orders::create_shipment_record,
     .finds_repeats = true,
     .update = update_shipment_record},
    {.collection = "trade-records",
     .table = TableId::trade_records,
     .type = &trade_record_type,
     .special = "",
     .inert_trap = "T-O-12",
     .update = keep_identifiers<TradeRecord>,  // O-89
     .windows = by_creation},
    {.collection = "trade-record-items",
     .table = TableId::trade_record_items,
     .type = &trade_record_item_type,
     .special = "",
     .writable = false},
    {.collection = "stock-adjustment-items",
     .table = TableId::adjustment_items,
     .type = &adjustment_item_type,
     .special = "",
     .writable = false},
};

constexpr std::string_view planned[] = {"mapped-types", "sync-webhooks"};

}  // namespace

const Resource* find_resource(std::string_view collection) {
  for (const Resource& resource : resources) {
    if (resource.collection == collection) return &resource;
  }
  return nullptr;
}

const Child* find_child(const Resource& resource, std::string_view member) {
  for (const Child& child : resource.children) {
    if (child.member == member) return &child;
  }
  return nullptr;
}

const Member& window_member(const Resource& resource, const Window& window) {
  return member_of(resource, window.member);
}

const Member& member_of(const Resource& resource, std::string_view name) {
  return resource.type->member(name);
}

bool is_planned(std::string_view collection) {
  for (const std::string_view name : planned) {
    if (name == collection) return true;
  }
  return false;
}

}  // namespace waybill::http
