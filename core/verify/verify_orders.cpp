#include <array>
#include <map>
#include <set>
#include <vector>

#include "model/instance.hpp"
#include "model/order.hpp"
#include "model/record.hpp"
#include "model/shipment.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "verify/audit.hpp"

namespace waybill::verify {

namespace {

using orders::add;
using orders::units_in;

/// Phases of a line or a shipment's item: none twice, none empty, all of the quantity (O-44, O-75).
void check_phases(Audit& audit, TableId table, Ref ref, const Phases& phases, Decimal quantity) {
  Decimal sum;
  uint32_t present = 0;
  for (const PhaseRow& each : phases) {
    audit.check((present >> each.phase & 1) == 0, table, ref, "a phase stands twice");
    audit.check((*each.quantity).is_positive(), table, ref, "a phase holds no units");
    present |= 1u << each.phase;
    sum = add(sum, *each.quantity);
  }
  audit.equal(table, ref, "quantity", quantity, sum);
}

/// Units that are told apart: all of the line's, and those with serial numbers no more of a phase
/// than there are (O-30).
void check_instances(Audit& audit, Ref ref, const OrderItem& line) {
  if (line.instances.empty()) return;
  Decimal sum;
  std::array<int64_t, phase_count> serials{};
  for (const Ref instance : line.instances) {
    const ProductInstance& own = audit.store.at<ProductInstance>(instance);
    audit.check(own.line == ref && own.product == line.product, TableId::order_items, ref,
                "one of its units is another line's");
    sum = add(sum, *own.quantity);
    if (own.serial) ++serials[own.phase];
  }
  audit.equal(TableId::order_items, ref, "quantity of its units", sum, *line.quantity);
  for (uint32_t phase = 0; phase < phase_count; ++phase) {
    audit.check(Decimal::from_int(serials[phase]) <= units_in(line.phases, phase),
                TableId::order_items, ref,
                "more units with serial numbers are in a phase than units");
  }
}

/// Units of lines by phase, as trade records moved them one after another (O-87).
class Recorded {
 public:
  explicit Recorded(Audit& audit) {
    audit.each<TradeRecordItem>([&](Ref ref, const TradeRecordItem& item) {
      const OrderItem& line = audit.store.at<OrderItem>(item.line);
      audit.check(audit.store.at<TradeRecord>(item.record).order == line.order,
                  TableId::trade_record_items, ref, "it is of another order than its line");
      const auto [units, is_new] = units_.try_emplace(item.line.value);
      if (is_new) at(units->second, Phase::new_) = *line.quantity;
      audit.check(move(units->second, item), TableId::trade_record_items, ref,
                  "it moves more units than there were");
    });
  }

  Decimal of(Ref ref, const OrderItem& line, Phase phase) const {
    const auto found = units_.find(ref.value);
    if (found != units_.end()) return found->second[static_cast<size_t>(phase)];
    return phase == Phase::new_ ? *line.quantity : Decimal();
  }

 private:
  using Units = std::array<Decimal, phase_count>;
  struct Passage {
    std::vector<Phase> from;  // the first as long as it has any
    Phase to;
  };

  static Decimal& at(Units& units, Phase phase) { return units[static_cast<size_t>(phase)]; }

  static Passage passage_of(RecordAction action) {
    switch (action) {
      case RecordAction::reserve:
        return {{Phase::unreserved, Phase::new_}, Phase::reserved};
      case RecordAction::unreserve:
        return {{Phase::reserved}, Phase::unreserved};
      case RecordAction::commit:
        return {{Phase::new_, Phase::reserved}, Phase::committed};
      case RecordAction::fulfill:
        return {{Phase::committed}, Phase::fulfilled};
      case RecordAction::cancel:
        return {{Phase::committed}, Phase::cancelled};
      case RecordAction::commit_return:
        return {{Phase::fulfilled, Phase::new_}, Phase::return_committed};
      case RecordAction::fulfill_return:
        return {{Phase::return_committed}, Phase::return_fulfilled};
      case RecordAction::cancel_return:
        break;
    }
    return {{Phase::return_committed}, Phase::fulfilled};
  }

  /// Whether there were enough.
  static bool move(Units& units, const TradeRecordItem& item) {
    const Passage passage = passage_of(static_cast<RecordAction>(item.action));
    Decimal left = *item.quantity;
    for (const Phase from : passage.from) {
      Decimal& here = at(units, from);
      const Decimal moved = here < left ? here : left;
      here = add(here, moved.negated());
      left = add(left, moved.negated());
    }
    at(units, passage.to) = add(at(units, passage.to), add(*item.quantity, left.negated()));
    return left.is_zero();
  }

