#include "base/limits.hpp"
#include "orders/instances.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "rules/compare.hpp"
#include "rules/quantity.hpp"

namespace waybill::orders {

namespace {

/// A stock place by its identifiers, or an address as `effectiveAddress` (O-69).
Failure read_place(Context& context, const JsonNode& node, Ref& place, List<Address>& address) {
  const JsonNode* written = node.type == JsonType::object && !context.json.find(node, "identifiers")
                                ? context.json.find(node, "effectiveAddress")
                                : nullptr;
  if (written == nullptr) {
    Result<Ref> named = resolve(context, TableId::stock_places, node);
    place = named.value;
    return std::move(named.failure);
  }
  if (written->type != JsonType::object) return failed_coercion(context, "an object", *written);
  Result<Address> read = read_address(context, *written, Code::invalid_value);
  if (read) address.push_back(read.value);
  return std::move(read.failure);
}

/// An item that ships part of an order's line, at most what waits for a shipment (O-72).
Result<Ref> read_linked_item(Context& context, const Body& body, Ref shipment, Decimal quantity) {
  Store& store = context.store;
  Result<Ref> line = resolve(context, TableId::order_items, *body.get("orderItem"));
  if (!line) return line;
  const OrderItem& item = store.at<OrderItem>(line.value);
  if (body.has("product")) {
    Result<Ref> product = resolve(context, TableId::products, *body.get("product"));
    if (!product) return product;
    if (product.value != item.product) {
      return fail(Code::invalid_value, "'product' is not that of the line in 'orderItem'.",
                  body.path("product"));
    }
  }
  const Decimal left = units_to_ship(store, line.value);
  if (quantity > left) {
    return fail(Code::order_not_shippable,
                "Of this line " + left.str() + " Committed units wait for a shipment.",
                body.path("quantity"));
  }
  if (!go_whole(quantity, left, serials_to_ship(store, item, line.value, left).size())) {
    return not_whole(body.path("quantity"));
  }
  return insert_linked_item(store, shipment, item, line.value, quantity);
}

Result<Ref> read_item(Context& context, const JsonNode& node, Ref shipment) {
  Store& store = context.store;
  Result<Body> body = Body::read(context, shipment_item_type, node, Body::Purpose::create);
  if (!body) return std::move(body.failure);
  const bool linked = body.value.has("orderItem");
  if (!linked && !body.value.has("product")) return missing_member(context, node, "product");
  if (!body.value.has("quantity")) return missing_member(context, node, "quantity");
  Result<Decimal> quantity = read_quantity(body.value, "quantity");
  if (!quantity) return std::move(quantity.failure);
  Identifiers identifiers;
  if (Failure failure =
          assign_identifiers(context, body.value, {}, TableId::shipment_items, {}, identifiers)) {
    return failure;
  }
  if (linked) {
    Result<Ref> item = read_linked_item(context, body.value, shipment, quantity.value);
    if (!item) return item;
    store.update<ShipmentItem>(item.value,
                               [&](ShipmentItem& row) { row.identifiers = identifiers; });
    return item;
  }
  ShipmentItem row;
  row.shipment = shipment;
  row.identifiers = identifiers;
  if (Failure failure = assign_members(context, body.value, &row, true)) return failure;
  row.phases.push_back({*row.quantity, static_cast<uint32_t>(ShipmentPhase::new_)});
  return store.insert(std::move(row));
}

/// What a shipment must say (O-71).
Failure check_required(Context& context, const Body& body) {
  for (const std::string_view member : {"sender", "receiver", "items"}) {
    if (body.has(member)) continue;
    Failure failure = missing_member(context, body.object(), member);
    const std::string_view alias = shipment_order_type.find(member)->alias;
    if (!alias.empty()) {
      failure->details =
          "'" + std::string(member) + "' (or '" + std::string(alias) + "') is required.";
    }
    return failure;
  }
  return {};
}

/// Everything of a shipment but its items.
Failure read_head(Context& context, const Body& body, ShipmentOrder& shipment) {
  for (const std::string_view member : {"sender", "receiver", "carrier", "labels"}) {
    if (!body.has(member)) continue;
    if (Failure failure = assign_member(context, *shipment_order_type.find(member), &shipment,
                                        *body.get(member))) {
      return failure;
    }
  }
  if (Failure failure = check_labels(context, {}, shipment.labels, "ShipmentOrder", body)) {
    return failure;
  }
  shipment.timestamp = context.now;
  shipment.modified = context.now;
  if (!body.has("source")) {
    const Ref owner = stock::stock_owner(context.store, shipment.sender, Ref{});
    shipment.source = stock::first_root(context.store, owner);
  } else if (Failure failure = read_place(context, *body.get("source"), shipment.source,
                                          shipment.source_address)) {
    return failure;
  }
  if (!body.has("destination")) return {};
  return read_place(context, *body.get("destination"), shipment.destination,
                    shipment.destination_address);
}

/// Its items, and the orders whose lines are among them.
Failure read_items(Context& context, const JsonNode& list, Ref ref, ShipmentOrder& shipment) {
  const Store& store = context.store;
  for (const JsonNode* node = context.json.first(list); node != nullptr;
       node = context.json.next(*node)) {
    Result<Ref> item = read_item(context, *node, ref);
    if (!item) return std::move(item.failure);
    shipment.items.push_back(item.value);
    const Ref line = store.at<ShipmentItem>(item.value).order_item;
    const Ref order = line ? store.at<OrderItem>(line).order : Ref{};
    if (order && !shipment.orders.contains(order)) shipment.orders.push_back(order);
  }
  return {};
}

}  // namespace

Result<Ref> create_shipment_order(Context& context, const Body& body,
                                  const Identifiers& path_identifiers) {
  Store& store = context.store;
  ShipmentOrder shipment;
  shipment.identifiers = path_identifiers;
  if (Failure failure = assign_identifiers(context, body, {}, TableId::shipment_orders, {},
                                           shipment.identifiers)) {
    return failure;
  }
  if (Failure failure = check_required(context, body)) return failure;
  const JsonNode& items = *body.get("items");
  if (items.count == 0) {
    return fail(Code::empty_array, "Must have at least 1 item", body.path("items"));
  }
  if (Failure failure = check_count(context, items, limits::list_elements)) return failure;
  if (Failure failure = read_head(context, body, shipment)) return failure;
  const Ref ref = Ref::to(store.rows<ShipmentOrder>().size());
  if (Failure failure = read_items(context, items, ref, shipment)) return failure;
  const List<Ref> orders = shipment.orders;
  check(store.insert(std::move(shipment)) == ref);
  add_creation_record(context, ref);
  for (const Ref order : orders) {
    store.update<TradeOrder>(order, [&](TradeOrder& row) { row.shipments.push_back(ref); });
    touch(context, order);
  }
  return ref;
}

namespace {

bool place_differs(Context& context, Ref own, const List<Address>& own_address,
                   const JsonNode* node) {
  if (node == nullptr || node->type == JsonType::null) return false;
  Ref place;
  List<Address> address;
  return read_place(context, *node, place, address) || place != own || address != own_address;
}

bool item_differs(Context& context, const ShipmentItem& own, const JsonNode& sent) {
  const Result<Body> body = Body::read(context, shipment_item_type, sent, Body::Purpose::update);
  return !body || differs(context, body.value, &own,
                          [](const Member& member) { return member.kind != Kind::identifiers; });
}

}  // namespace

void report_fixed(Context& context, const JsonNode& node) {
  context.hint("T-O-16", context.json.path(node), "dropped: it does not change later");
}

namespace {

void report_differences(Context& context, const ShipmentOrder& own, const Body& body) {
  const auto report = [&](const JsonNode& node) { report_fixed(context, node); };
  each_difference(
      context, body, &own,
      [](const Member& member) {
        return member.name != "items" && member.name != "labels" &&
               member.kind != Kind::identifiers;
      },
      report);
  const JsonNode* source = body.get("source");
  if (place_differs(context, own.source, own.source_address, source)) report(*source);
  const JsonNode* destination = body.get("destination");
  if (place_differs(context, own.destination, own.destination_address, destination)) {
    report(*destination);
  }
  each_item_difference(
      context, body, own.items,
      [&](Ref item, const JsonNode& sent) {
        return item_differs(context, context.store.at<ShipmentItem>(item), sent);
      },
      report);
}

}  // namespace

Failure update_shipment_order(Context& context, Ref ref, const Body& body) {
  Store& store = context.store;
  report_differences(context, store.at<ShipmentOrder>(ref), body);
  ShipmentOrder changed = store.at<ShipmentOrder>(ref);
  if (Failure failure = assign_identifiers(context, body, {}, TableId::shipment_orders, ref,
                                           changed.identifiers)) {
    return failure;
  }
  if (Failure failure = assign_members(context, body, &changed, false)) return failure;
  const List<Ref>& before = store.at<ShipmentOrder>(ref).labels;
  if (Failure failure = check_labels(context, before, changed.labels, "ShipmentOrder", body)) {
    return failure;
  }
  if (changed == store.at<ShipmentOrder>(ref)) return {};
  changed.modified = context.now;
  store.update<ShipmentOrder>(ref, [&](ShipmentOrder& row) { row = changed; });
  return {};
}

}  // namespace waybill::orders
