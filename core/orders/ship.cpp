#include <algorithm>

#include "model/agent.hpp"
#include "model/catalog.hpp"
#include "model/computed.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "rules/compare.hpp"
#include "rules/quantity.hpp"

namespace waybill::orders {

namespace {

/// What of a line is on shipments, the oldest first.
Posting shipment_items_of(const Store& store, Ref line) {
  static const Member& member = *shipment_item_type.find("orderItem");
  return store.table(TableId::shipment_items).find(member, line.value);
}

Ref add_record(Context& context, Ref shipment, ShipmentEvent event) {
  ShipmentRecord record;
  record.shipment = shipment;
  record.timestamp = context.now;
  record.event = static_cast<uint32_t>(event);
  const Ref ref = context.store.insert(std::move(record));
  context.store.update<ShipmentOrder>(shipment, [&](ShipmentOrder& row) {
    row.records.push_back(ref);
    row.modified = context.now;
  });
  return ref;
}

/// Units of a line that are on shipments but not shipped yet.
Decimal on_new_shipments(const Store& store, Ref line) {
  Decimal units;
  for (const uint32_t row : shipment_items_of(store, line)) {
    const ShipmentItem& item = store.rows<ShipmentItem>().at(row);
    units = add(units, units_in(item.phases, ShipmentPhase::new_));
  }
  return units;
}

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

const Address* address_of(const Store& store, Ref agent) {
  const AgentAddresses& own = store.at<Agent>(agent).addresses;
  if (own.visiting.line1) return &own.visiting;
  return own.main.line1 ? &own.main : nullptr;
}

struct Part {
  Ref line;
  Decimal units;
};
struct Group {
  Source source;
  std::vector<Part> parts;
};

Ref insert_item(Store& store, Ref shipment, const OrderItem& line, Ref line_ref, Decimal units) {
  ShipmentItem item;
  item.shipment = shipment;
  item.product = line.product;
  item.order_item = line_ref;
  item.quantity = units;
  item.phases.push_back({units, static_cast<uint32_t>(ShipmentPhase::new_)});
  if (!line.instances.empty()) item.serial = line.instances[0].imei;
  return store.insert(std::move(item));
}

void create_shipment(Context& context, Ref order_ref, const Group& group) {
  Store& store = context.store;
  const TradeOrder& order = store.at<TradeOrder>(order_ref);
  const Ref seller = store.at<OrderItem>(group.parts.front().line).seller;
  ShipmentOrder shipment;
  shipment.sender = order.supplier;
  shipment.receiver = order.customer;
  shipment.order = order_ref;
  shipment.timestamp = context.now;
  shipment.modified = context.now;
  shipment.carrier = order.carrier ? order.carrier : store.at<Agent>(seller).default_carrier;
  shipment.source = group.source.place;
  if (!shipment.source) {
    if (const Address* address = address_of(store, seller)) {
      shipment.source_address.push_back(*address);
    }
  }
  shipment.destination = stock::first_root(store, order.customer);
  if (!shipment.destination) shipment.destination_address = order.delivery_addresses;
  const Ref ref = Ref::to(store.rows<ShipmentOrder>().size());
  for (const Part& part : group.parts) {
    shipment.items.push_back(
        insert_item(store, ref, store.at<OrderItem>(part.line), part.line, part.units));
  }
  check(store.insert(std::move(shipment)) == ref);
  add_record(context, ref, ShipmentEvent::create);
  store.update<TradeOrder>(order_ref, [&](TradeOrder& row) { row.shipments.push_back(ref); });
}

}  // namespace

/// `createShipment` (O-67, O-68): one New shipment per source, of all Committed units that are on
/// none; a source that has a New shipment gets no second one.
Failure create_shipments(Context& context, Ref order_ref) {
  const Store& store = context.store;
  const TradeOrder& order = store.at<TradeOrder>(order_ref);
  std::vector<Source> waiting;  // sources with a New shipment
  for (const Ref shipment : order.shipments) {
    for (const Ref ref : store.at<ShipmentOrder>(shipment).items) {
      const ShipmentItem& item = store.at<ShipmentItem>(ref);
      if (units_in(item.phases, ShipmentPhase::new_).is_zero() || !item.order_item) continue;
      const Source source = source_of(store, order, store.at<OrderItem>(item.order_item));
      if (std::find(waiting.begin(), waiting.end(), source) == waiting.end()) {
        waiting.push_back(source);
      }
    }
  }
  std::vector<Group> groups;
  for (const Ref line : items_of(store, order_ref)) {
    const OrderItem& item = store.at<OrderItem>(line);
    const Decimal committed = units_in(item.phases, Phase::committed);
    const Decimal units = add(committed, on_new_shipments(store, line).negated());
    if (!units.is_positive()) continue;
    const Source source = source_of(store, order, item);
    if (std::find(waiting.begin(), waiting.end(), source) != waiting.end()) continue;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& own) { return own.source == source; });
    if (group == groups.end()) group = groups.insert(groups.end(), {source, {}});
    group->parts.push_back({line, units});
  }
  if (groups.empty() && waiting.empty()) {
    return fail(Code::order_not_shippable, "No Committed units wait for a shipment.");
  }
  for (const Group& group : groups) create_shipment(context, order_ref, group);
  if (!groups.empty()) touch(context, order_ref);
  return {};
}

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
  for (const std::string_view member : {"sender", "receiver", "carrier"}) {
    if (!body.has(member)) continue;
    if (Failure failure = assign_member(context, *shipment_order_type.find(member), &shipment,
                                        *body.get(member))) {
      return failure;
    }
  }
  if (body.get("items")->count == 0) {
    return fail(Code::empty_array, "Must have at least 1 item", body.path("items"));
  }
  shipment.timestamp = context.now;
  shipment.modified = context.now;
  if (body.has("source")) {
    if (Failure failure =
            read_place(context, *body.get("source"), shipment.source, shipment.source_address)) {
      return failure;
    }
  } else {
    shipment.source = stock::first_root(store, stock::stock_owner(store, shipment.sender, Ref{}));
  }
  if (body.has("destination")) {
    if (Failure failure = read_place(context, *body.get("destination"), shipment.destination,
                                     shipment.destination_address)) {
      return failure;
    }
  }
  const Ref ref = Ref::to(store.rows<ShipmentOrder>().size());
  for (const JsonNode* node = context.json.first(*body.get("items")); node != nullptr;
       node = context.json.next(*node)) {
    Result<Body> item = Body::read(context, shipment_item_type, *node, Body::Purpose::create);
    if (!item) return std::move(item.failure);
    for (const std::string_view member : {"product", "quantity"}) {
      if (!item.value.has(member)) return missing_member(context, *node, member);
    }
    ShipmentItem row;
    row.shipment = ref;
    if (Failure failure = assign_members(context, item.value, &row, true)) return failure;
    if (Result<Decimal> quantity = read_quantity(item.value, "quantity"); !quantity) {
      return std::move(quantity.failure);
    }
    if (Failure failure = assign_identifiers(context, item.value, {}, TableId::shipment_items, {},
                                             row.identifiers)) {
      return failure;
    }
    row.phases.push_back({*row.quantity, static_cast<uint32_t>(ShipmentPhase::new_)});
    shipment.items.push_back(store.insert(std::move(row)));
  }
  check(store.insert(std::move(shipment)) == ref);
  add_record(context, ref, ShipmentEvent::create);
  return ref;
}

