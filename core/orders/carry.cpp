#include <algorithm>
#include <map>

#include "base/limits.hpp"
#include "model/catalog.hpp"
#include "model/instance.hpp"
#include "orders/instances.hpp"
#include "orders/move.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "rules/quantity.hpp"
#include "stock/movement.hpp"

/// What happens to a shipment: a release, and what its carrier reports (O-73, O-75 to O-79).
namespace waybill::orders {

namespace {

/// What a record does to units, and what refuses it (O-77).
struct Passage {
  ShipmentEvent event;
  std::vector<ShipmentPhase> from;  // in the order in which they are taken
  ShipmentPhase to;
  Code refused;
  std::string_view details;
};

const Passage passages[] = {
    {ShipmentEvent::release,
     {ShipmentPhase::new_},
     ShipmentPhase::released,
     Code::shipment_not_releasable,
     "The shipment has no New units to release."},
    {ShipmentEvent::transit,
     {ShipmentPhase::released},
     ShipmentPhase::transiting,
     Code::shipment_transition_not_allowed,
     "Only Released units can go into transit."},
    {ShipmentEvent::acquire,
     {ShipmentPhase::transiting, ShipmentPhase::released},
     ShipmentPhase::acquired,
     Code::shipment_transition_not_allowed,
     "Only units that are Released or Transiting can be acquired."},
};

const Passage& release_passage() {
  return passages[0];
}

/// Units of one item of a shipment.
struct Part {
  Ref item;
  Decimal units;
};

Decimal admissible(const ShipmentItem& item, const Passage& passage) {
  Decimal units;
  for (const ShipmentPhase from : passage.from) units = add(units, units_in(item.phases, from));
  return units;
}

/// All units that a record may move.
std::vector<Part> all_parts(const Store& store, Ref shipment, const Passage& passage) {
  std::vector<Part> parts;
  for (const Ref item : store.at<ShipmentOrder>(shipment).items) {
    const Decimal units = admissible(store.at<ShipmentItem>(item), passage);
    if (!units.is_zero()) parts.push_back({item, units});
  }
  return parts;
}

/// Records stand in the order of their times (O-76).
Ref add_record(Context& context, Ref shipment, ShipmentRecord record) {
  Store& store = context.store;
  record.shipment = shipment;
  const Instant at = *record.timestamp;
  const Ref ref = store.insert(std::move(record));
  const List<Ref>& earlier = store.at<ShipmentOrder>(shipment).records;
  uint32_t position = earlier.size();
  while (position > 0 && *store.at<ShipmentRecord>(earlier[position - 1]).timestamp > at) {
    --position;
  }
  store.update<ShipmentOrder>(shipment, [&](ShipmentOrder& row) {
    row.records.insert(position, ref);
    row.modified = context.now;
  });
  return ref;
}

/// Whose stock a released item leaves: where a line's units are held, if that still is anybody's
/// stock; else where they would be now; none: nothing moves (C-71, C-74).
Ref owner_of(const Store& store, Ref shipment_ref, const ShipmentItem& item) {
  if (!stock::is_tracked(store, item.product)) return {};
  if (item.order_item) {
    const OrderItem& line = store.at<OrderItem>(item.order_item);
    if (line.held && stock::first_root(store, line.hold_owner)) return line.hold_owner;
    return managed_owner(store, store.at<TradeOrder>(line.order), line);
  }
  const ShipmentOrder& shipment = store.at<ShipmentOrder>(shipment_ref);
  const Ref owner = shipment.source ? stock::owner_of_place(store, shipment.source) : Ref{};
  return owner ? owner : stock::stock_owner(store, shipment.sender, Ref{});
}

/// O-31: a product whose serial numbers are registered when it goes out.
Failure check_serials(const Store& store, const ShipmentItem& item, Decimal units) {
  if (!item.order_item || !stock::registers_outgoing(store, item.product)) return {};
  const auto known = serials_in(store, item.instances, Phase::committed, units).size();
  if (Decimal::from_int(static_cast<int64_t>(known)) >= units) return {};
  const Text name = store.at<Product>(item.product).name;
  Failure failure = fail(Code::serial_number_required,
                         std::string(store.view(name)) +
                             " is shipped with serial numbers: its line names too few of them.");
  const bool editable = is_editable(store.at<OrderItem>(item.order_item));
  failure->suggestion = editable ? "PATCH the order's line with productInstances."
                                 : "Units of the line have left, so the others cannot be numbered "
                                   "any more; tryCancel takes them out of the order.";
  return failure;
}

/// What a release takes out of the stock of one product at one owner.
struct Leaving {
  Ref owner;
  Decimal physical, available;  // what there is after the earlier items
  stock::Withdrawal goods;
};

/// Stock leaves: physical for an order's units, available for a direct shipment's (C-74).
class StockTaker {
 public:
  StockTaker(Context& context, Ref shipment)
      : context_(context), store_(context.store), shipment_(shipment) {}

