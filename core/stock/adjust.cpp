#include "stock/adjust.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "model/catalog.hpp"
#include "model/instance.hpp"
#include "rules/compare.hpp"
#include "rules/quantity.hpp"
#include "rules/serial.hpp"
#include "stock/movement.hpp"

namespace waybill::stock {

namespace {

/// Which way an item moves: its own direction, else the reason's, else the sign (C-61).
Result<bool> resolve_increase(Context& context, const Body& item, const AdjustmentItem& row) {
  const Text reason = context.store.at<AdjustmentReason>(row.reason).direction;
  const Text named = row.direction ? row.direction : reason;
  const bool negative = row.quantity.value_or(Decimal()).is_negative();
  if (!named) return !negative;
  const std::string_view direction = context.store.view(named);
  if (direction != "Increase" && direction != "Decrease") {
    return fail(Code::invalid_value, "'direction' is Increase or Decrease.",
                item.path("direction"));
  }
  if (negative && direction == "Increase") {
    return fail(Code::invalid_quantity, "A negative quantity cannot be an Increase.",
                item.path("quantity"));
  }
  return direction == "Increase";
}

Failure add_serial(Context& context, const JsonNode* serial, const Body& item, NamedUnits& units) {
  if (serial == nullptr || serial->type != JsonType::string || !is_identifier_value(serial->text)) {
    return fail(Code::invalid_value,
                "A unit is named by its serial number, a text of 1 to 512 characters.",
                serial != nullptr ? context.json.path(*serial) : item.path("instance"));
  }
  const Text text = context.store.intern(serial->text);
  if (units.serials.contains(text)) {
    return fail(Code::serial_conflict, "A serial number stands twice in the item.",
                context.json.path(*serial));
  }
  units.serials.push_back(text);
  return {};
}

/// On stock a unit is its serial number; what else is said of it is not kept.
void report_dropped(Context& context, const Body& instance) {
  const auto report = [&](std::string_view member) {
    context.hint("T-H-3", instance.path(member), "ignored: on stock a unit is its serial number");
  };
  if (instance.has("identifiers")) report("identifiers");
  const JsonNode* domain = instance.has("domain") ? instance.get("domain") : nullptr;
  const bool object = domain != nullptr && domain->type == JsonType::object;
  for (const JsonNode* each = object ? context.json.first(*domain) : nullptr; each != nullptr;
       each = context.json.next(*each)) {
    if (each->key != "imei" && each->key != "serialNumber") return report("domain");
  }
}

Failure add_named(Context& context, const JsonNode& node, const Body& item, NamedUnits& units) {
  Result<Body> entry = Body::read(context, product_instance_type, node, Body::Purpose::create);
  if (!entry) return std::move(entry.failure);
  report_dropped(context, entry.value);
  Decimal count = Decimal::from_int(1);
  const JsonNode* serial = serial_number(context.json, entry.value);
  if (serial != nullptr) {
    if (Failure failure = add_serial(context, serial, item, units)) return failure;
  }
  if (entry.value.has("quantity")) {
    Result<Decimal> quantity = read_quantity(entry.value, "quantity");
    if (!quantity) return std::move(quantity.failure);
    if (serial != nullptr && quantity.value != count) {
      return fail(Code::invalid_quantity, "A unit with a serial number is one.",
                  entry.value.path("quantity"));
    }
    count = quantity.value;
  }
  const auto sum = units.count.value_or(Decimal()).plus(count);
  if (!sum) return fail(Code::invalid_quantity, "They are too many.", context.json.path(node));
  units.count = *sum;
  return {};
}

}  // namespace

Result<NamedUnits> read_units(Context& context, const Body& item) {
  NamedUnits units;
  if (item.has("instance") && item.has("productInstances")) {
    return fail(Code::invalid_value, "An item has 'instance' or 'productInstances', not both.",
                item.path("instance"));
  }
  if (item.has("instance")) {
    const JsonNode* imei = context.json.find(*item.get("instance"), "imei");
    if (Failure failure = add_serial(context, imei, item, units)) return failure;
    units.count = Decimal::from_int(1);
    return units;
  }
  if (!item.has("productInstances")) return units;
  if (Failure failure =
          check_count(context, *item.get("productInstances"), limits::list_elements)) {
    return failure;
  }
  for (const JsonNode* node = context.json.first(*item.get("productInstances")); node != nullptr;
       node = context.json.next(*node)) {
    if (Failure failure = add_named(context, *node, item, units)) return failure;
  }
  return units;
}

Failure check_units(const Store& store, const AdjustmentItem& row, bool increase,
                    const Body& item) {
  for (const Text serial : row.serials) {
    const Ref unit = find_unit(store, row.product, serial);
    const Ref place = unit ? store.at<ProductUnit>(unit).place() : Ref{};
    if (increase ? !place : place == row.place) continue;
    return fail(Code::serial_conflict,
                "The serial number " + std::string(store.view(serial)) +
                    (increase ? " is in stock already." : " is not in stock at this place."),
                item.path(item.has("instance") ? "instance" : "productInstances"));
  }
  return {};
}

namespace {

class AdjustmentWriter {
 public:
  AdjustmentWriter(Context& context, StockAdjustment& adjustment, Ref ref)
      : context_(context), store_(context.store), adjustment_(adjustment), ref_(ref) {}

