#include "stock/stock.hpp"

#include <algorithm>
#include <map>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "model/agent.hpp"
#include "model/catalog.hpp"
#include "rules/body.hpp"

namespace waybill::stock {

namespace {

const Member& member_of(const Type& type, std::string_view name) {
  for (const Member& member : type.members) {
    if (member.name == name) return member;
  }
  check(false);
  return type.members[0];
}

const Member& roots_member() {
  static const Member& member = member_of(person_type, "stockRoots");
  return member;
}
const Member& level_by_pair() {
  static const Member& member = member_of(stock_level_type, "placeProduct");
  return member;
}
const Member& level_by_product() {
  static const Member& member = member_of(stock_level_type, "product");
  return member;
}
const Member& hold_by_pair() {
  static const Member& member = member_of(stock_hold_type, "ownerProduct");
  return member;
}
const Member& unit_by_serial() {
  static const Member& member = member_of(product_unit_type, "serial");
  return member;
}
const Member& unit_by_pair() {
  static const Member& member = member_of(product_unit_type, "placeProduct");
  return member;
}
const Member& place_parent() {
  static const Member& member = member_of(stock_place_type, "parent");
  return member;
}

Ref find_level(const Store& store, Ref place, Ref product) {
  const auto rows =
      store.table(TableId::stock_levels).find(level_by_pair(), Pair{place, product}.key());
  return rows.empty() ? Ref{} : Ref::to(*rows.first());
}

Ref find_hold(const Store& store, Ref owner, Ref product) {
  const auto rows =
      store.table(TableId::stock_holds).find(hold_by_pair(), Pair{owner, product}.key());
  return rows.empty() ? Ref{} : Ref::to(*rows.first());
}

/// Units of a product in stock at a place, oldest first.
Posting units_at(const Store& store, Ref place, Ref product) {
  return store.table(TableId::product_units).find(unit_by_pair(), Pair{place, product}.key());
}

bool is_held(const Store& store, uint32_t unit) {
  return static_cast<bool>(store.rows<ProductUnit>().at(unit).holder);
}

/// Places of an owner that hold some of a product.
std::vector<Ref> places_with(const Store& store, Ref owner, Ref product) {
  std::vector<Ref> places;
  for (const uint32_t row :
       store.table(TableId::stock_levels).find(level_by_product(), product.value)) {
    const StockLevel& level = store.rows<StockLevel>().at(row);
    if (!(*level.physical).is_positive()) continue;
    if (owner_of_place(store, level.place) == owner) places.push_back(level.place);
  }
  return places;
}

/// Sorts places as goods are taken from them: the source and what lies in it, then the owner's
/// roots in their order, each before its descendants, depth first (C-75).
class TakingOrder {
 public:
  TakingOrder(const Store& store, Ref owner, Ref source) : store_(store), owner_(owner) {
    if (source) visit(source);
    for (const Ref root : store.at<Agent>(owner).stock_roots) visit(root);
  }

  void sort(std::vector<Ref>& places) const {
    std::stable_sort(places.begin(), places.end(), [&](Ref a, Ref b) { return rank(a) < rank(b); });
  }

 private:
  void visit(Ref place) {
    if (owner_of_place(store_, place) != owner_) return;
    if (!ranks_.emplace(place.value, ranks_.size()).second) return;
    for (const uint32_t child :
         store_.table(TableId::stock_places).find(place_parent(), place.value)) {
      visit(Ref::to(child));
    }
  }
  size_t rank(Ref place) const {
    const auto found = ranks_.find(place.value);
    return found == ranks_.end() ? ranks_.size() : found->second;
  }