  Failure take(const std::vector<Part>& parts) {
    for (const Part& part : parts) claim(part);
    if (!shortages_.empty()) return stock::insufficient(context_, shortages_);
    stock::Movement movement(context_, stock::SystemReason::shipment);
    for (const Leaving& each : leaving_) movement.take(each.owner, each.goods);
    movement.end();
    return {};
  }

 private:
  void claim(const Part& part) {
    const ShipmentItem& item = store_.at<ShipmentItem>(part.item);
    const Ref owner = owner_of(store_, shipment_, item);
    if (!owner) return;
    Leaving& leaving = leaving_of(owner, item.product);
    const Ref line = item.order_item;
    const Decimal enough =
        line || leaving.physical < leaving.available ? leaving.physical : leaving.available;
    if (enough < part.units) {
      const Ref seller =
          line ? store_.at<OrderItem>(line).seller : store_.at<ShipmentOrder>(shipment_).sender;
      shortages_.push_back({item.product, seller, part.units, enough, {}});
      return;
    }
    const Decimal less = part.units.negated();
    leaving.physical = add(leaving.physical, less);
    const bool held = line && store_.at<OrderItem>(line).held;  // is not available anyway
    if (!held) leaving.available = add(leaving.available, less);
    leaving.goods.units = add(leaving.goods.units, part.units);
    const List<Ref> serials = serials_in(store_, item.instances, Phase::committed, part.units);
    if (serials.empty() || !stock::has_units(store_, owner, item.product)) return;  // C-76
    for (const Ref own : serials) {
      const Text serial = store_.at<ProductInstance>(own).serial;
      if (claim_unit(leaving, item, serial)) continue;
      shortages_.push_back({item.product, store_.at<OrderItem>(line).seller, Decimal::from_int(1),
                            Decimal(), serial});
    }
  }

  /// The unit of that serial number; one that was never registered is among the goods that are not.
  bool claim_unit(Leaving& leaving, const ShipmentItem& item, Text serial) {
    std::vector<Text>& named = leaving.goods.named;
    const auto standing =
        stock::standing(store_, leaving.owner, item.product, serial, item.order_item);
    if (standing == stock::Standing::free) {
      if (std::find(named.begin(), named.end(), serial) != named.end()) return false;
      named.push_back(serial);
      return true;
    }
    if (standing == stock::Standing::gone) return false;
    const Decimal with_it = add(leaving.goods.loose, Decimal::from_int(1));
    if (stock::loose(store_, leaving.owner, item.product) < with_it) return false;
    leaving.goods.loose = with_it;
    return true;
  }

  Leaving& leaving_of(Ref owner, Ref product) {
    const auto [place, is_new] = places_.try_emplace(Pair{owner, product}.key(), leaving_.size());
    if (is_new) {
      leaving_.push_back({owner,
                          stock::physical(store_, owner, product),
                          stock::available(store_, owner, product),
                          {store_.at<ShipmentOrder>(shipment_).source, product, {}, {}, {}}});
    }
    return leaving_[place->second];
  }