  Failure add(const Body& item) {
    AdjustmentItem row;
    row.adjustment = ref_;
    for (const std::string_view member : {"product", "place", "reason"}) {
      if (!item.has(member)) return missing_member(context_, item.object(), member);
    }
    if (Failure failure = assign_members(context_, item, &row, true)) return failure;
    if (Failure failure = assign_identifiers(context_, item, {}, TableId::adjustment_items, {},
                                             row.identifiers)) {
      return failure;
    }
    Result<NamedUnits> named = read_units(context_, item);
    if (!named) return std::move(named.failure);
    row.serials = std::move(named.value.serials);
    if (store_.at<AdjustmentReason>(row.reason).active == MaybeBool::no) {
      return fail(Code::invalid_value, "The reason is not active.", item.path("reason"));
    }
    if (Failure failure = check_owner(item, row)) return failure;
    Result<bool> increase = resolve_increase(context_, item, row);
    if (!increase) return std::move(increase.failure);
    const MaybeDecimal count = named.value.count;
    if (!item.has("quantity") && !count) {
      context_.hint("T-C-15", item.path("quantity"), "no quantity: 1 is moved");
    }
    if (item.has("quantity")) {
      Result<Decimal> quantity = read_signed_quantity(item, "quantity");
      if (!quantity) return std::move(quantity.failure);
      if (count && quantity.value.magnitude() != *count) {
        return fail(
            Code::invalid_quantity,
            "The units that the item names come to " + (*count).str() + ": leave 'quantity' out.",
            item.path("quantity"));
      }
      row.quantity = quantity.value.magnitude();
    } else {
      row.quantity = count.value_or(Decimal::from_int(1));
    }
    row.direction = direction_text(store_, increase.value);
    if (Failure failure = check_units(store_, row, increase.value, item)) return failure;
    before_.push_back({row.place, row.product, physical_at(store_, row.place, row.product),
                       context_.json.path(item.object())});
    const bool named_units = !row.serials.empty();
    if (!apply(store_, row)) return level_too_high(item.path("quantity"));
    if (named_units && row.serials.empty()) {
      return fail(Code::serial_conflict,
                  "The level is below zero: there is no room for units with serial numbers.",
                  item.path(item.has("instance") ? "instance" : "productInstances"));
    }
    adjustment_.items.push_back(store_.insert(std::move(row)));
    return {};
  }

  /// The net effect may not take a place below zero and lower than before (C-62).
  Failure check_levels() {
    for (const Before& own : before_) {
      const Decimal now = physical_at(store_, own.place, own.product);
      if (!now.is_negative() || now >= first_level(own)) continue;
      return fail(Code::negative_stock,
                  "The adjustment would leave " + now.str() + " of " +
                      std::string(store_.view(store_.at<Product>(own.product).name)) + " at " +
                      std::string(store_.view(store_.at<StockPlace>(own.place).name)) +
                      "; stock cannot fall below zero.",
                  own.path);
    }
    return {};
  }

 private:
  struct Before {
    Ref place, product;
    Decimal level;
    std::string path;  // of the item
  };

  Decimal first_level(const Before& wanted) const {
    for (const Before& own : before_) {
      if (own.place == wanted.place && own.product == wanted.product) return own.level;
    }
    return wanted.level;
  }

  Failure check_owner(const Body& item, const AdjustmentItem& row) {
    const Ref owner = owner_of_place(store_, row.place);
    if (!owner) {
      return fail(Code::invalid_value, "Cannot update stock for an unowned stock place",
                  item.path("place"));
    }
    if (!adjustment_.owner) adjustment_.owner = owner;
    if (adjustment_.owner == owner) return {};
    return fail(Code::invalid_value, "All places of an adjustment have one owner.",
                item.path("place"));
  }