  const Store& store_;
  Ref owner_;
  std::map<uint32_t, size_t> ranks_;
};

}  // namespace

Ref owner_of_place(const Store& store, Ref place) {
  for (size_t depth = 0; place && depth < limits::owner_chain; ++depth) {
    const auto agents = store.table(TableId::agents).find(roots_member(), place.value);
    if (!agents.empty()) return Ref::to(*agents.first());
    place = store.at<StockPlace>(place).parent;
  }
  return {};
}

void make_root(Store& store, Ref place, Ref agent) {
  const auto rows = store.table(TableId::agents).find(roots_member(), place.value);
  const std::vector<uint32_t> before(rows.begin(), rows.end());
  for (const uint32_t row : before) {
    if (Ref::to(row) == agent) continue;
    store.update<Agent>(Ref::to(row), [&](Agent& other) {
      for (uint32_t i = other.stock_roots.size(); i-- > 0;) {
        if (other.stock_roots[i] == place) other.stock_roots.erase(i);
      }
    });
  }
  if (!agent || store.at<Agent>(agent).stock_roots.contains(place)) return;
  store.update<Agent>(agent, [&](Agent& row) { row.stock_roots.push_back(place); });
}

std::vector<Ref> owner_chain(const Store& store, Ref agent) {
  std::vector<Ref> chain;
  while (agent && chain.size() < limits::owner_chain) {
    chain.push_back(agent);
    agent = store.at<Agent>(agent).owner;
  }
  return chain;
}

Ref stock_owner(const Store& store, Ref seller, Ref supplier) {
  Ref agent = seller;
  for (size_t depth = 0; agent && depth < limits::owner_chain; ++depth) {
    const Agent& row = store.at<Agent>(agent);
    if (!row.stock_roots.empty()) return agent;
    agent = row.owner;
  }
  return supplier && !store.at<Agent>(supplier).stock_roots.empty() ? supplier : Ref{};
}

bool is_tracked(const Store& store, Ref product) {
  const Product& row = store.at<Product>(product);
  const bool goods = !row.classification || store.view(row.classification) == "Goods";
  return goods && (!row.instance_type || store.view(row.instance_type) != "MobilePlan");
}

Decimal physical(const Store& store, Ref owner, Ref product) {
  DecimalSum total;
  const TableBase& levels = store.table(TableId::stock_levels);
  for (const uint32_t row : levels.find(level_by_product(), product.value)) {
    const StockLevel& level = store.rows<StockLevel>().at(row);
    if (owner_of_place(store, level.place) == owner) total.add(*level.physical);
  }
  return total.saturated();
}

Decimal held(const Store& store, Ref owner, Ref product) {
  const Ref hold = find_hold(store, owner, product);
  return hold ? *store.at<StockHold>(hold).held : Decimal();
}

Decimal available(const Store& store, Ref owner, Ref product) {
  DecimalSum left;
  left.add(physical(store, owner, product));
  left.subtract(held(store, owner, product));
  return left.saturated();
}

void add_hold(Store& store, Ref owner, Ref product, Decimal units) {
  Ref hold = find_hold(store, owner, product);
  if (!hold) {
    StockHold row;
    row.owner_product = {owner, product};
    row.held = Decimal();
    hold = store.insert(row);
  }
  const auto total = (*store.at<StockHold>(hold).held).plus(units);
  check(total && !total->is_negative());  // lines give back what they took, and no more
  store.update<StockHold>(hold, [&](StockHold& row) { row.held = *total; });
}

Decimal physical_at(const Store& store, Ref place, Ref product) {
  const Ref level = find_level(store, place, product);
  return level ? *store.at<StockLevel>(level).physical : Decimal();
}

bool add_physical(Store& store, Ref place, Ref product, Decimal units) {
  Ref level = find_level(store, place, product);
  const auto total = physical_at(store, place, product).plus(units);
  if (!total || total->magnitude() > Decimal::from_int(limits::stock_level)) return false;
  if (!level) {
    StockLevel row;
    row.place_product = {place, product};
    row.place = place;
    row.product = product;
    row.physical = Decimal();
    level = store.insert(row);
  }
  store.update<StockLevel>(level, [&](StockLevel& row) { row.physical = *total; });
  return true;
}

Ref find_unit(const Store& store, Ref product, Text serial) {
  if (!serial) return {};
  const TableBase& units = store.table(TableId::product_units);
  for (const uint32_t row : units.find(unit_by_serial(), serial.id)) {
    if (store.rows<ProductUnit>().at(row).product() == product) return Ref::to(row);
  }
  return {};
}

bool has_units(const Store& store, Ref owner, Ref product) {
  const std::vector<Ref> places = places_with(store, owner, product);
  return std::any_of(places.begin(), places.end(),
                     [&](Ref place) { return !units_at(store, place, product).empty(); });
}

Ref first_root(const Store& store, Ref owner) {
  if (!owner) return {};
  const List<Ref>& roots = store.at<Agent>(owner).stock_roots;
  return roots.empty() ? Ref{} : roots.front();
}

void drop_excess_units(Store& store, Ref place, Ref product) {
  const auto rows = units_at(store, place, product);
  const Decimal goods = physical_at(store, place, product);
  const auto fits = [&](size_t count) {
    return Decimal::from_int(static_cast<int64_t>(count)) <= goods;
  };
  if (rows.empty() || fits(rows.size())) return;
  std::vector<uint32_t> units(rows.begin(), rows.end());
  std::stable_partition(units.begin(), units.end(),
                        [&](uint32_t unit) { return !is_held(store, unit); });
  for (size_t gone = 0; gone < units.size() && !fits(units.size() - gone); ++gone) {
    store.update<ProductUnit>(Ref::to(units[gone]),
                              [](ProductUnit& unit) { unit.place_product.first = {}; });
  }
}

namespace {

void take(Store& store, Ref place, Ref product, Decimal units) {
  check(add_physical(store, place, product, units.negated()));  // it becomes less, or it was there
  drop_excess_units(store, place, product);
}

/// What a place can give without touching units that lines hold by their serial.
Decimal spare_at(const Store& store, Ref place, Ref product) {
  const auto units = units_at(store, place, product);
  const auto held = std::count_if(units.begin(), units.end(),
                                  [&](uint32_t unit) { return is_held(store, unit); });
  DecimalSum spare;
  spare.add(physical_at(store, place, product));
  spare.subtract(Decimal::from_int(held));
  return spare.saturated();
}

}  // namespace

void withdraw(Store& store, Ref owner, const Withdrawal& what) {
  const Ref product = what.product;
  if (const Ref unit = find_unit(store, product, what.serial)) {
    const Ref place = store.at<ProductUnit>(unit).place();
    if (place && owner_of_place(store, place) == owner) {
      store.update<ProductUnit>(unit, [](ProductUnit& row) { row.place_product.first = {}; });
      return take(store, place, product, what.units);
    }
  }
  std::vector<Ref> places = places_with(store, owner, product);
  if (places.size() > 1) TakingOrder(store, owner, what.source).sort(places);
  for (const Ref place : places) {
    if (spare_at(store, place, product) >= what.units) {
      return take(store, place, product, what.units);
    }
  }
  Decimal left = what.units;
  for (const auto level : {spare_at, physical_at}) {
    for (const Ref place : places) {
      const Decimal here = level(store, place, product);
      if (!here.is_positive()) continue;
      const Decimal part = here < left ? here : left;
      take(store, place, product, part);
      left = *left.minus(part);
      if (left.is_zero()) return;
    }
  }
  check(left.is_zero());  // the caller made sure that there is enough
}

namespace {

void append_reference(Context& context, Bytes& out, TableId table, Ref ref) {
  out += "{\"identifiers\":{\"key\":\"";
  context.keys.append(out, table, ref.row());
  out += '"';
  const Member& member = context.view.type_of(table, ref.row()).members[0];
  const void* row = context.store.table(table).row(ref.row());
  for (const Identifier& own : field<Identifiers>(row, member)) {
    out += ',';
    append_json_string(out, context.store.view(own.key));
    out += ':';
    append_json_string(out, context.store.view(own.value));
  }
  out += "}}";
}

}  // namespace

Failure insufficient(Context& context, const std::vector<Shortage>& shortages) {
  const Store& store = context.store;
  Failure failure = fail(
      Code::insufficient_stock,
      "Could not reserve order. Ensure the associated product instances are available in stock.");
  add_conflicting_resource(context, *failure, "products", TableId::products,
                           shortages.front().product.row());
  Bytes& extra = failure->extra;
  extra += ",\"shortages\":[";
  for (const Shortage& each : shortages) {
    failure->details += ' ';
    failure->details += store.view(store.at<Product>(each.product).name);
    failure->details +=
        ": requested " + each.requested.str() + ", available " + each.available.str() + ".";
    if (extra.back() != '[') extra += ',';
    extra += "{\"product\":";
    append_reference(context, extra, TableId::products, each.product);
    extra += ",\"seller\":";
    append_reference(context, extra, TableId::agents, each.seller);
    extra += ",\"requested\":\"";
    each.requested.append_to(extra);
    extra += "\",\"available\":\"";
    each.available.append_to(extra);
    extra += '"';
    if (each.serial) {
      extra += ",\"serialNumber\":";
      append_json_string(extra, store.view(each.serial));
    }
    extra += '}';
  }
  extra += ']';
  return failure;
}

}  // namespace waybill::stock
