#pragma once

#include "model/common.hpp"

namespace waybill {

/// C-50. The owner is worked out from the agents' stockRoots.
struct StockPlace {
  static constexpr TableId table = TableId::stock_places;
  Identifiers identifiers;
  Text name;
  Ref parent;
  friend bool operator==(const StockPlace&, const StockPlace&) = default;
};
extern const Type stock_place_type;

/// C-61.
struct AdjustmentReason {
  static constexpr TableId table = TableId::adjustment_reasons;
  Identifiers identifiers;
  Text name, direction;  // Increase, Decrease or empty
  Text system;           // names what the engine itself uses it for (C-66)
  MaybeBool active = MaybeBool::none;
  friend bool operator==(const AdjustmentReason&, const AdjustmentReason&) = default;
};
extern const Type adjustment_reason_type;

/// C-60.
struct StockAdjustment {
  static constexpr TableId table = TableId::stock_adjustments;
  Identifiers identifiers;
  MaybeInstant timestamp;
  Ref owner;
  List<Ref> items;
  Text transaction_id;
  friend bool operator==(const StockAdjustment&, const StockAdjustment&) = default;
};
extern const Type stock_adjustment_type;

struct AdjustmentItem {
  static constexpr TableId table = TableId::adjustment_items;
  Identifiers identifiers;
  Ref adjustment, product, place, reason;
  MaybeDecimal quantity;  // the magnitude
  Text direction;         // Increase or Decrease
  List<Text> serials;     // of the units that moved, as far as they have serial numbers
  friend bool operator==(const AdjustmentItem&, const AdjustmentItem&) = default;
};
extern const Type adjustment_item_type;

/// C-63: levels that were counted; the adjustment that brought them about holds what moved.
struct StockEntrySubmission {
  static constexpr TableId table = TableId::stock_entries;
  Identifiers identifiers;
  Ref adjustment;
  uint32_t digest = 0;  // of what was sent, which tells a repeat
  friend bool operator==(const StockEntrySubmission&, const StockEntrySubmission&) = default;
};
extern const Type stock_entry_submission_type;

/// One entry of its body.
struct StockEntryInput {
  Ref product, place;
  MaybeDecimal physical;
};
extern const Type stock_entry_type;

/// C-55: there is one, the default.
struct Stock {
  static constexpr TableId table = TableId::stocks;
  Identifiers identifiers;
  Text name;
  MaybeBool is_default = MaybeBool::none;
  friend bool operator==(const Stock&, const Stock&) = default;
};
extern const Type stock_type;

/// What lies at one place of one product: the sum of the adjustments' items (C-66).
struct StockLevel {
  static constexpr TableId table = TableId::stock_levels;
  Pair place_product;
  Ref place, product;
  MaybeDecimal physical;
  friend bool operator==(const StockLevel&, const StockLevel&) = default;
};
extern const Type stock_level_type;

/// What orders hold of one product at one owner: the sum of open holds (C-52).
struct StockHold {
  static constexpr TableId table = TableId::stock_holds;
  Pair owner_product;
  MaybeDecimal held;
  friend bool operator==(const StockHold&, const StockHold&) = default;
};
extern const Type stock_hold_type;

/// A registered serial (C-26): where it lies, if it is in stock, and the line that holds it (C-76).
struct ProductUnit {
  static constexpr TableId table = TableId::product_units;
  Pair place_product;
  Ref holder;
  Text serial;
  Ref place() const { return place_product.first; }
  Ref product() const { return place_product.second; }
  friend bool operator==(const ProductUnit&, const ProductUnit&) = default;
};
extern const Type product_unit_type;

}  // namespace waybill