  Context& context_;
  Store& store_;
  StockAdjustment& adjustment_;
  Ref ref_;
  std::vector<Before> before_;
};

}  // namespace

Failure read_document(Context& context, const Body& body, StockAdjustment& out) {
  out.timestamp = *Instant::parse(body.get("timestamp")->text);
  for (const std::string_view member : {"owner", "transactionId"}) {
    if (!body.has(member)) continue;
    if (Failure failure =
            assign_member(context, *stock_adjustment_type.find(member), &out, *body.get(member))) {
      return failure;
    }
  }
  if (!body.has("stock")) return {};
  const Result<Ref> stock = resolve(context, TableId::stocks, *body.get("stock"));
  if (stock && context.store.at<Stock>(stock.value).is_default == MaybeBool::yes) return {};
  return not_supported("Another 'stock' than the default one", false, body.path("stock"));
}

Result<Ref> create_adjustment(Context& context, const Body& body,
                              const Identifiers& path_identifiers) {
  Store& store = context.store;
  StockAdjustment adjustment;
  adjustment.identifiers = path_identifiers;
  if (Failure failure = assign_identifiers(context, body, {}, TableId::stock_adjustments, {},
                                           adjustment.identifiers)) {
    return failure;
  }
  if (!body.has("timestamp")) {
    return fail(Code::missing_required_field, "timestamp is required", body.path("timestamp"));
  }
  if (!body.has("items") || body.get("items")->count == 0) {
    return fail(body.has("items") ? Code::empty_array : Code::missing_required_field,
                "Must have at least 1 item", body.path("items"));
  }
  if (Failure failure = check_count(context, *body.get("items"), limits::list_elements)) {
    return failure;
  }
  if (Failure failure = read_document(context, body, adjustment)) return failure;
  const Ref ref = Ref::to(store.rows<StockAdjustment>().size());
  AdjustmentWriter writer(context, adjustment, ref);
  for (const JsonNode* node = context.json.first(*body.get("items")); node != nullptr;
       node = context.json.next(*node)) {
    Result<Body> item = Body::read(context, adjustment_item_type, *node, Body::Purpose::create);
    if (!item) return std::move(item.failure);
    if (Failure failure = writer.add(item.value)) return failure;
  }
  if (Failure failure = writer.check_levels()) return failure;
  check(store.insert(std::move(adjustment)) == ref);
  return ref;
}

namespace {

/// Units that left because goods became fewer stand behind those that were named (movement.hpp).
bool begin_with(const List<Text>& serials, const List<Text>& named) {
  return serials.size() >= named.size() && std::equal(named.begin(), named.end(), serials.begin());
}

bool item_differs(Context& context, const AdjustmentItem& own, const JsonNode& sent) {
  const Result<Body> body = Body::read(context, adjustment_item_type, sent, Body::Purpose::update);
  if (!body) return true;
  const JsonNode* quantity = body.value.get("quantity");
  const auto units = quantity == nullptr ? std::nullopt : Decimal::parse(quantity->text);
  if (units && own.quantity != MaybeDecimal(units->magnitude())) return true;  // C-61
  AdjustmentItem again = own;
  again.direction = {};
  again.quantity = units ? MaybeDecimal(*units) : own.quantity;
  if (const JsonNode* direction = body.value.get("direction");
      direction != nullptr && direction->type == JsonType::string) {
    again.direction = context.store.intern(direction->text);
  }
  const Result<bool> increase = resolve_increase(context, body.value, again);
  if (units && (!increase || increase.value != is_increase(context.store, own))) return true;
  if (const Result<NamedUnits> named = read_units(context, body.value);
      !named || (named.value.count && !begin_with(own.serials, named.value.serials))) {
    return true;
  }
  return differs(context, body.value, &own, [](const Member& member) {
    return member.name != "quantity" && member.kind != Kind::identifiers;
  });
}

/// T-C-14: reports what a body says otherwise of a stored adjustment.
void report_differences(Context& context, const StockAdjustment& own, const Body& body) {
  const auto report = [&](const JsonNode& node) {
    context.hint("T-C-14", context.json.path(node),
                 "an adjustment does not change: the stored one is kept");
  };
  each_difference(
      context, body, &own,
      [](const Member& member) {
        return member.name != "items" && member.kind != Kind::identifiers;
      },
      report);
  each_item_difference(
      context, body, own.items,
      [&](Ref item, const JsonNode& sent) {
        return item_differs(context, context.store.at<AdjustmentItem>(item), sent);
      },
      report);
}

}  // namespace

Failure keep_adjustment(Context& context, Ref ref, const Body& body) {
  StockAdjustment changed = context.store.at<StockAdjustment>(ref);
  report_differences(context, changed, body);
  if (Failure failure = assign_identifiers(context, body, {}, TableId::stock_adjustments, ref,
                                           changed.identifiers)) {
    return failure;
  }
  context.store.update<StockAdjustment>(ref, [&](StockAdjustment& row) { row = changed; });
  return {};
}

}  // namespace waybill::stock
