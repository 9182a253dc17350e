#include "model/relationship.hpp"

#include "model/computed.hpp"
#include "orders/orders.hpp"

namespace waybill::orders {

namespace {

Posting relationships_of(const Store& store, Ref supplier, Ref customer) {
  static const Member& member = trade_relationship_type.member("parties");
  return store.table(TableId::trade_relationships).find(member, Pair{supplier, customer}.key());
}

}  // namespace

Ref find_relationship(const Store& store, Ref supplier, Ref customer) {
  const auto rows = relationships_of(store, supplier, customer);
  return rows.empty() ? Ref{} : Ref::to(*rows.first());
}

/// O-12, C-17.
void make_relationship(Context& context, const TradeOrder& order) {
  if (find_relationship(context.store, order.supplier, order.customer)) return;
  TradeRelationship row;
  row.parties = {order.supplier, order.customer};
  row.default_currency = order.currency;
  row.modified = context.now;
  context.store.insert(std::move(row));
}

/// One of them suffices, if there are several of the two; before and after its interval it says
/// nothing.
bool allows_back_order(const Context& context, const TradeOrder& order) {
  for (const uint32_t row : relationships_of(context.store, order.supplier, order.customer)) {
    const TradeRelationship& own = context.store.rows<TradeRelationship>().at(row);
    if (own.interval_start && context.now < *own.interval_start) continue;
    if (own.interval_end && context.now >= *own.interval_end) continue;
    if (own.allows_back_order == MaybeBool::yes) return true;
  }
  return false;
}

}  // namespace waybill::orders

namespace waybill::computed {

Value order_relationship(const View& view, TableId, uint32_t row) {
  const TradeOrder& order = view.store.rows<TradeOrder>().at(row);
  return Value::entity(TableId::trade_relationships,
                       orders::find_relationship(view.store, order.supplier, order.customer));
}

}  // namespace waybill::computed
