#pragma once

#include "model/stock.hpp"
#include "rules/body.hpp"

namespace waybill::stock {

/// Creates a stock adjustment and moves what it says, all items or none (C-60 to C-62).
Result<Ref> create_adjustment(Context& context, const Body& body,
                              const Identifiers& path_identifiers);

/// What adjustments and submissions say alike: when, whose stock, the caller's number, and which
/// stock, of which there is one (C-55).
Failure read_document(Context& context, const Body& body, StockAdjustment& out);

/// The units that an item names by their serial numbers, `instance: {"imei": …}` or
/// `productInstances` (C-26), and how many all of these are; empty if it names none.
struct NamedUnits {
  List<Text> serials;
  MaybeDecimal count;
};
Result<NamedUnits> read_units(Context& context, const Body& item);
/// 409 if a unit that comes is in stock already, or one that goes is not at the place (C-26).
Failure check_units(const Store& store, const AdjustmentItem& row, bool increase, const Body& item);

/// What a body about a stored adjustment does: adds identifiers. What it says otherwise is kept as
/// it was, with a hint (C-62, T-C-14).
Failure keep_adjustment(Context& context, Ref ref, const Body& body);

}  // namespace waybill::stock