  Context& context_;
  Store& store_;
  Ref shipment_;
  std::vector<Leaving> leaving_;
  std::map<uint64_t, size_t> places_;  // in it, by owner and product
  std::vector<stock::Shortage> shortages_;
};

/// O-78: what is released of an order's line is Fulfilled.
void fulfill_lines(Context& context, Ref shipment, const std::vector<Part>& parts) {
  Store& store = context.store;
  std::map<uint32_t, std::vector<Part>> parts_of;  // by order
  for (const Part& part : parts) {
    const Ref line = store.at<ShipmentItem>(part.item).order_item;
    if (line) parts_of[store.at<OrderItem>(line).order.value].push_back(part);
  }
  for (const Ref order : List<Ref>(store.at<ShipmentOrder>(shipment).orders)) {
    Move move(context, order, RecordAction::fulfill);
    for (const Part& part : parts_of[order.value]) {
      const ShipmentItem& item = store.at<ShipmentItem>(part.item);
      const Ref line = item.order_item;
      const List<Ref> instances = item.instances;
      release_hold(context, line, part.units);
      move.units(line, Phase::committed, Phase::fulfilled, part.units, {&instances});
      release_units(context, line);
    }
    move.end();
  }
}

/// The serial numbers of the units that arrive next: those that arrived before are the first ones.
std::vector<Text> arriving_serials(const Store& store, const ShipmentItem& item, const Part& part) {
  const Decimal before = units_in(item.phases, ShipmentPhase::acquired);
  std::vector<Text> serials;
  for (uint32_t i = 0; i < item.instances.size(); ++i) {
    const Text serial = store.at<ProductInstance>(item.instances[i]).serial;
    const Decimal count = Decimal::from_int(int64_t{i} + 1);
    const bool next = count > before && count <= add(before, part.units);
    if (next && stock::is_away(store, item.product, serial)) serials.push_back(serial);
  }
  return serials;
}

/// O-79: what arrives at a stock place is on stock there.
Failure put_stock(Context& context, Ref shipment_ref, const std::vector<Part>& parts) {
  const Store& store = context.store;
  const Ref place = store.at<ShipmentOrder>(shipment_ref).destination;
  const Ref owner = place ? stock::owner_of_place(store, place) : Ref{};
  if (!owner) return {};
  stock::Movement movement(context, stock::SystemReason::shipment);
  for (const Part& part : parts) {
    const ShipmentItem& item = store.at<ShipmentItem>(part.item);
    if (!stock::is_tracked(store, item.product)) continue;
    if (!movement.put(owner, place, item.product, part.units,
                      arriving_serials(store, item, part))) {
      return stock::level_too_high();
    }
  }
  movement.end();
  return {};
}

void move_shipment_units(Store& store, const Part& part, const Passage& passage) {
  store.update<ShipmentItem>(part.item, [&](ShipmentItem& row) {
    Decimal left = part.units;
    for (const ShipmentPhase from : passage.from) {
      const Decimal here = units_in(row.phases, from);
      const Decimal units = here < left ? here : left;
      if (units.is_zero()) continue;
      move_units(row.phases, static_cast<uint32_t>(from), static_cast<uint32_t>(passage.to), units);
      left = add(left, units.negated());
    }
  });
}

/// Moves units on, with all that follows from it; there are enough of them.
Failure pass(Context& context, Ref shipment, const Passage& passage,
             const std::vector<Part>& parts) {
  Store& store = context.store;
  if (passage.event == ShipmentEvent::release) {
    for (const Part& part : parts) {
      if (Failure failure = check_serials(store, store.at<ShipmentItem>(part.item), part.units)) {
        return failure;
      }
    }
    if (Failure failure = StockTaker(context, shipment).take(parts)) return failure;
    fulfill_lines(context, shipment, parts);
  }
  if (passage.event == ShipmentEvent::acquire) {
    if (Failure failure = put_stock(context, shipment, parts)) return failure;
  }
  for (const Part& part : parts) move_shipment_units(store, part, passage);
  return {};
}

}  // namespace

void add_creation_record(Context& context, Ref shipment) {
  ShipmentRecord record;
  record.timestamp = context.now;
  record.event = static_cast<uint32_t>(ShipmentEvent::create);
  add_record(context, shipment, std::move(record));
}

namespace {

/// The `release` of `PATCH …/actions`; null: none is to be run.
Result<const JsonNode*> read_release(Context& context, const JsonNode& actions) {
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
      failure->suggestion =
          "A shipment order has the action 'release'; carriers report with POST .../records.";
      return failure;
    }
    payload = each;
  }
  report_no_action(context, actions);
  if (payload == nullptr || (payload->type == JsonType::object && payload->count == 0)) {
    return payload;
  }
  if (payload->type != JsonType::boolean && payload->type != JsonType::null) {
    return fail(Code::invalid_action_payload, "'release' takes true.", context.json.path(*payload));
  }
  if (payload->truth) return payload;
  context.hint("T-O-8", context.json.path(*payload), "false or null: nothing was run");
  return nullptr;
}

}  // namespace

