#include <map>

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
  for (const Member& member : stock_level_type.members) {
    if (member.name == name) {
      return view.store.table(TableId::stock_levels).find(member, ref.value);
    }
  }
  return {};
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
  std::vector<Value> items;
  for (const Member& member : stock_place_type.members) {
    if (member.name != "parent") continue;
    for (const uint32_t child :
         view.store.table(TableId::stock_places).find(member, Ref::to(row).value)) {
      items.push_back(Value::entity(TableId::stock_places, child));
    }
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

Value place_address(const View& view, TableId, uint32_t row) {
  const Ref owner = stock::owner_of_place(view.store, Ref::to(row));
  if (!owner) return {};
  const AgentAddresses& addresses = view.store.at<Agent>(owner).addresses;
  if (addresses.visiting.line1) return Value::object(address_type, &addresses.visiting);
  if (addresses.main.line1) return Value::object(address_type, &addresses.main);
  return {};
}

}  // namespace computed
}  // namespace waybill
