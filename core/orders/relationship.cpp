#include "model/relationship.hpp"

#include "model/computed.hpp"
#include "orders/orders.hpp"

namespace waybill::orders {

Ref find_relationship(const Store& store, Ref supplier, Ref customer) {
  static const Member& member = trade_relationship_type.member("parties");
  const auto rows =
      store.table(TableId::trade_relationships).find(member, Pair{supplier, customer}.key());
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

bool allows_back_order(const Store& store, const TradeOrder& order) {
  const Ref found = find_relationship(store, order.supplier, order.customer);
  return found && store.at<TradeRelationship>(found).allows_back_order == MaybeBool::yes;
}

}  // namespace waybill::orders

namespace waybill::computed {

Value order_relationship(const View& view, TableId, uint32_t row) {
  const TradeOrder& order = view.store.rows<TradeOrder>().at(row);
  return Value::entity(TableId::trade_relationships,
                       orders::find_relationship(view.store, order.supplier, order.customer));
}

}  // namespace waybill::computed
