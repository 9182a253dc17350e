#include "stock/stock.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "model/agent.hpp"
#include "model/catalog.hpp"

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
const Member& unit_by_product() {
  static const Member& member = member_of(product_unit_type, "product");
  return member;
}
const Member& place_parent() {
  static const Member& member = member_of(stock_place_type, "parent");
  return member;
}

Decimal sum(Decimal a, Decimal b) {
  const auto total = a.plus(b);
  check(total.has_value());  // quantities are limited where they come in
  return *total;
}

Ref find_level(const Store& store, Ref place, Ref product) {
  const auto rows =
      store.table(TableId::stock_levels).find(level_by_pair(), Pair{place, product}.key());
  return rows.empty() ? Ref{} : Ref::to(rows[0]);
}

Ref find_hold(const Store& store, Ref owner, Ref product) {
  const auto rows =
      store.table(TableId::stock_holds).find(hold_by_pair(), Pair{owner, product}.key());
  return rows.empty() ? Ref{} : Ref::to(rows[0]);
}

/// A place, then the places in it, depth first.
void collect_places(const Store& store, Ref place, std::vector<Ref>& out) {
  if (std::find(out.begin(), out.end(), place) != out.end()) return;
  out.push_back(place);
  for (const uint32_t child :
       store.table(TableId::stock_places).find(place_parent(), place.value)) {
    collect_places(store, Ref::to(child), out);
  }
}

}  // namespace

Ref owner_of_place(const Store& store, Ref place) {
  for (size_t depth = 0; place && depth < limits::owner_chain; ++depth) {
    const auto agents = store.table(TableId::agents).find(roots_member(), place.value);
    if (!agents.empty()) return Ref::to(agents[0]);
    place = store.at<StockPlace>(place).parent;
  }
  return {};
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
  Decimal total;
  const TableBase& levels = store.table(TableId::stock_levels);
  for (const uint32_t row : levels.find(level_by_product(), product.value)) {
    const StockLevel& level = store.rows<StockLevel>().at(row);
    if (owner_of_place(store, level.place) == owner) total = sum(total, *level.physical);
  }
  return total;
}

Decimal held(const Store& store, Ref owner, Ref product) {
  const Ref hold = find_hold(store, owner, product);
  return hold ? *store.at<StockHold>(hold).held : Decimal();
}

Decimal available(const Store& store, Ref owner, Ref product) {
  return sum(physical(store, owner, product), held(store, owner, product).negated());
}

void add_hold(Store& store, Ref owner, Ref product, Decimal units) {
  Ref hold = find_hold(store, owner, product);
  if (!hold) {
    StockHold row;
    row.owner_product = {owner, product};
    hold = store.insert(row);
  }
  const Decimal total = sum(*store.at<StockHold>(hold).held, units);
  check(!total.is_negative());
  store.update<StockHold>(hold, [&](StockHold& row) { row.held = total; });
}

Decimal physical_at(const Store& store, Ref place, Ref product) {
  const Ref level = find_level(store, place, product);
  return level ? *store.at<StockLevel>(level).physical : Decimal();
}

void add_physical(Store& store, Ref place, Ref product, Decimal units) {
  Ref level = find_level(store, place, product);
  if (!level) {
    StockLevel row;
    row.place_product = {place, product};
    row.place = place;
    row.product = product;
    level = store.insert(row);
  }
  const Decimal total = sum(*store.at<StockLevel>(level).physical, units);
  store.update<StockLevel>(level, [&](StockLevel& row) { row.physical = total; });
}

Ref find_unit(const Store& store, Ref product, Text serial) {
  if (!serial) return {};
  const TableBase& units = store.table(TableId::product_units);
  for (const uint32_t row : units.find(unit_by_serial(), serial.id)) {
    if (store.rows<ProductUnit>().at(row).product == product) return Ref::to(row);
  }
  return {};
}

bool has_units(const Store& store, Ref owner, Ref product) {
  const TableBase& units = store.table(TableId::product_units);
  for (const uint32_t row : units.find(unit_by_product(), product.value)) {
    const ProductUnit& unit = store.rows<ProductUnit>().at(row);
    if (unit.place && owner_of_place(store, unit.place) == owner) return true;
  }
  return false;
}

Ref first_root(const Store& store, Ref owner) {
  if (!owner) return {};
  const List<Ref>& roots = store.at<Agent>(owner).stock_roots;
  return roots.empty() ? Ref{} : roots.front();
}

void withdraw(Store& store, Ref owner, Ref source, Ref product, Decimal units) {
  std::vector<Ref> places;
  if (source) collect_places(store, source, places);
  for (const Ref root : store.at<Agent>(owner).stock_roots) collect_places(store, root, places);
  for (const Ref place : places) {
    if (physical_at(store, place, product) >= units) {
      return add_physical(store, place, product, units.negated());
    }
  }
  for (const Ref place : places) {
    const Decimal here = physical_at(store, place, product);
    if (!here.is_positive()) continue;
    const Decimal part = here < units ? here : units;
    add_physical(store, place, product, part.negated());
    units = sum(units, part.negated());
    if (units.is_zero()) return;
  }
  check(units.is_zero());  // the caller made sure that there is enough
}

namespace {

void append_reference(Context& context, std::string& out, TableId table, Ref ref) {
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
  std::string details =
      "Could not reserve order. Ensure the associated product instances are available in stock.";
  std::string list = ",\"shortages\":[";
  for (const Shortage& each : shortages) {
    details += ' ';
    details += store.view(store.at<Product>(each.product).name);
    details += ": requested " + each.requested.str() + ", available " + each.available.str() + ".";
    if (list.back() != '[') list += ',';
    list += "{\"product\":";
    append_reference(context, list, TableId::products, each.product);
    list += ",\"seller\":";
    append_reference(context, list, TableId::agents, each.seller);
    list += ",\"requested\":\"" + each.requested.str() + "\",\"available\":\"" +
            each.available.str() + "\"";
    if (each.serial) {
      list += ",\"serialNumber\":";
      append_json_string(list, store.view(each.serial));
    }
    list += '}';
  }
  Failure failure = fail(Code::insufficient_stock, std::move(details));
  failure->extra = ",\"conflictingResource\":\"/v1/products/" +
                   context.keys.text(TableId::products, shortages.front().product.row()) + "\"" +
                   list + "]";
  return failure;
}

}  // namespace waybill::stock
