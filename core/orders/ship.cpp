#include <algorithm>

#include "model/agent.hpp"
#include "model/computed.hpp"
#include "orders/instances.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

namespace {

/// What of a line is on shipments, the oldest first.
Posting shipment_items_of(const Store& store, Ref line) {
  static const Member& member = *shipment_item_type.find("orderItem");
  return store.table(TableId::shipment_items).find(member, line.value);
}

}  // namespace

List<Ref> serials_to_ship(const Store& store, const OrderItem& line, Ref line_ref, Decimal units) {
  std::vector<Ref> waiting;  // on a shipment that is not released
  for (const uint32_t row : shipment_items_of(store, line_ref)) {
    for (const Ref own : store.rows<ShipmentItem>().at(row).instances) waiting.push_back(own);
  }
  List<Ref> chosen;
  for (const Ref own : serials_in(store, line.instances, Phase::committed)) {
    const bool taken = std::find(waiting.begin(), waiting.end(), own) != waiting.end();
    if (taken || Decimal::from_int(chosen.size() + 1) > units) continue;
    chosen.push_back(own);
  }
  return chosen;
}

Decimal units_to_ship(const Store& store, Ref line) {
  Decimal units = units_in(store.at<OrderItem>(line).phases, Phase::committed);
  for (const uint32_t row : shipment_items_of(store, line)) {
    const ShipmentItem& item = store.rows<ShipmentItem>().at(row);
    units = add(units, units_in(item.phases, ShipmentPhase::new_).negated());
  }
  return units;
}

Ref insert_linked_item(Store& store, Ref shipment, const OrderItem& line, Ref line_ref,
                       Decimal units) {
  ShipmentItem item;
  item.shipment = shipment;
  item.product = line.product;
  item.order_item = line_ref;
  item.quantity = units;
  item.phases.push_back({units, static_cast<uint32_t>(ShipmentPhase::new_)});
  if (!line.instances.empty()) item.instances = serials_to_ship(store, line, line_ref, units);
  return store.insert(std::move(item));
}

void assign_shipped_serials(Context& context, Ref line) {
  Store& store = context.store;
  const auto rows = shipment_items_of(store, line);
  const std::vector<uint32_t> items(rows.begin(), rows.end());
  for (const uint32_t row : items) {
    store.update<ShipmentItem>(Ref::to(row), [](ShipmentItem& item) { item.instances.clear(); });
  }
  for (const uint32_t row : items) {
    const Decimal units = units_in(store.rows<ShipmentItem>().at(row).phases, ShipmentPhase::new_);
    const List<Ref> chosen = serials_to_ship(store, store.at<OrderItem>(line), line, units);
    store.update<ShipmentItem>(Ref::to(row), [&](ShipmentItem& item) { item.instances = chosen; });
  }
}

namespace {

/// Where a line's goods leave from: its stock owner's first root, else its seller (O-69).
struct Source {
  Ref place;
  Ref seller;  // when there is no place
  friend bool operator==(const Source&, const Source&) = default;
};

Source source_of(const Store& store, const TradeOrder& order, const OrderItem& item) {
  const Ref owner = stock::stock_owner(store, item.seller, order.supplier);
  if (const Ref place = stock::first_root(store, owner)) return {place, {}};
  return {{}, item.seller};
}

struct Part {
  Ref line;
  Decimal units;
};
struct Group {
  Source source;
  std::vector<Part> parts;
};

void create_shipment(Context& context, Ref order_ref, const Group& group) {
  Store& store = context.store;
  const TradeOrder& order = store.at<TradeOrder>(order_ref);
  const Ref seller = store.at<OrderItem>(group.parts.front().line).seller;
  ShipmentOrder shipment;
  shipment.sender = order.supplier;
  shipment.receiver = order.customer;
  shipment.orders.push_back(order_ref);
  shipment.timestamp = context.now;
  shipment.modified = context.now;
  shipment.carrier = order.carrier ? order.carrier : store.at<Agent>(seller).default_carrier;
  shipment.source = group.source.place;
  if (!shipment.source) {
    if (const Address* address = stock::place_address(store, seller)) {
      shipment.source_address.push_back(*address);
    }
  }
  shipment.destination = stock::first_root(store, order.customer);
  if (!shipment.destination) shipment.destination_address = order.delivery_addresses;
  const Ref ref = Ref::to(store.rows<ShipmentOrder>().size());
  for (const Part& part : group.parts) {
    shipment.items.push_back(
        insert_linked_item(store, ref, store.at<OrderItem>(part.line), part.line, part.units));
  }
  check(store.insert(std::move(shipment)) == ref);
  add_creation_record(context, ref);
  store.update<TradeOrder>(order_ref, [&](TradeOrder& row) { row.shipments.push_back(ref); });
}

/// Whether units of an order wait on a shipment.
bool has_new_units(const Store& store, Ref shipment, Ref order) {
  const List<Ref>& items = store.at<ShipmentOrder>(shipment).items;
  return std::any_of(items.begin(), items.end(), [&](Ref ref) {
    const ShipmentItem& item = store.at<ShipmentItem>(ref);
    return item.order_item && store.at<OrderItem>(item.order_item).order == order &&
           !units_in(item.phases, ShipmentPhase::new_).is_zero();
  });
}

}  // namespace

/// `createShipment` (O-67, O-68): one New shipment per source, of all Committed units that are on
/// none; a source that has a New shipment gets no second one.
Failure create_shipments(Context& context, Ref order_ref) {
  const Store& store = context.store;
  const TradeOrder& order = store.at<TradeOrder>(order_ref);
  bool any_new = false;
  std::vector<Ref> waiting;  // places with a New shipment of the order
  for (const Ref shipment : order.shipments) {
    if (!has_new_units(store, shipment, order_ref)) continue;
    any_new = true;
    waiting.push_back(store.at<ShipmentOrder>(shipment).source);
  }
  std::vector<Group> groups;
  for (const Ref line : items_of(store, order_ref)) {
    const OrderItem& item = store.at<OrderItem>(line);
    const Decimal units = units_to_ship(store, line);
    if (!units.is_positive()) continue;
    const Source source = source_of(store, order, item);
    const bool waits = std::find(waiting.begin(), waiting.end(), source.place) != waiting.end();
    if (source.place && waits) continue;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& own) { return own.source == source; });
    if (group == groups.end()) group = groups.insert(groups.end(), {source, {}});
    group->parts.push_back({line, units});
  }
  if (groups.empty() && !any_new) {
    return fail(Code::order_not_shippable, "No Committed units wait for a shipment.");
  }
  for (const Group& group : groups) create_shipment(context, order_ref, group);
  if (!groups.empty()) touch(context, order_ref);
  return {};
}

}  // namespace waybill::orders

namespace waybill::computed {

Value item_shipment_items(const View& view, TableId, uint32_t row) {
  std::vector<Value> items;
  for (const uint32_t item : orders::shipment_items_of(view.store, Ref::to(row))) {
    items.push_back(Value::entity(TableId::shipment_items, item));
  }
  return Value::values(view.arena.copy(items));
}

}  // namespace waybill::computed
