#include "stock/stock.hpp"

#include <algorithm>
#include <map>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "model/agent.hpp"
#include "model/catalog.hpp"
#include "model/instance.hpp"
#include "rules/body.hpp"

namespace waybill::stock {

namespace {

const Member& roots_member() {
  static const Member& member = person_type.member("stockRoots");
  return member;
}
const Member& level_by_pair() {
  static const Member& member = stock_level_type.member("placeProduct");
  return member;
}
const Member& level_by_product() {
  static const Member& member = stock_level_type.member("product");
  return member;
}
const Member& hold_by_pair() {
  static const Member& member = stock_hold_type.member("ownerProduct");
  return member;
}
const Member& unit_by_serial() {
  static const Member& member = product_unit_type.member("serial");
  return member;
}
const Member& unit_by_pair() {
  static const Member& member = product_unit_type.member("placeProduct");
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

}  // namespace

Posting units_at(const Store& store, Ref place, Ref product) {
  return store.table(TableId::product_units).find(unit_by_pair(), Pair{place, product}.key());
}

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

Ref owner_of_place(const Store& store, Ref place) {
  for (size_t depth = 0; place && depth <= limits::owner_chain; ++depth) {
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
    store.update<Agent>(Ref::to(row), [&](Agent& other) { other.stock_roots.remove(place); });
  }
  if (!agent || store.at<Agent>(agent).stock_roots.contains(place)) return;
  store.update<Agent>(agent, [&](Agent& row) { row.stock_roots.push_back(place); });
}

std::vector<Ref> owner_chain(const Store& store, Ref agent) {
  std::vector<Ref> chain;
  while (agent && chain.size() <= limits::owner_chain) {
    chain.push_back(agent);
    agent = store.at<Agent>(agent).owner;
  }
  return chain;
}

Ref stock_owner(const Store& store, Ref seller, Ref supplier) {
  Ref agent = seller;
  for (size_t depth = 0; agent && depth <= limits::owner_chain; ++depth) {
    const Agent& row = store.at<Agent>(agent);
    if (!row.stock_roots.empty()) return agent;
    agent = row.owner;
  }
  return supplier && !store.at<Agent>(supplier).stock_roots.empty() ? supplier : Ref{};
}

InstanceKind instance_kind(const Store& store, Ref product) {
  const Text type = store.at<Product>(product).instance_type;
  if (!type) return InstanceKind::other;
  const std::string_view name = store.view(type);
  return name == "MobileDevice" ? InstanceKind::device
         : name == "MobilePlan" ? InstanceKind::plan
                                : InstanceKind::other;
}

bool is_tracked(const Store& store, Ref product) {
  const Text classification = store.at<Product>(product).classification;
  if (classification && store.view(classification) != "Goods") return false;
  return instance_kind(store, product) != InstanceKind::plan;
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

bool can_hold(const Store& store, Ref owner, Ref product, Decimal units) {
  const auto total = held(store, owner, product).plus(units);
  return total && *total <= Decimal::from_int(limits::stock_level);
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

Standing standing(const Store& store, Ref owner, Ref product, Text serial, Ref line) {
  const Ref unit = find_unit(store, product, serial);
  if (!unit) return Standing::unknown;
  const ProductUnit& row = store.at<ProductUnit>(unit);
  const bool here = row.place() && owner_of_place(store, row.place()) == owner;
  return here && (!row.holder || row.holder == line) ? Standing::free : Standing::gone;
}

void offer_unit(Store& store, Ref unit) {
  static const Member& serial = product_instance_type.member("serialNumber");
  const ProductUnit& row = store.at<ProductUnit>(unit);
  if (!row.place() || row.holder) return;
  const Ref owner = owner_of_place(store, row.place());
  for (const uint32_t named : store.table(TableId::product_instances).find(serial, row.serial.id)) {
    const ProductInstance& own = store.rows<ProductInstance>().at(named);
    const bool waits = own.phase == static_cast<uint32_t>(Phase::reserved) ||
                       own.phase == static_cast<uint32_t>(Phase::committed);
    if (!own.line || own.product != row.product() || !waits) continue;
    const OrderItem& line = store.at<OrderItem>(own.line);
    if (!line.held || line.hold_owner != owner) continue;
    const Ref holder = own.line;
    store.update<ProductUnit>(unit, [&](ProductUnit& own_row) { own_row.holder = holder; });
    return;
  }
}

Decimal loose_at(const Store& store, Ref place, Ref product) {
  DecimalSum goods;
  goods.add(physical_at(store, place, product));
  goods.subtract(Decimal::from_int(static_cast<int64_t>(units_at(store, place, product).size())));
  return goods.saturated();
}

Decimal loose(const Store& store, Ref owner, Ref product) {
  DecimalSum goods;
  for (const Ref place : places_with(store, owner, product)) {
    goods.add(loose_at(store, place, product));
  }
  return goods.saturated();
}

bool is_away(const Store& store, Ref product, Text serial) {
  const Ref unit = find_unit(store, product, serial);
  return !unit || !store.at<ProductUnit>(unit).place();
}

bool registers_outgoing(const Store& store, Ref product) {
  const List<Text>& tracking = store.at<Product>(product).tracking.serial_numbers;
  return std::any_of(tracking.begin(), tracking.end(),
                     [&](Text own) { return store.view(own) == "OutgoingTransactions"; });
}

Failure level_too_high(std::string path) {
  return fail(Code::invalid_quantity,
              "The level of a place is at most " + std::to_string(limits::stock_level) + ".",
              std::move(path));
}

const Address* place_address(const Store& store, Ref owner) {
  const AgentAddresses& own = store.at<Agent>(owner).addresses;
  if (own.visiting.line1) return &own.visiting;
  return own.main.line1 ? &own.main : nullptr;
}

Ref first_root(const Store& store, Ref owner) {
  if (!owner) return {};
  const List<Ref>& roots = store.at<Agent>(owner).stock_roots;
  return roots.empty() ? Ref{} : roots.front();
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
    if (each.serial) {
      failure->details += " with the serial number ";
      failure->details += store.view(each.serial);
    }
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