namespace {

/// What a release takes out of one owner's stock, product by product.
struct Move {
  Ref owner, product, source, item;
  Decimal units;
};

std::vector<Move> moves_of(const Store& store, Ref shipment_ref) {
  const ShipmentOrder& shipment = store.at<ShipmentOrder>(shipment_ref);
  std::vector<Move> moves;
  for (const Ref ref : shipment.items) {
    const ShipmentItem& item = store.at<ShipmentItem>(ref);
    const Decimal units = units_in(item.phases, ShipmentPhase::new_);
    if (units.is_zero() || !stock::is_tracked(store, item.product)) continue;
    Ref owner;
    if (item.order_item) {
      const OrderItem& line = store.at<OrderItem>(item.order_item);
      owner = managed_owner(store, store.at<TradeOrder>(line.order), line);
    } else {
      owner = shipment.source ? stock::owner_of_place(store, shipment.source) : Ref{};
      if (!owner) owner = stock::stock_owner(store, shipment.sender, Ref{});
    }
    if (owner) moves.push_back({owner, item.product, shipment.source, ref, units});
  }
  return moves;
}

/// Stock leaves: physical for an order's shipment, available for a direct one (C-74).
Failure move_stock(Context& context, Ref shipment_ref) {
  Store& store = context.store;
  std::vector<stock::Shortage> shortages;
  for (const Move& move : moves_of(store, shipment_ref)) {
    const ShipmentItem& item = store.at<ShipmentItem>(move.item);
    const bool linked = static_cast<bool>(item.order_item);
    const Decimal enough = linked ? stock::physical(store, move.owner, move.product)
                                  : stock::available(store, move.owner, move.product);
    if (enough < move.units) {
      shortages.push_back({move.product,
                           linked ? store.at<OrderItem>(item.order_item).seller
                                  : store.at<ShipmentOrder>(shipment_ref).sender,
                           move.units,
                           enough,
                           {}});
      continue;
    }
    stock::withdraw(store, move.owner, {move.source, move.product, item.serial, move.units});
  }
  if (shortages.empty()) return {};
  return stock::insufficient(context, shortages);
}

/// `release` (O-73, O-78): all New units are shipped, linked lines become Fulfilled.
Failure release(Context& context, Ref shipment_ref) {
  Store& store = context.store;
  const List<Ref> items = store.at<ShipmentOrder>(shipment_ref).items;
  bool any = false;
  for (const Ref item : items) {
    any = any || !units_in(store.at<ShipmentItem>(item).phases, ShipmentPhase::new_).is_zero();
  }
  if (!any) {
    return fail(Code::shipment_not_releasable, "The shipment has no New units to release.");
  }
  if (Failure failure = move_stock(context, shipment_ref)) return failure;
  for (const Ref ref : items) {
    const Decimal units = units_in(store.at<ShipmentItem>(ref).phases, ShipmentPhase::new_);
    if (units.is_zero()) continue;
    const Ref line = store.at<ShipmentItem>(ref).order_item;
    store.update<ShipmentItem>(ref, [&](ShipmentItem& row) {
      move_units(row.phases, static_cast<uint32_t>(ShipmentPhase::new_),
                 static_cast<uint32_t>(ShipmentPhase::released), units);
    });
    if (!line) continue;
    release_hold(context, line, units);
    store.update<OrderItem>(line, [&](OrderItem& row) {
      move_units(row.phases, Phase::committed, Phase::fulfilled, units);
    });
  }
  add_record(context, shipment_ref, ShipmentEvent::release);
  if (const Ref order = store.at<ShipmentOrder>(shipment_ref).order) touch(context, order);
  return {};
}

}  // namespace

