#include "orders/move.hpp"

#include "model/computed.hpp"
#include "model/instance.hpp"
#include "orders/instances.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

namespace {

/// Units with serial numbers follow their line, one after another.
void move_instances(Store& store, const List<Ref>& candidates, Phase from, Phase to,
                    Decimal units) {
  for (const Ref ref : serials_in(store, candidates, from, units)) {
    store.update<ProductInstance>(
        ref, [&](ProductInstance& row) { row.phase = static_cast<uint32_t>(to); });
  }
}

}  // namespace

void Move::units(Ref line, Phase from, Phase to, Decimal count, Which which) {
  if (count.is_zero()) return;
  Store& store = context_.store;
  store.update<OrderItem>(line, [&](OrderItem& row) { move_units(row.phases, from, to, count); });
  const List<Ref>& instances =
      which.instances != nullptr ? *which.instances : store.at<OrderItem>(line).instances;
  if (!instances.empty()) move_instances(store, instances, from, to, count);
  const bool again = !touched_.empty() && touched_.back().line == line &&
                     touched_.back().order_return == which.order_return;
  if (!again) touched_.push_back({line, which.order_return, Decimal()});
  touched_.back().units = add(touched_.back().units, count);
}

void Move::end() {
  if (touched_.empty()) return;
  Store& store = context_.store;
  const Ref record = Ref::to(store.rows<TradeRecord>().size());
  TradeRecord row;
  row.order = order_;
  row.timestamp = context_.now;
  row.items.reserve(static_cast<uint32_t>(touched_.size()));
  const uint32_t digits = minor_digits(store, store.at<TradeOrder>(order_).currency);
  for (const Touched& each : touched_) {
    TradeRecordItem item;
    item.record = record;
    item.line = each.line;
    item.order_return = each.order_return;
    item.action = static_cast<uint32_t>(action_);
    item.quantity = each.units;
    item.amount = line_total(stored_price(store.at<OrderItem>(each.line)), each.units, digits);
    row.items.push_back(store.insert(std::move(item)));
  }
  check(store.insert(std::move(row)) == record);
  store.update<TradeOrder>(order_, [&](TradeOrder& order) {
    order.records.push_back(record);
    order.modified = context_.now;
  });
  touched_.clear();
}

}  // namespace waybill::orders
