#include "model/record.hpp"

#include "model/computed.hpp"

namespace waybill {

namespace {

constexpr std::string_view action_names[] = {"Reserve",       "Unreserve",   "Commit",
                                             "Fulfill",       "Cancel",      "CommitReturn",
                                             "FulfillReturn", "CancelReturn"};

constexpr Member internal(std::string_view name, uint8_t tag, size_t offset, TableId target) {
  return {.name = name,
          .kind = Kind::ref,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .show = Show::internal,
          .target = target};
}

constexpr Member record_members[] = {
    WAYBILL_IDENTIFIERS(TradeRecord),
    Member{.name = "items",
           .kind = Kind::refs,
           .tag = 2,
           .offset = offsetof(TradeRecord, items),
           .show = Show::by_default,
           .doc = "One for each line that was touched.",
           .target = TableId::trade_record_items},
    Member{.name = "timestamp",
           .kind = Kind::instant,
           .tag = 3,
           .offset = offsetof(TradeRecord, timestamp),
           .doc = "When it happened.",
           .indexed = Indexed::ordered},
    internal("order", 4, offsetof(TradeRecord, order), TableId::trade_orders),
    Member{.name = "orders",
           .kind = Kind::computed,
           .doc = "The trade order.",
           .target = TableId::trade_orders,
           .compute = computed::trade_record_orders,
           .yields = Kind::refs},
};

constexpr Member item_members[] = {
    WAYBILL_IDENTIFIERS(TradeRecordItem),
    Member{.name = "actions",
           .kind = Kind::computed,
           .show = Show::by_default,
           .doc = "What was done to the line.",
           .compute = computed::record_item_actions},
    internal("record", 2, offsetof(TradeRecordItem, record), TableId::trade_records),
    internal("line", 3, offsetof(TradeRecordItem, line), TableId::order_items),
    internal("return", 4, offsetof(TradeRecordItem, order_return), TableId::order_returns),
    Member{.name = "action",
           .kind = Kind::symbol,
           .tag = 5,
           .offset = offsetof(TradeRecordItem, action),
           .show = Show::internal,
           .symbols = action_names},
    Member{.name = "quantity",
           .kind = Kind::decimal,
           .tag = 6,
           .offset = offsetof(TradeRecordItem, quantity),
           .show = Show::internal},
    Member{.name = "amount",
           .kind = Kind::decimal,
           .tag = 7,
           .offset = offsetof(TradeRecordItem, amount),
           .show = Show::internal},
};

constexpr Member truth(std::string_view name, uint8_t tag, size_t offset) {
  return {.name = name,
          .kind = Kind::boolean,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .show = Show::internal};
}
constexpr Member notes(std::string_view name, uint8_t tag, size_t offset) {
  return {.name = name,
          .kind = Kind::text,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .show = Show::internal};
}

constexpr Member return_members[] = {
    internal("line", 1, offsetof(OrderReturn, line), TableId::order_items),
    internal("reason", 2, offsetof(OrderReturn, reason), TableId::return_reasons),
    internal("replacement", 3, offsetof(OrderReturn, replacement), TableId::products),
    internal("returnee", 4, offsetof(OrderReturn, returnee), TableId::agents),
    internal("returner", 5, offsetof(OrderReturn, returner), TableId::agents),
    Member{.name = "open",
           .kind = Kind::decimal,
           .tag = 6,
           .offset = offsetof(OrderReturn, open),
           .show = Show::internal},
    Member{.name = "instances",
           .kind = Kind::refs,
           .tag = 7,
           .offset = offsetof(OrderReturn, instances),
           .show = Show::internal,
           .target = TableId::product_instances},
    truth("complaint", 8, offsetof(OrderReturn, complaint)),
    truth("restock", 9, offsetof(OrderReturn, restock)),
    truth("manual", 10, offsetof(OrderReturn, manual)),
    notes("internalNotes", 11, offsetof(OrderReturn, internal_notes)),
    notes("receiptNotes", 12, offsetof(OrderReturn, receipt_notes)),
};

}  // namespace

std::string_view record_action_name(RecordAction action) {
  return action_names[static_cast<uint32_t>(action)];
}

const Type trade_record_type{"trade record", record_members, {.read_only_trap = "T-O-12"}};
const Type trade_record_item_type{"trade record item", item_members, {.read_only_trap = "T-O-12"}};
const Type order_return_type{"order return", return_members};

}  // namespace waybill
