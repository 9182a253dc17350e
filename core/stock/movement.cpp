#include "stock/movement.hpp"

#include <algorithm>
#include <map>

#include "base/limits.hpp"
#include "model/agent.hpp"

namespace waybill::stock {

namespace {

const Member& parent_member() {
  static const Member& member = stock_place_type.member("parent");
  return member;
}

bool is_held(const Store& store, uint32_t unit) {
  return static_cast<bool>(store.rows<ProductUnit>().at(unit).holder);
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
         store_.table(TableId::stock_places).find(parent_member(), place.value)) {
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

/// Takes a unit from where it lies; nobody holds it any more.
void remove_unit(Store& store, Ref unit) {
  store.update<ProductUnit>(unit, [](ProductUnit& row) {
    row.place_product.first = {};
    row.holder = {};
  });
}

void register_unit(Store& store, Ref place, Ref product, Text serial) {
  Ref unit = find_unit(store, product, serial);
  if (!unit) {
    ProductUnit row;
    row.place_product = {{}, product};
    row.serial = serial;
    unit = store.insert(row);
  }
  store.update<ProductUnit>(unit, [&](ProductUnit& row) { row.place_product.first = place; });
  offer_unit(store, unit);
}

/// There are never more units with serial numbers than goods; held ones go only if goods were
/// written off below what is held.
void drop_excess_units(Store& store, AdjustmentItem& item) {
  const auto rows = units_at(store, item.place, item.product);
  const Decimal goods = physical_at(store, item.place, item.product);
  const auto fits = [&](size_t count) {
    return Decimal::from_int(static_cast<int64_t>(count)) <= goods;
  };
  if (rows.empty() || fits(rows.size())) return;
  std::vector<uint32_t> units(rows.begin(), rows.end());
  std::stable_partition(units.begin(), units.end(),
                        [&](uint32_t unit) { return !is_held(store, unit); });
  for (size_t gone = 0; gone < units.size() && !fits(units.size() - gone); ++gone) {
    item.serials.push_back(store.rows<ProductUnit>().at(units[gone]).serial);
    remove_unit(store, Ref::to(units[gone]));
  }
}

/// What a place can give without touching units that lines hold by their serial numbers.
Decimal spare_at(const Store& store, Ref place, Ref product) {
  const auto units = units_at(store, place, product);
  const auto held = std::count_if(units.begin(), units.end(),
                                  [&](uint32_t unit) { return is_held(store, unit); });
  DecimalSum spare;
  spare.add(physical_at(store, place, product));
  spare.subtract(Decimal::from_int(held));
  return spare.saturated();
}

/// Whether as many goods lie at the place as units with serial numbers would: a level that was
/// below zero has no room for them.
bool has_room(const Store& store, const AdjustmentItem& item) {
  const size_t units = units_at(store, item.place, item.product).size() + item.serials.size();
  return Decimal::from_int(static_cast<int64_t>(units)) <=
         physical_at(store, item.place, item.product);
}

constexpr std::string_view reason_names[] = {"Shipment", "Return", "StockEntry", "StockReset"};

}  // namespace

Ref system_reason(Store& store, SystemReason reason) {
  static const Member& member = adjustment_reason_type.member("system");
  const Text name = store.intern(reason_names[static_cast<size_t>(reason)]);
  const auto rows = store.table(TableId::adjustment_reasons).find(member, name.id);
  if (!rows.empty()) return Ref::to(*rows.first());
  AdjustmentReason row;
  row.name = name;
  row.system = name;
  row.active = MaybeBool::yes;
  return store.insert(std::move(row));
}

Text direction_text(Store& store, bool increase) {
  return store.intern(increase ? "Increase" : "Decrease");
}

bool is_increase(const Store& store, const AdjustmentItem& item) {
  return store.view(item.direction) == "Increase";
}

bool apply(Store& store, AdjustmentItem& item) {
  const bool increase = is_increase(store, item);
  const Decimal units = increase ? *item.quantity : (*item.quantity).negated();
  if (!add_physical(store, item.place, item.product, units)) return false;
  if (increase && !has_room(store, item)) item.serials.clear();
  for (const Text serial : item.serials) {
    if (increase) {
      register_unit(store, item.place, item.product, serial);
    } else {
      remove_unit(store, find_unit(store, item.product, serial));
    }
  }
  if (!increase) drop_excess_units(store, item);
  return true;
}

bool Movement::move(Ref owner, Ref place, Ref product, Decimal units, bool increase,
                    const std::vector<Text>& serials) {
  if (!reason_) reason_ = system_reason(store_, system_);
  AdjustmentItem item;
  item.product = product;
  item.place = place;
  item.reason = reason_;
  item.quantity = units;
  item.direction = direction_text(store_, increase);
  for (const Text serial : serials) item.serials.push_back(serial);
  if (!apply(store_, item)) return false;
  parts_.push_back({owner, std::move(item)});
  return true;
}

bool Movement::put(Ref owner, Ref place, Ref product, Decimal units,
                   const std::vector<Text>& serials) {
  return move(owner, place, product, units, true, serials);
}

/// Where goods are taken from, and which.
struct Movement::Drain {
  Ref owner;
  Ref product;
  std::vector<Ref> places;                                       // in their order
  Decimal (*level)(const Store& store, Ref place, Ref product);  // what each can give
  bool registered;  // the oldest units that no line holds leave, as far as there are any (C-76)
};

/// The level becomes less, or was there: its limit is not in the way.
void Movement::take_from(const Drain& from, Ref place, Decimal units) {
  std::vector<Text> serials;
  for (const uint32_t unit : units_at(store_, place, from.product)) {
    const auto more = static_cast<int64_t>(serials.size()) + 1;
    if (!from.registered || Decimal::from_int(more) > units) break;
    if (!is_held(store_, unit)) serials.push_back(store_.rows<ProductUnit>().at(unit).serial);
  }
  check(move(from.owner, place, from.product, units, false, serials));
}

/// The first place that can give all alone, else one after another; what is left in the end.
Decimal Movement::drain(const Drain& from, Decimal units) {
  if (!units.is_positive()) return {};
  for (const Ref place : from.places) {
    if (from.level(store_, place, from.product) < units) continue;
    take_from(from, place, units);
    return {};
  }
  for (const Ref place : from.places) {
    const Decimal here = from.level(store_, place, from.product);
    if (!here.is_positive()) continue;
    const Decimal part = here < units ? here : units;
    take_from(from, place, part);
    units = *units.minus(part);
    if (units.is_zero()) break;
  }
  return units;
}

void Movement::take(Ref owner, const Withdrawal& what) {
  const Decimal one = Decimal::from_int(1);
  Decimal others = *what.units.minus(what.loose);
  for (const Text serial : what.named) {
    const Ref place = store_.at<ProductUnit>(find_unit(store_, what.product, serial)).place();
    check(move(owner, place, what.product, one, false, {serial}));
    others = *others.minus(one);
  }
  Drain from{owner, what.product, places_with(store_, owner, what.product), loose_at, false};
  if (from.places.size() > 1) TakingOrder(store_, owner, what.source).sort(from.places);
  check(drain(from, what.loose).is_zero());
  from.level = spare_at;
  from.registered = true;
  others = drain(from, others);
  from.level = physical_at;  // goods were written off below what is held
  check(drain(from, others).is_zero());
}

void Movement::clear(Ref owner, Ref place, Ref product) {
  const Decimal level = physical_at(store_, place, product);
  if (!level.is_zero()) {
    check(move(owner, place, product, level.magnitude(), level.is_negative(), {}));
  }
}

void Movement::end() {
  while (!parts_.empty()) {
    const Ref owner = parts_.front().owner;
    const Ref ref = Ref::to(store_.rows<StockAdjustment>().size());
    StockAdjustment adjustment;
    adjustment.timestamp = context_.now;
    adjustment.owner = owner;
    std::vector<Part> others;
    for (Part& part : parts_) {
      if (part.owner == owner) {
        part.item.adjustment = ref;
        adjustment.items.push_back(store_.insert(std::move(part.item)));
      } else {
        others.push_back(std::move(part));
      }
    }
    check(store_.insert(std::move(adjustment)) == ref);
    parts_ = std::move(others);
  }
}

}  // namespace waybill::stock
