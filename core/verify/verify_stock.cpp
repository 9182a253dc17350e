#include "model/agent.hpp"
#include "model/instance.hpp"
#include "model/stock.hpp"
#include "orders/phases.hpp"
#include "stock/movement.hpp"
#include "verify/audit.hpp"

namespace waybill::verify {

namespace {

uint64_t pair_of(Ref first, Ref second) {
  return Pair{first, second}.key();
}

/// Levels, by place and product.
void levels(Audit& audit) {
  Sums moved;
  audit.each<AdjustmentItem>([&](Ref, const AdjustmentItem& item) {
    const uint64_t level = pair_of(item.place, item.product);
    if (stock::is_increase(audit.store, item)) {
      moved.add(level, *item.quantity);
    } else {
      moved.subtract(level, *item.quantity);
    }
  });
  std::map<uint64_t, Ref> known;
  audit.each<StockLevel>([&](Ref ref, const StockLevel& level) {
    const uint64_t key = level.place_product.key();
    audit.check(known.emplace(key, ref).second, TableId::stock_levels, ref,
                "there is a second level of the same product and place");
    audit.equal(TableId::stock_levels, ref, "physical quantity", *level.physical, moved.at(key));
  });
  audit.each<AdjustmentItem>([&](Ref ref, const AdjustmentItem& item) {
    audit.check(known.contains(pair_of(item.place, item.product)), TableId::adjustment_items, ref,
                "there is no level of what it moved");
  });
}

/// Holds, by owner and product.
void holds(Audit& audit) {
  Sums held;
  audit.each<OrderItem>([&](Ref ref, const OrderItem& line) {
    audit.check(static_cast<bool>(line.held) == static_cast<bool>(line.hold_owner),
                TableId::order_items, ref, "it holds stock of nobody, or nothing of somebody's");
    if (!line.held) return;
    held.add(pair_of(line.hold_owner, line.product), *line.held);
    audit.equal(TableId::order_items, ref, "what it holds", *line.held,
                orders::add(orders::units_in(line.phases, Phase::reserved),
                            orders::units_in(line.phases, Phase::committed)));
  });
  std::map<uint64_t, Ref> known;
  audit.each<StockHold>([&](Ref ref, const StockHold& hold) {
    const uint64_t key = hold.owner_product.key();
    audit.check(known.emplace(key, ref).second, TableId::stock_holds, ref,
                "there is a second sum of the same product and owner");
    audit.equal(TableId::stock_holds, ref, "held quantity", *hold.held, held.at(key));
  });
  for (const auto& [key, sum] : held.all()) {
    if (audit.failed()) return;
    const Ref product{static_cast<uint32_t>(key)};
    audit.check(known.contains(key), TableId::products, product,
                "lines hold some, but no sum of it is kept");
  }
}

/// Whether a line names the unit, and it is Reserved or Committed.
bool holds_unit(const Store& store, Ref line, const ProductUnit& unit) {
  for (const Ref ref : store.at<OrderItem>(line).instances) {
    const ProductInstance& own = store.at<ProductInstance>(ref);
    if (own.serial != unit.serial) continue;
    return own.phase == static_cast<uint32_t>(Phase::reserved) ||
           own.phase == static_cast<uint32_t>(Phase::committed);
  }
  return false;
}

/// Units with serial numbers: each lies where the last item that moved it left it.
void units(Audit& audit) {
  std::map<uint64_t, Ref> places;  // by product and serial number
  audit.each<AdjustmentItem>([&](Ref, const AdjustmentItem& item) {
    const bool increase = stock::is_increase(audit.store, item);
    for (const Text serial : item.serials) {
      places[pair_of(item.product, Ref{serial.id})] = increase ? item.place : Ref{};
    }
  });
  Sums lying;
  std::map<uint64_t, Ref> known;
  audit.each<ProductUnit>([&](Ref ref, const ProductUnit& unit) {
    const uint64_t key = pair_of(unit.product(), Ref{unit.serial.id});
    audit.check(known.emplace(key, ref).second, TableId::product_units, ref,
                "the serial number is registered twice");
    const auto place = places.find(key);
    audit.check(place != places.end() && place->second == unit.place(), TableId::product_units, ref,
                "it does not lie where the last adjustment left it");
    if (unit.place()) lying.add(unit.place_product.key(), Decimal::from_int(1));
    if (unit.holder) {
      audit.check(unit.place() && holds_unit(audit.store, unit.holder, unit),
                  TableId::product_units, ref, "a line holds it that does not name it");
    }
  });
  audit.each<StockLevel>([&](Ref ref, const StockLevel& level) {
    const Decimal there = lying.at(level.place_product.key());
    audit.check(there.is_zero() || there <= *level.physical, TableId::stock_levels, ref,
                "more units with serial numbers lie there than goods");
  });
}

/// A place is a root of one agent's stock at most (C-50).
void roots(Audit& audit) {
  std::map<uint32_t, Ref> owners;
  audit.each<Agent>([&](Ref ref, const Agent& agent) {
    for (const Ref root : agent.stock_roots) {
      audit.check(owners.emplace(root.value, ref).second, TableId::agents, ref,
                  "one of its stock roots is another agent's, too");
    }
  });
}

}  // namespace

void stock(Audit& audit) {
  levels(audit);
  holds(audit);
  units(audit);
  roots(audit);
}

}  // namespace waybill::verify
