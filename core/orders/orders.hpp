#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "rules/body.hpp"
#include "stock/stock.hpp"

/// The order rules (chapter 03), one concept per file. Each changes rows inside the caller's
/// transaction, or returns the one error that kept it from it.
namespace waybill::orders {

// create.cpp
/// Creates a trade order from a checked body; `own`: the path's identifier on PUT (O-6 to O-8).
Result<Ref> create(Context& context, const Body& body, const Identifiers& path_identifiers);
/// What may change later (O-16 to O-19, O-39).
Failure update(Context& context, Ref order, const Body& body, bool run_actions);

// price.cpp
/// Gives a line its price and VAT if it has none yet and a price exists now (O-32, O-33, O-35).
void price_item(Context& context, const TradeOrder& order, OrderItem& item);
/// The same for all unpriced lines of an order that are still open to it.
void price_order(Context& context, Ref order);

// amounts.cpp: empty while a line is unpriced (O-35)
MaybeDecimal unit_incl_vat(const Store& store, const OrderItem& item, uint32_t minor_digits);
MaybeDecimal item_total(const Store& store, const OrderItem& item, Decimal units);
MaybeDecimal order_total(const Store& store, Ref order);
MaybeDecimal order_balance(const Store& store, Ref order);
Decimal net_paid(const Store& store, const TradeOrder& order);
uint32_t minor_digits(const Store& store, Ref currency);

// reserve.cpp
/// Whose stock a line moves, or none if it is not managed (O-38, C-71).
Ref managed_owner(const Store& store, const TradeOrder& order, const OrderItem& item);
/// Units of lines that a hold is to be taken for.
struct Claim {
  Ref item;
  Decimal units;
};
/// Takes holds for all claims, or none: 409 InsufficientStock lists every short line (C-73, C-76).
Failure take_holds(Context& context, Ref order, const std::vector<Claim>& claims);
void release_hold(Context& context, Ref order, Ref item, Decimal units);
/// Sets `reservedUntil` of an order (O-39); empty releases.
Failure set_reserved_until(Context& context, Ref order, MaybeInstant until, std::string path);
/// Reservations that end at or before `now` (O-41).
void expire(Context& context, Ref item);

// actions.cpp
/// Runs the actions of a request in their fixed order (O-46 to O-48).
Failure run_actions(Context& context, Ref order, const JsonNode& actions);
/// `GET …/actions` (O-50) as JSON.
std::string available_actions(const Context& context, Ref order);

// one file each
Failure approve(Context& context, Ref order);
Failure cancel(Context& context, Ref order);
Failure pay(Context& context, Ref order, const JsonNode& payment, std::string path);
enum class AddressSlot : uint8_t { delivery, invoice };
Failure change_address(Context& context, Ref order, AddressSlot slot, const JsonNode& payload);
Failure create_shipments(Context& context, Ref order);

// pay.cpp: payment orders made directly (O-63)
Result<Ref> create_payment_order(Context& context, const Body& body,
                                 const Identifiers& path_identifiers);

// ship.cpp: shipment orders made directly (O-71), and their release (O-73, O-78)
Result<Ref> create_shipment_order(Context& context, const Body& body,
                                  const Identifiers& path_identifiers);
Failure run_shipment_actions(Context& context, Ref shipment, const JsonNode& actions);

/// Marks the order as modified now (O-90).
void touch(Context& context, Ref order);

/// `createShipment` and others may work on units in these phases only; for GET /actions and errors.
std::vector<Ref> items_of(const Store& store, Ref order);

}  // namespace waybill::orders
