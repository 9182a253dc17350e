#include "model/record.hpp"

#include "model/computed.hpp"

namespace waybill {

namespace {

constexpr std::string_view action_names[] = {"Reserve",       "Unreserve",   "Commit",
                                             "Fulfill",       "Cancel",      "CommitReturn",
                                             "FulfillReturn", "CancelReturn"};

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
    internal("order", Kind::ref, 4, offsetof(TradeRecord, order), TableId::trade_orders),
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
    internal("record", Kind::ref, 2, offsetof(TradeRecordItem, record), TableId::trade_records),
    internal("line", Kind::ref, 3, offsetof(TradeRecordItem, line), TableId::order_items),
    internal("return", Kind::ref, 4, offsetof(TradeRecordItem, order_return),
             TableId::order_returns),
    Member{.name = "action",
           .kind = Kind::symbol,
           .tag = 5,
           .offset = offsetof(TradeRecordItem, action),
           .show = Show::internal,
           .symbols = action_names},
    internal("quantity", Kind::decimal, 6, offsetof(TradeRecordItem, quantity)),
    internal("amount", Kind::decimal, 7, offsetof(TradeRecordItem, amount)),
};

constexpr Member return_members[] = {
    internal("line", Kind::ref, 1, offsetof(OrderReturn, line), TableId::order_items),
    internal("reason", Kind::ref, 2, offsetof(OrderReturn, reason), TableId::return_reasons),
    internal("replacement", Kind::ref, 3, offsetof(OrderReturn, replacement), TableId::products),
    internal("returnee", Kind::ref, 4, offsetof(OrderReturn, returnee), TableId::agents),
    internal("returner", Kind::ref, 5, offsetof(OrderReturn, returner), TableId::agents),
    internal("open", Kind::decimal, 6, offsetof(OrderReturn, open)),
    internal("instances", Kind::refs, 7, offsetof(OrderReturn, instances),
             TableId::product_instances),
    internal("complaint", Kind::boolean, 8, offsetof(OrderReturn, complaint)),
    internal("restock", Kind::boolean, 9, offsetof(OrderReturn, restock)),
    internal("manual", Kind::boolean, 10, offsetof(OrderReturn, manual)),
    internal("internalNotes", Kind::text, 11, offsetof(OrderReturn, internal_notes)),
    internal("receiptNotes", Kind::text, 12, offsetof(OrderReturn, receipt_notes)),
};

}  // namespace

std::string_view record_action_name(RecordAction action) {
  return action_names[static_cast<uint32_t>(action)];
}

const Type trade_record_type{"trade record", record_members, {.read_only_trap = "T-O-12"}};
const Type trade_record_item_type{"trade record item", item_members, {.read_only_trap = "T-O-12"}};
const Type order_return_type{"order return", return_members};

}  // namespace waybill