Failure run_shipment_actions(Context& context, Ref shipment, const JsonNode& actions) {
  Result<const JsonNode*> payload = read_release(context, actions);
  if (!payload || payload.value == nullptr) return std::move(payload.failure);
  const Passage& passage = release_passage();
  const std::vector<Part> parts = all_parts(context.store, shipment, passage);
  if (parts.empty()) return fail(passage.refused, std::string(passage.details));
  if (Failure failure = pass(context, shipment, passage, parts)) return failure;
  ShipmentRecord record;
  record.timestamp = context.now;
  record.event = static_cast<uint32_t>(passage.event);
  for (const Part& part : parts) record.items.push_back(part.item);
  add_record(context, shipment, std::move(record));
  return {};
}

namespace {

/// Reads a record that somebody sends (O-77).
class RecordReader {
 public:
  RecordReader(Context& context, const Body& body)
      : context_(context), store_(context.store), body_(body) {}

  /// The one key of `actions`.
  Result<const Passage*> read_passage() {
    const JsonNode* actions = body_.get("actions");
    const JsonNode* only =
        actions != nullptr && actions->type == JsonType::object && actions->count == 1
            ? context_.json.first(*actions)
            : nullptr;
    for (const Passage& each : passages) {
      const bool named = only != nullptr && only->key == shipment_event_name(each.event) &&
                         only->type == JsonType::object;
      if (named) return &each;
    }
    return fail(Code::invalid_action_payload,
                "'actions' of a record is one of {\"release\":{}}, {\"transit\":{}} and "
                "{\"acquire\":{}}.",
                body_.path("actions"));
  }

  Result<std::vector<Part>> read_parts(Ref shipment, const Passage& passage) {
    std::vector<Part> parts;
    if (!body_.has("items")) {
      parts = all_parts(store_, shipment, passage);
    } else {
      const JsonNode& items = *body_.get("items");
      if (items.count == 0) {
        return fail(Code::empty_array,
                    "Must have at least 1 item; leave 'items' out for all of the shipment.",
                    body_.path("items"));
      }
      if (Failure failure = check_count(context_, items, limits::list_elements)) return failure;
      for (const JsonNode* node = context_.json.first(*body_.get("items")); node != nullptr;
           node = context_.json.next(*node)) {
        if (Failure failure = read_part(*node, shipment, passage, parts)) return failure;
      }
    }
    if (!parts.empty()) return parts;
    return fail(passage.refused, std::string(passage.details), body_.path("actions"));
  }

