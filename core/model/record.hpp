#pragma once

#include "model/common.hpp"

namespace waybill {

/// What a trade record tells of a line (O-87).
enum class RecordAction : uint32_t {
  reserve,
  unreserve,
  commit,
  fulfill,
  cancel,
  commit_return,
  fulfill_return,
  cancel_return
};
std::string_view record_action_name(RecordAction action);

/// One effective move of an order's units (O-87).
struct TradeRecord {
  static constexpr TableId table = TableId::trade_records;
  Identifiers identifiers;
  Ref order;
  MaybeInstant timestamp;
  List<Ref> items;
  friend bool operator==(const TradeRecord&, const TradeRecord&) = default;
};
extern const Type trade_record_type;

/// What of it touched one line, with its one action (O-88).
struct TradeRecordItem {
  static constexpr TableId table = TableId::trade_record_items;
  Identifiers identifiers;
  Ref record, line;
  Ref order_return;     // what a return is about
  uint32_t action = 0;  // RecordAction
  MaybeDecimal quantity, amount;
  friend bool operator==(const TradeRecordItem&, const TradeRecordItem&) = default;
};
extern const Type trade_record_item_type;

/// Units of a line that one `commitReturn` promised to take back, and on what terms (O-83).
struct OrderReturn {
  static constexpr TableId table = TableId::order_returns;
  Ref line, reason, replacement, returnee, returner;
  MaybeDecimal open;    // units neither taken back nor called off yet
  List<Ref> instances;  // those of them with serial numbers
  MaybeBool complaint = MaybeBool::none;
  MaybeBool restock = MaybeBool::none;
  MaybeBool manual = MaybeBool::none;
  Text internal_notes, receipt_notes;
  friend bool operator==(const OrderReturn&, const OrderReturn&) = default;
};
extern const Type order_return_type;

}  // namespace waybill
