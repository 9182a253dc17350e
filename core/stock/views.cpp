#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "model/agent.hpp"
#include "model/catalog.hpp"
#include "model/computed.hpp"
#include "schema/value.hpp"
#include "stock/stock.hpp"

/// What stock looks like when it is read (C-53, C-54).
namespace waybill {

namespace {

struct StockLevelView {
  Ref location;
  MaybeDecimal total, reserved, available;
};

struct StockEntryView {
  Ref product;
  MaybeDecimal physical, available;
};

constexpr Member quantity(std::string_view name, size_t offset, std::string_view doc) {
  return {.name = name,
          .kind = Kind::decimal,
          .offset = static_cast<uint32_t>(offset),
          .show = Show::by_default,
          .doc = doc};
}

constexpr Member level_members[] = {
    Member{.name = "location",
           .kind = Kind::ref,
           .offset = offsetof(StockLevelView, location),
           .show = Show::by_default,
           .doc = "Whose stock it is.",
           .target = TableId::agents},
    quantity("totalQuantity", offsetof(StockLevelView, total), "What is there."),
    quantity("reservedQuantity", offsetof(StockLevelView, reserved), "What orders hold of it."),
    quantity("availableQuantity", offsetof(StockLevelView, available), "What can still be sold."),
};

constexpr Member entry_members[] = {
    Member{.name = "product",
           .kind = Kind::ref,
           .offset = offsetof(StockEntryView, product),
           .show = Show::by_default,
           .doc = "The product.",
           .target = TableId::products},
    quantity("physicalQuantity", offsetof(StockEntryView, physical), "What lies at the place."),
    quantity("availableQuantity", offsetof(StockEntryView, available),
             "What can still be sold of the owner's stock."),
};

Value list_of(const View& view, const std::vector<Value>& items) {
  return Value::values(view.arena.copy(items));
}

Posting levels_by(const View& view, std::string_view name, Ref ref) {
  return view.store.table(TableId::stock_levels).find(stock_level_type.member(name), ref.value);
}

}  // namespace

const Type stock_level_view_type{"stock level", level_members};
const Type stock_entry_view_type{"stock entry", entry_members};

namespace computed {

Value stock_levels(const View& view, TableId, uint32_t row) {
  const Ref product = Ref::to(row);
  std::vector<Value> items;
  if (!stock::is_tracked(view.store, product)) return list_of(view, items);
  const auto levels = levels_by(view, "product", product);
  view.spend(levels.size());
  std::vector<Ref> owners;  // in the order in which they first had some
  std::map<uint32_t, DecimalSum> totals;
  for (const uint32_t id : levels) {
    const StockLevel& level = view.store.rows<StockLevel>().at(id);
    const Ref owner = stock::owner_of_place(view.store, level.place);
    if (!owner) continue;
    const auto [total, is_new] = totals.try_emplace(owner.value);
    if (is_new) owners.push_back(owner);
    total->second.add(*level.physical);
  }
  for (const Ref owner : owners) {
    const Decimal held = stock::held(view.store, owner, product);
    DecimalSum available = totals[owner.value];
    available.subtract(held);
    StockLevelView shown;
    shown.location = owner;
    shown.total = totals[owner.value].saturated();
    shown.reserved = held;
    shown.available = available.saturated();
    items.push_back(Value::object(stock_level_view_type, view.arena.make(shown)));
  }
  return list_of(view, items);
}

Value place_owner(const View& view, TableId, uint32_t row) {
  return Value::entity(TableId::agents, stock::owner_of_place(view.store, Ref::to(row)));
}

Value place_children(const View& view, TableId, uint32_t row) {
  static const Member& parent = stock_place_type.member("parent");
  std::vector<Value> items;
  for (const uint32_t child :
       view.store.table(TableId::stock_places).find(parent, Ref::to(row).value)) {
    items.push_back(Value::entity(TableId::stock_places, child));
  }
  return list_of(view, items);
}

Value place_entries(const View& view, TableId, uint32_t row) {
  std::vector<Value> items;
  const Ref place = Ref::to(row);
  const Ref owner = stock::owner_of_place(view.store, place);
  for (const uint32_t id : levels_by(view, "place", place)) {
    const StockLevel& level = view.store.rows<StockLevel>().at(id);
    StockEntryView shown;
    shown.product = level.product;
    shown.physical = level.physical;
    view.spend(levels_by(view, "product", level.product).size());
    shown.available =
        owner ? MaybeDecimal(stock::available(view.store, owner, level.product)) : level.physical;
    items.push_back(Value::object(stock_entry_view_type, view.arena.make(shown)));
  }
  return list_of(view, items);
}

Value default_stock(const View& view, TableId, uint32_t) {
  const RowSet& stocks = view.store.table(TableId::stocks).live_rows();
  return stocks.empty() ? Value{} : Value::entity(TableId::stocks, *stocks.begin());
}

namespace {

Posting items_at(const View& view, uint32_t place) {
  static const Member& member = *adjustment_item_type.find("place");
  const auto items = view.store.table(TableId::adjustment_items).find(member, Ref::to(place).value);
  view.spend(items.size());
  return items;
}

}  // namespace

Value place_transaction_items(const View& view, TableId, uint32_t row) {
  std::vector<Value> items;
  for (const uint32_t item : items_at(view, row)) {
    items.push_back(Value::entity(TableId::adjustment_items, item));
  }
  return list_of(view, items);
}

/// Rows of one adjustment follow each other.
Value place_transactions(const View& view, TableId, uint32_t row) {
  std::vector<Value> items;
  Ref last;
  for (const uint32_t item : items_at(view, row)) {
    const Ref adjustment = view.store.rows<AdjustmentItem>().at(item).adjustment;
    if (adjustment == last) continue;
    last = adjustment;
    items.push_back(Value::entity(TableId::stock_adjustments, adjustment));
  }
  return list_of(view, items);
}

namespace {

/// The serial number is the only member of a type of that one text.
Value unit_of(const View& view, Text serial) {
  return Value::object(unit_instance_type, view.arena.make(serial));
}

}  // namespace

namespace {

Value domain_of(const View& view, Text serial) {
  Bytes out("{\"imei\":");
  append_json_string(out, view.store.view(serial));
  out += '}';
  return Value::of(view.arena.copy(out.view()), ValueKind::json);
}

}  // namespace

Value adjusted_instance(const View& view, TableId, uint32_t row) {
  const List<Text>& serials = view.store.rows<AdjustmentItem>().at(row).serials;
  return serials.size() == 1 ? unit_of(view, serials[0]) : Value{};
}

Value adjusted_instances(const View& view, TableId, uint32_t row) {
  const AdjustmentItem& item = view.store.rows<AdjustmentItem>().at(row);
  const bool device = stock::instance_kind(view.store, item.product) == stock::InstanceKind::device;
  std::vector<Value> items;
  for (const Text serial : item.serials) {
    const Record::Field fields[] = {
        {"quantity", Value::of(Decimal::from_int(1))},
        {"serialNumber", Value::of(view.store.view(serial))},
        {"domain", device ? domain_of(view, serial) : Value{}},
    };
    Record record;
    record.type = "product instance";
    record.fields = view.arena.copy(std::span<const Record::Field>(fields));
    items.push_back(Value::record(*view.arena.make(record)));
  }
  return list_of(view, items);
}

namespace {

const StockAdjustment& adjustment_of(const View& view, uint32_t submission) {
  return view.store.at<StockAdjustment>(
      view.store.rows<StockEntrySubmission>().at(submission).adjustment);
}

}  // namespace

Value product_submissions(const View& view, TableId, uint32_t row) {
  std::vector<Value> found;
  for (const uint32_t submission : view.store.table(TableId::stock_entries).live_rows()) {
    const List<Ref>& items = adjustment_of(view, submission).items;
    view.spend(items.size() + 1);
    const bool touches = std::any_of(items.begin(), items.end(), [&](Ref item) {
      return view.store.at<AdjustmentItem>(item).product == Ref::to(row);
    });
    if (touches) found.push_back(Value::entity(TableId::stock_entries, submission));
  }
  return list_of(view, found);
}

Value submission_timestamp(const View& view, TableId, uint32_t row) {
  return Value::of(*adjustment_of(view, row).timestamp);
}

Value submission_owner(const View& view, TableId, uint32_t row) {
  return Value::entity(TableId::agents, adjustment_of(view, row).owner);
}

Value submission_items(const View& view, TableId, uint32_t row) {
  return Value::refs(TableId::adjustment_items, adjustment_of(view, row).items);
}

Value submission_transaction_id(const View& view, TableId, uint32_t row) {
  const Text text = adjustment_of(view, row).transaction_id;
  return text ? Value::of(view.store.view(text)) : Value{};
}

Value place_address(const View& view, TableId, uint32_t row) {
  const Ref owner = stock::owner_of_place(view.store, Ref::to(row));
  if (!owner) return {};
  const Address* address = stock::place_address(view.store, owner);
  return address != nullptr ? Value::object(address_type, address) : Value{};
}

}  // namespace computed
}  // namespace waybill
