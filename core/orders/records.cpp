#include "model/computed.hpp"
#include "model/record.hpp"
#include "orders/orders.hpp"

/// Trade records as they are read (O-87, O-88).
namespace waybill::computed {

namespace {

using Field = Record::Field;

Value record_of(const View& view, std::string_view type, std::initializer_list<Field> fields) {
  Record record;
  record.type = type;
  record.fields = view.arena.copy(std::span<const Field>(fields.begin(), fields.size()));
  return Value::record(*view.arena.make(record));
}

Value list_of(const View& view, Value only) {
  return Value::values(view.arena.copy(std::span<const Value>(&only, 1)));
}

Value truth(MaybeBool value) {
  return value == MaybeBool::none ? Value{} : Value::of(value == MaybeBool::yes);
}

/// The terms of a return that was taken back; null for other actions.
Value return_of(const View& view, const TradeRecordItem& item) {
  if (item.action != static_cast<uint32_t>(RecordAction::fulfill_return)) return {};
  const OrderReturn& own = view.store.at<OrderReturn>(item.order_return);
  return record_of(view, "trade record item return",
                   {{"reason", Value::entity(TableId::return_reasons, own.reason)},
                    {"restock", truth(own.restock)},
                    {"complaint", truth(own.complaint)}});
}

}  // namespace

Value trade_record_orders(const View& view, TableId, uint32_t row) {
  return list_of(
      view, Value::entity(TableId::trade_orders, view.store.rows<TradeRecord>().at(row).order));
}

/// An item has one action (O-87).
Value record_item_actions(const View& view, TableId, uint32_t row) {
  const TradeRecordItem& item = view.store.rows<TradeRecordItem>().at(row);
  const OrderItem& line = view.store.at<OrderItem>(item.line);
  const Ref currency = view.store.at<TradeOrder>(line.order).currency;
  const uint32_t digits = orders::minor_digits(view.store, currency);
  const Value quantity = Value::of(*item.quantity);
  const Value amount = item.amount ? Value::of_amount(*item.amount, digits) : Value{};
  const Value effect = record_of(view, "trade order item effect",
                                 {{"affectedItem", Value::entity(TableId::order_items, item.line)},
                                  {"affectedQuantity", quantity},
                                  {"affectedAmount", amount}});
  const auto action = static_cast<RecordAction>(item.action);
  return list_of(view,
                 record_of(view, "trade record item action",
                           {{"type", Value::of(record_action_name(action))},
                            {"quantity", quantity},
                            {"amount", amount},
                            {"product", Value::entity(TableId::products, line.product), false},
                            {"currency", Value::entity(TableId::currencies, currency), false},
                            {"tradeOrderItemEffects", list_of(view, effect), false},
                            {"return", return_of(view, item), false}}));
}

}  // namespace waybill::computed