 private:
  Failure read_part(const JsonNode& node, Ref shipment, const Passage& passage,
                    std::vector<Part>& parts) {
    Result<Body> body = Body::read(context_, shipment_part_type, node, Body::Purpose::create);
    if (!body) return std::move(body.failure);
    static const Member& whole = shipment_item_type.member("shipment");
    Result<Ref> item = resolve_part(context_, TableId::shipment_items, node, whole, shipment);
    if (!item) return std::move(item.failure);
    if (store_.at<ShipmentItem>(item.value).shipment != shipment) {
      return fail(Code::item_not_found, "It is an item of another shipment order.",
                  context_.json.path(node));
    }
    auto part = std::find_if(parts.begin(), parts.end(),
                             [&](const Part& own) { return own.item == item.value; });
    if (part == parts.end()) part = parts.insert(parts.end(), {item.value, Decimal()});
    Decimal left =
        add(admissible(store_.at<ShipmentItem>(item.value), passage), part->units.negated());
    if (left.is_zero()) return refused(passage, Decimal(), body.value);
    if (body.value.has("quantity")) {
      Result<Decimal> quantity = read_quantity(body.value, "quantity");
      if (!quantity) return std::move(quantity.failure);
      if (quantity.value > left) return refused(passage, left, body.value);
      if (!goes_whole(store_.at<ShipmentItem>(item.value), passage, quantity.value)) {
        return not_whole(body.value.path("quantity"));
      }
      left = quantity.value;
    }
    part->units = add(part->units, left);
    return {};
  }

  /// Whether a release cuts no unit that has a serial number.
  bool goes_whole(const ShipmentItem& item, const Passage& passage, Decimal units) const {
    if (passage.event != ShipmentEvent::release) return true;
    const Decimal all = units_in(item.phases, ShipmentPhase::new_);
    return go_whole(units, all, serials_in(store_, item.instances, Phase::committed, all).size());
  }

  Failure refused(const Passage& passage, Decimal left, const Body& body) {
    if (left.is_zero()) {
      return fail(passage.refused, std::string(passage.details), context_.json.path(body.object()));
    }
    return fail(Code::shipment_transition_not_allowed,
                "Only " + left.str() + " units can; leave 'quantity' out for all of them.",
                body.path("quantity"));
  }

  Context& context_;
  Store& store_;
  const Body& body_;
};

/// A record of the shipment that carries one of the identifiers already.
Ref known_record(const Store& store, Ref shipment, const Identifiers& identifiers) {
  for (const Ref ref : store.at<ShipmentOrder>(shipment).records) {
    for (const Identifier& each : store.at<ShipmentRecord>(ref).identifiers) {
      if (identifiers.contains(each)) return ref;
    }
  }
  return {};
}

}  // namespace

Result<Ref> create_shipment_record(Context& context, const Body& body, const Identifiers&) {
  if (!body.has("orders")) return missing_member(context, body.object(), "orders");
  const JsonNode& list = *body.get("orders");
  if (list.count != 1) {
    return fail(Code::invalid_value, "A record is about one shipment order.", body.path("orders"));
  }
  Result<Ref> shipment = resolve(context, TableId::shipment_orders, *context.json.first(list));
  return shipment ? add_shipment_record(context, shipment.value, body) : std::move(shipment);
}

Result<Ref> add_shipment_record(Context& context, Ref shipment, const Body& body) {
  Store& store = context.store;
  RecordReader reader(context, body);
  ShipmentRecord record;
  if (Failure failure = assign_identifiers(context, body, {}, TableId::shipment_records, {},
                                           record.identifiers)) {
    return failure;
  }
  Result<const Passage*> passage = reader.read_passage();
  if (!passage) return std::move(passage.failure);
  if (const Ref known = known_record(store, shipment, record.identifiers)) return known;
  record.timestamp =
      body.has("timestamp") ? *Instant::parse(body.get("timestamp")->text) : context.now;
  if (body.has("carriersTrackingUrl")) {
    if (Failure failure =
            assign_text(context, record.carriers_tracking_url,
                        body.get("carriersTrackingUrl")->text, *body.get("carriersTrackingUrl"))) {
      return failure;
    }
  }
  Result<std::vector<Part>> parts = reader.read_parts(shipment, *passage.value);
  if (!parts) return std::move(parts.failure);
  if (Failure failure = pass(context, shipment, *passage.value, parts.value)) return failure;
  record.event = static_cast<uint32_t>(passage.value->event);
  for (const Part& part : parts.value) record.items.push_back(part.item);
  if (const Text url = record.carriers_tracking_url) {
    store.update<ShipmentOrder>(shipment,
                                [&](ShipmentOrder& row) { row.carriers_tracking_url = url; });
  }
  return add_record(context, shipment, std::move(record));
}

}  // namespace waybill::orders