Failure run_shipment_actions(Context& context, Ref shipment, const JsonNode& actions) {
  if (actions.type != JsonType::object) {
    return fail(Code::invalid_action_payload, "Actions are an object: {\"release\":true}.",
                context.json.path(actions));
  }
  const JsonNode* payload = nullptr;
  for (const JsonNode* each = context.json.first(actions); each != nullptr;
       each = context.json.next(*each)) {
    if (each->key.starts_with('@')) continue;
    if (each->key != "release") {
      Failure failure = fail(Code::unknown_action,
                             "There is no action '" + std::string(each->key.substr(0, 64)) + "'.",
                             context.json.path(*each));
      failure->suggestion = "A shipment order has the action 'release'.";
      return failure;
    }
    payload = each;
  }
  report_no_action(context, actions);
  if (payload == nullptr) return {};
  const bool object = payload->type == JsonType::object && payload->count == 0;
  if (!object && payload->type != JsonType::boolean && payload->type != JsonType::null) {
    return fail(Code::invalid_action_payload, "'release' takes true.", context.json.path(*payload));
  }
  if (!object && !payload->truth) {
    context.hint("T-O-8", context.json.path(*payload), "false or null: nothing was run");
    return {};
  }
  return release(context, shipment);
}

namespace {

bool place_differs(Context& context, Ref own, const List<Address>& own_address,
                   const JsonNode* node) {
  if (node == nullptr) return false;
  if (node->type == JsonType::null) return own || !own_address.empty();
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
  context.hint("T-O-16", context.json.path(node), "dropped: only identifiers change later");
}

void report_shipment_differences(Context& context, const ShipmentOrder& own, const Body& body) {
  const auto report = [&](const JsonNode& node) { report_fixed(context, node); };
  each_difference(
      context, body, &own,
      [](const Member& member) {
        return member.name != "items" && member.kind != Kind::identifiers;
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

}  // namespace waybill::orders

namespace waybill {

namespace {

/// O-75: one phase, or Partially and the most advanced one.
Value summary(const View& view, uint32_t present) {
  uint32_t most = 0;
  for (uint32_t phase = 0; phase < shipment_phase_count; ++phase) {
    if ((present >> phase & 1) != 0) most = phase;
  }
  const std::string_view name = shipment_phase_name(static_cast<ShipmentPhase>(most));
  const bool mixed = (present & (present - 1)) != 0;
  const std::vector<Value> status{
      Value::of(mixed ? view.arena.copy("Partially" + std::string(name)) : name)};
  return Value::values(view.arena.copy(status));
}

uint32_t phases_present(const ShipmentItem& item) {
  uint32_t present = 0;
  for (const PhaseRow& row : item.phases) present |= 1u << row.phase;
  return present;
}

/// A stock place, or a bare address as a place of its own (O-69).
Value place(Ref stock_place, const List<Address>& address) {
  if (stock_place) return Value::entity(TableId::stock_places, stock_place);
  return address.empty() ? Value{} : Value::object(place_type, &address[0]);
}

}  // namespace

namespace computed {

Value shipment_status(const View& view, TableId, uint32_t row) {
  uint32_t present = 0;
  const List<Ref>& items = view.store.rows<ShipmentOrder>().at(row).items;
  view.spend(items.size());
  for (const Ref item : items) {
    present |= phases_present(view.store.at<ShipmentItem>(item));
  }
  return summary(view, present);
}

Value shipment_item_status(const View& view, TableId, uint32_t row) {
  return summary(view, phases_present(view.store.rows<ShipmentItem>().at(row)));
}

Value shipment_source(const View& view, TableId, uint32_t row) {
  const ShipmentOrder& shipment = view.store.rows<ShipmentOrder>().at(row);
  return place(shipment.source, shipment.source_address);
}

Value shipment_destination(const View& view, TableId, uint32_t row) {
  const ShipmentOrder& shipment = view.store.rows<ShipmentOrder>().at(row);
  return place(shipment.destination, shipment.destination_address);
}

/// What `GET …/actions` answers (O-50, O-73).
Value shipment_actions(const View& view, TableId, uint32_t row) {
  bool available = false;
  for (const Ref item : view.store.rows<ShipmentOrder>().at(row).items) {
    const Phases& phases = view.store.at<ShipmentItem>(item).phases;
    available = available || !orders::units_in(phases, ShipmentPhase::new_).is_zero();
  }
  Bytes out("{\"@type\":\"shipment order actions\",\"release\":{\"available\":");
  out += available ? "true}}" : "false,\"code\":\"ShipmentNotReleasable\"}}";
  return Value::of(view.arena.copy(out.view()), ValueKind::json);
}

Value shipment_orders_of(const View& view, TableId, uint32_t row) {
  std::vector<Value> orders;
  const Ref order = view.store.rows<ShipmentOrder>().at(row).order;
  if (order) orders.push_back(Value::entity(TableId::trade_orders, order));
  return Value::values(view.arena.copy(orders));
}

Value item_shipment_items(const View& view, TableId, uint32_t row) {
  std::vector<Value> items;
  for (const uint32_t item : orders::shipment_items_of(view.store, Ref::to(row))) {
    items.push_back(Value::entity(TableId::shipment_items, item));
  }
  return Value::values(view.arena.copy(items));
}

Value record_actions(const View& view, TableId, uint32_t row) {
  const auto event = static_cast<ShipmentEvent>(view.store.rows<ShipmentRecord>().at(row).event);
  return Value::of(view.arena.copy("{\"" + std::string(shipment_event_name(event)) + "\":{}}"),
                   ValueKind::json);
}

Value record_orders(const View& view, TableId, uint32_t row) {
  const std::vector<Value> orders{
      Value::entity(TableId::shipment_orders, view.store.rows<ShipmentRecord>().at(row).shipment)};
  return Value::values(view.arena.copy(orders));
}

}  // namespace computed
}  // namespace waybill