  std::map<uint32_t, Units> units_;  // by line
};

void check_records(Audit& audit, Ref ref, const OrderItem& line, const Recorded& recorded) {
  // A return may be of a unit that is New though others are Fulfilled: which, no record says.
  const bool told_apart = !line.instances.empty();
  for (uint32_t i = 0; i < phase_count; ++i) {
    const Phase phase = static_cast<Phase>(i);
    if (told_apart && (phase == Phase::new_ || phase == Phase::fulfilled)) continue;
    audit.equal(TableId::order_items, ref, std::string(phase_name(phase)) + " quantity",
                units_in(line.phases, phase), recorded.of(ref, line, phase));
  }
}

/// Units that wait to be returned are those of its open returns, each of one return (O-83).
void check_returns(Audit& audit, Ref ref, const OrderItem& line) {
  Decimal open;
  std::set<uint32_t> instances;
  for (const Ref each : line.returns) {
    const OrderReturn& own = audit.store.at<OrderReturn>(each);
    audit.check(own.line == ref, TableId::order_items, ref, "one of its returns is another line's");
    open = add(open, *own.open);
    for (const Ref instance : own.instances) {
      const ProductInstance& unit = audit.store.at<ProductInstance>(instance);
      const bool waits = unit.phase == static_cast<uint32_t>(Phase::return_committed);
      audit.check(unit.line == ref && waits && instances.insert(instance.value).second,
                  TableId::order_items, ref, "one of its returns names a unit that is not its own");
    }
  }
  audit.equal(TableId::order_items, ref, "ReturnCommitted quantity",
              units_in(line.phases, Phase::return_committed), open);
}

}  // namespace

void lines(Audit& audit) {
  const Recorded recorded(audit);
  audit.each<OrderItem>([&](Ref ref, const OrderItem& line) {
    check_phases(audit, TableId::order_items, ref, line.phases, *line.quantity);
    audit.check(audit.store.at<TradeOrder>(line.order).items.contains(ref), TableId::order_items,
                ref, "its order does not list it");
    const bool reserved = !units_in(line.phases, Phase::reserved).is_zero();
    audit.check(reserved == static_cast<bool>(line.expires), TableId::order_items, ref,
                "a reservation never ends, or what ends is none");
    check_instances(audit, ref, line);
    check_records(audit, ref, line, recorded);
    check_returns(audit, ref, line);
  });
  audit.each<TradeOrder>([&](Ref ref, const TradeOrder& order) {
    for (const Ref line : order.items) {
      audit.check(audit.store.at<OrderItem>(line).order == ref, TableId::trade_orders, ref,
                  "one of its lines is another order's");
    }
    for (const Ref shipment : order.shipments) {
      audit.check(audit.store.at<ShipmentOrder>(shipment).orders.contains(ref),
                  TableId::trade_orders, ref, "one of its shipments does not name it");
    }
    for (const Ref record : order.records) {
      audit.check(audit.store.at<TradeRecord>(record).order == ref, TableId::trade_orders, ref,
                  "one of its records is another order's");
    }
  });
}

void shipments(Audit& audit) {
  Sums waiting, shipped;  // by line
  audit.each<ShipmentItem>([&](Ref ref, const ShipmentItem& item) {
    check_phases(audit, TableId::shipment_items, ref, item.phases, *item.quantity);
    audit.check(audit.store.at<ShipmentOrder>(item.shipment).items.contains(ref),
                TableId::shipment_items, ref, "its shipment does not list it");
    if (!item.order_item) return;
    const Decimal on_it = units_in(item.phases, ShipmentPhase::new_);
    waiting.add(item.order_item.value, on_it);
    shipped.add(item.order_item.value, add(*item.quantity, on_it.negated()));
  });
  Sums fulfilled;
  audit.each<TradeRecordItem>([&](Ref, const TradeRecordItem& item) {
    if (item.action == static_cast<uint32_t>(RecordAction::fulfill)) {
      fulfilled.add(item.line.value, *item.quantity);
    }
  });
  audit.each<OrderItem>([&](Ref ref, const OrderItem& line) {
    audit.check(waiting.at(ref.value) <= units_in(line.phases, Phase::committed),
                TableId::order_items, ref, "more of it waits on shipments than is Committed");
    audit.equal(TableId::order_items, ref, "what was fulfilled of it", fulfilled.at(ref.value),
                shipped.at(ref.value));
  });
  audit.each<ShipmentOrder>([&](Ref ref, const ShipmentOrder& shipment) {
    for (const Ref order : shipment.orders) {
      audit.check(audit.store.at<TradeOrder>(order).shipments.contains(ref),
                  TableId::shipment_orders, ref, "its order does not list it");
    }
    MaybeInstant last;
    for (const Ref each : shipment.records) {
      const ShipmentRecord& record = audit.store.at<ShipmentRecord>(each);
      audit.check(record.shipment == ref && (!last || *last <= *record.timestamp),
                  TableId::shipment_orders, ref,
                  "one of its records is another shipment's, or stands in the wrong place");
      last = record.timestamp;
    }
  });
}

void payments(Audit& audit) {
  audit.each<PaymentOrder>([&](Ref ref, const PaymentOrder& payment) {
    if (!payment.order) return;
    const TradeOrder& order = audit.store.at<TradeOrder>(payment.order);
    audit.check(order.payments.contains(ref), TableId::payment_orders, ref,
                "its order does not list it");
    audit.check(order.currency == payment.currency, TableId::payment_orders, ref,
                "it is in another currency than its order");
  });
  audit.each<TradeOrder>([&](Ref ref, const TradeOrder& order) {
    MaybeInstant last;
    DecimalSum paid;
    for (const Ref each : order.payments) {
      const PaymentOrder& payment = audit.store.at<PaymentOrder>(each);
      audit.check(payment.order == ref && (!last || *last <= *payment.timestamp),
                  TableId::trade_orders, ref,
                  "one of its payments is another order's, or stands in the wrong place");
      last = payment.timestamp;
      paid.add(*payment.amount);
    }
    audit.check(!paid.saturated().is_negative(), TableId::trade_orders, ref,
                "more was refunded than was paid");
  });
}

}  // namespace waybill::verify
