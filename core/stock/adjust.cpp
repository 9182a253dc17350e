#include "stock/adjust.hpp"

#include "base/limits.hpp"
#include "rules/compare.hpp"
#include "rules/quantity.hpp"
#include "stock/stock.hpp"

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

/// `instance: {"imei": …}` (C-26): one unit, known by its serial.
Failure read_serial(Context& context, const Body& item, AdjustmentItem& row) {
  if (!item.has("instance")) return {};
  const JsonNode* imei = context.json.find(*item.get("instance"), "imei");
  if (imei == nullptr || !is_identifier_value(imei->text)) {
    return fail(Code::invalid_value, "'instance' is {\"imei\":\"...\"}.", item.path("instance"));
  }
  if (row.quantity && (*row.quantity).magnitude() != Decimal::from_int(1)) {
    return fail(Code::invalid_quantity, "A unit with a serial is one: leave 'quantity' out.",
                item.path("quantity"));
  }
  row.serial = context.store.intern(imei->text);
  return {};
}

/// Registers or removes the unit of a serial item; 409 if it is there, or not there (C-26).
Failure move_unit(Context& context, const AdjustmentItem& row, bool increase, const Body& item) {
  if (!row.serial) return {};
  Store& store = context.store;
  Ref unit = find_unit(store, row.product, row.serial);
  const Ref place = unit ? store.at<ProductUnit>(unit).place() : Ref{};
  if (increase ? static_cast<bool>(place) : place != row.place) {
    return fail(
        Code::serial_conflict,
        increase ? "The serial is in stock already." : "The serial is not in stock at this place.",
        item.path("instance"));
  }
  if (!unit) {
    ProductUnit fresh;
    fresh.place_product = {{}, row.product};
    fresh.serial = row.serial;
    unit = store.insert(fresh);
  }
  store.update<ProductUnit>(
      unit, [&](ProductUnit& own) { own.place_product.first = increase ? row.place : Ref{}; });
  return {};
}

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
    if (Failure failure = read_serial(context_, item, row)) return failure;
    if (store_.at<AdjustmentReason>(row.reason).active == MaybeBool::no) {
      return fail(Code::invalid_value, "The reason is not active.", item.path("reason"));
    }
    if (Failure failure = check_owner(item, row)) return failure;
    Result<bool> increase = resolve_increase(context_, item, row);
    if (!increase) return std::move(increase.failure);
    if (!item.has("quantity") && !row.serial) {
      context_.hint("T-C-15", item.path("quantity"), "no quantity: 1 is moved");
    }
    if (item.has("quantity")) {
      Result<Decimal> quantity = read_signed_quantity(item, "quantity");
      if (!quantity) return std::move(quantity.failure);
    }
    row.quantity = row.quantity.value_or(Decimal::from_int(1)).magnitude();
    row.direction = store_.intern(increase.value ? "Increase" : "Decrease");
    if (Failure failure = move_unit(context_, row, increase.value, item)) {
      return failure;
    }
    before_.push_back({row.place, row.product, physical_at(store_, row.place, row.product)});
    if (!add_physical(store_, row.place, row.product,
                      increase.value ? *row.quantity : (*row.quantity).negated())) {
      return fail(Code::invalid_quantity,
                  "The level of a place is at most " + std::to_string(limits::stock_level) + ".",
                  item.path("quantity"));
    }
    drop_excess_units(store_, row.place, row.product);
    adjustment_.items.push_back(store_.insert(std::move(row)));
    return {};
  }

  /// The net effect may not take a place below zero and lower than before (C-62).
  Failure check_levels() {
    for (const Before& own : before_) {
      const Decimal now = physical_at(store_, own.place, own.product);
      if (!now.is_negative() || now >= first_level(own)) continue;
      return fail(Code::negative_stock, "The adjustment would leave " + now.str() +
                                            " at a place; stock cannot fall below zero.");
    }
    return {};
  }

 private:
  struct Before {
    Ref place, product;
    Decimal level;
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
  adjustment.timestamp = *Instant::parse(body.get("timestamp")->text);
  if (!body.has("items") || body.get("items")->count == 0) {
    return fail(body.has("items") ? Code::empty_array : Code::missing_required_field,
                "Must have at least 1 item", body.path("items"));
  }
  if (body.has("owner")) {
    Result<Ref> owner = resolve(context, TableId::agents, *body.get("owner"));
    if (!owner) return std::move(owner.failure);
    adjustment.owner = owner.value;
  }
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

bool item_differs(Context& context, const AdjustmentItem& own, const JsonNode& sent) {
  const Result<Body> body = Body::read(context, adjustment_item_type, sent, Body::Purpose::update);
  if (!body) return true;
  const JsonNode* quantity = body.value.get("quantity");
  const auto units = quantity == nullptr ? std::nullopt : Decimal::parse(quantity->text);
  if (units && own.quantity != MaybeDecimal(units->magnitude())) return true;  // C-61
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
