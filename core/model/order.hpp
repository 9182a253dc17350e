#pragma once

#include "model/common.hpp"

namespace waybill {

/// Phases of a line's units, in the order in which `status` lists them (O-43).
enum class Phase : uint32_t {
  new_,
  reserved,
  unreserved,
  committed,
  fulfilled,
  return_committed,
  return_fulfilled,
  cancelled
};
inline constexpr uint32_t phase_count = 8;
std::string_view phase_name(Phase phase);

/// Chapter 03 section 2.
struct TradeOrder {
  static constexpr TableId table = TableId::trade_orders;
  // What most answers show stands together: a row is larger than a cache line.
  Identifiers identifiers;
  List<Ref> items;
  MaybeInstant timestamp;
  Ref customer, supplier, currency, carrier;
  List<Ref> payments, shipments, sellers, records, labels;
  MaybeInstant modified, reserved_until;
  Text suppliers_id, customers_id;
  List<Address> delivery_addresses, invoice_addresses;  // one at most (O-55)
  uint32_t actions_at_creation = 0;                     // bits of orders::action_names (T-O-9)
  friend bool operator==(const TradeOrder&, const TradeOrder&) = default;
};
extern const Type trade_order_type;

/// Chapter 03 section 3. Amounts other than the net price are computed from it (O-34).
struct OrderItem {
  static constexpr TableId table = TableId::order_items;
  // What most answers show stands together: a row is larger than a cache line.
  Identifiers identifiers;
  Ref order, product;
  Phases phases;                                       // most recently entered first (O-44)
  MaybeDecimal quantity, unit_amount, vat_percentage;  // unit_amount: net, empty while unpriced
  Ref seller;
  Ref hold_owner;               // whose stock it holds, however owners change later
  MaybeDecimal held;            // and how much
  MaybeInstant reserved_until;  // the line's own; without one the order's holds
  MaybeInstant expires;         // the one that holds, while units are Reserved
  List<Ref> instances;          // ProductInstance: all of its units, if it tells them apart
  List<Ref> returns;            // OrderReturn: those that are open
  MaybeBool manual_price = MaybeBool::none;
  MaybeBool discountable = MaybeBool::none;  // none: yes
  friend bool operator==(const OrderItem&, const OrderItem&) = default;
};
extern const Type order_item_type;
/// OrderItem::expires, which is indexed.
extern const Member& order_item_expires;

/// Chapter 03 section 8.
struct PaymentOrder {
  static constexpr TableId table = TableId::payment_orders;
  Identifiers identifiers;
  Ref currency, method, payer, payee, order;
  MaybeInstant timestamp, modified;
  Text transaction_id, means, consumer_printout, merchant_printout, raw_data;
  MaybeDecimal amount;
  List<Ref> items;
  friend bool operator==(const PaymentOrder&, const PaymentOrder&) = default;
};
extern const Type payment_order_type;

}  // namespace waybill
