#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/shipment.hpp"
#include "rules/body.hpp"
#include "stock/stock.hpp"

/// The order rules (chapter 03), one concept per file. Each changes rows inside the caller's
/// transaction, or returns the one error that kept it from it.
namespace waybill::orders {

struct LineBody;

// create.cpp, update.cpp
/// Creates a trade order from a checked body; `path_identifiers`: the path's one on PUT (O-6 to
/// O-8).
Result<Ref> create(Context& context, const Body& body, const Identifiers& path_identifiers);
/// Removes an order that is wholly New or Unreserved and has no payments, with all that is part of
/// it; false for another one (O-21).
bool purge(Context& context, Ref order);
/// What may change later (O-16 to O-19, O-39).
Failure update(Context& context, Ref order, const Body& body, bool run_actions);
/// The bodies of an order's lines, their types checked; none if there are no `items`.
Result<std::vector<LineBody>> read_lines(Context& context, const Body& body, Body::Purpose purpose);
/// What may change later of a line, by PATCH alone (O-17, O-18).
Failure update_item(Context& context, Ref item, const Body& body, bool patch);
/// T-O-17: an order's customer is a reference, data of the agent beside it is not written.
void report_customer_data(Context& context, const Body& body);
/// The manual net amount of a line (O-36).
Result<Decimal> read_manual_amount(const Body& body);
/// What an order comes to is limited (limits::amount).
Failure too_expensive(std::string path);
Failure check_total(const Context& context, Ref order, std::string path);

// amounts.cpp
/// What one unit of a line costs: net, and the VAT rate in percent; empty while unpriced.
struct LinePrice {
  MaybeDecimal net, vat;
};
LinePrice stored_price(const OrderItem& item);
/// The stored price, else the one to be found at that time, if any (O-32, O-33).
LinePrice find_price(const Store& store, const TradeOrder& order, const OrderItem& item,
                     Instant at);
/// Stores a line's price if it has none, is still open to it, and there is one now (O-35).
void price_item(Context& context, Ref item);
/// The same for all lines of an order.
void price_order(Context& context, Ref order);

// Amounts are rounded half away from zero to the minor unit, per unit and per line (O-34); they are
// empty while a line is unpriced (O-35).
MaybeDecimal unit_incl_vat(const LinePrice& price, uint32_t minor_digits);
MaybeDecimal line_total(const LinePrice& price, Decimal units, uint32_t minor_digits);
MaybeDecimal line_total(const Store& store, const OrderItem& item);
MaybeDecimal order_total(const Store& store, Ref order);
MaybeDecimal order_balance(const Store& store, Ref order);
/// Payments less refunds.
Decimal net_paid(const Store& store, const TradeOrder& order);
uint32_t minor_digits(const Store& store, Ref currency);
uint32_t minor_digits(const Store& store, const OrderItem& item);

// reserve.cpp
/// Whose stock a line moves, or none if it is not managed (O-38, C-71).
Ref managed_owner(const Store& store, const TradeOrder& order, const OrderItem& item);
/// Units of lines that a hold is to be taken for.
struct Claim {
  Ref item;
  Decimal units;
};
/// Whether more may be held than there is: back orders (O-40).
enum class Shortfall : uint8_t { refused, allowed };
/// Takes holds for all claims, or none: 409 InsufficientStock lists every short line (C-73, C-76).
Failure take_holds(Context& context, Ref order, const std::vector<Claim>& claims,
                   Shortfall shortfall);
/// Gives back at most that many of the units that a line holds.
void release_hold(Context& context, Ref line, Decimal units);
/// Lets go of units with serial numbers that are not Reserved or Committed any more.
void release_units(Context& context, Ref line);
/// Lets go of all units with serial numbers, which are returned: a change of what the line names
/// begins with it.
std::vector<Ref> drop_unit_holds(Context& context, Ref line);
/// Ends it: the line holds those that it names now; others may have what is left of the dropped.
Failure take_unit_holds(Context& context, Ref line, const std::vector<Ref>& dropped);
/// When a line's reservation is to end: its own value, else the order's (O-39).
MaybeInstant reserved_until(const Store& store, const OrderItem& item);
/// The same as it is read: the order's value counts for a line that it reserves.
MaybeInstant shown_reserved_until(const Store& store, const OrderItem& item);
/// Reserves what a new order wants reserved.
Failure reserve_new_order(Context& context, Ref order);
/// Sets `reservedUntil` of an order, or of one line; empty releases. `node`: where it stands.
Failure set_reserved_until(Context& context, Ref order, MaybeInstant until, const JsonNode& node);
Failure set_item_reserved_until(Context& context, Ref item, MaybeInstant until,
                                const JsonNode& node);
/// Ends the reservations of an order's lines whose time has come (O-41).
void expire(Context& context, Ref order);

// relationship.cpp
/// What supplier and customer have agreed upon, or none.
Ref find_relationship(const Store& store, Ref supplier, Ref customer);
/// Makes one for a new order if there is none (O-12, C-17).
void make_relationship(Context& context, const TradeOrder& order);
/// Whether the order may be approved without enough stock (O-40).
bool allows_back_order(const Context& context, const TradeOrder& order);

// labels.cpp
/// 400 for a label that is new and does not apply to the type, such as TradeOrder (O-92); those
/// that stood on it stay, whatever became of them.
Failure check_labels(const Context& context, const List<Ref>& before, const List<Ref>& labels,
                     std::string_view type, const Body& body);

// actions.cpp
/// Runs the actions of a request in their fixed order (O-46 to O-48).
Failure run_actions(Context& context, Ref order, const JsonNode& actions);
/// T-O-8: reports actions that name none.
void report_no_action(Context& context, const JsonNode& actions);
/// The names among them, a bit each; one more for names that no action has.
uint32_t action_names(const Context& context, const JsonNode& actions);

// one file each
Failure approve(Context& context, Ref order);
Failure cancel(Context& context, Ref order);
Failure pay(Context& context, Ref order, const JsonNode& payment);
/// An address of a body, which names at least one member; `code` for what it gets wrong (C-13).
Result<Address> read_address(Context& context, const JsonNode& node, Code code);
enum class AddressSlot : uint8_t { delivery, invoice };
Failure change_address(Context& context, Ref order, AddressSlot slot, const JsonNode& payload);
Failure create_shipments(Context& context, Ref order);

// returns.cpp
struct ActionRule;
/// `commitReturn`, `fulfillReturn` or `cancelReturn` (O-81 to O-84).
/// The shape of a return's payload (O-48).
Failure check_return_shape(Context& context, const JsonNode& payload);
Failure run_return(Context& context, Ref order, const ActionRule& rule, const JsonNode& payload);

// pay.cpp: payment orders made directly (O-63)
Result<Ref> create_payment_order(Context& context, const Body& body,
                                 const Identifiers& path_identifiers);

// ship.cpp
/// Committed units of a line that are on no shipment yet.
Decimal units_to_ship(const Store& store, Ref line);
/// Those of them, at most so many, that have serial numbers.
List<Ref> serials_to_ship(const Store& store, const OrderItem& line, Ref line_ref, Decimal units);
/// Puts units of a line on a shipment, those with serial numbers first.
Ref insert_linked_item(Store& store, Ref shipment, const OrderItem& line, Ref line_ref,
                       Decimal units);
/// Says anew which units with serial numbers are on a line's shipments that are not released.
void assign_shipped_serials(Context& context, Ref line);

// carry.cpp: what happens to a shipment (O-73, O-75 to O-79)
/// The record that it was created.
void add_creation_record(Context& context, Ref shipment);
/// `PATCH …/actions`.
Failure run_shipment_actions(Context& context, Ref shipment, const JsonNode& actions);
/// A record of a release or of a carrier (O-77); one of its identifiers may name a record that is
/// known already, then nothing is done. The first says in `orders` which shipment it is about.
Result<Ref> create_shipment_record(Context& context, const Body& body,
                                   const Identifiers& path_identifiers);

Result<Ref> add_shipment_record(Context& context, Ref shipment, const Body& body);

// shipment_order.cpp: shipment orders made directly (O-71, O-72)
Result<Ref> create_shipment_order(Context& context, const Body& body,
                                  const Identifiers& path_identifiers);
/// T-O-16: reports a member that says something else than what does not change.
void report_fixed(Context& context, const JsonNode& node);
/// T-O-16: reports that a body names another order than a payment's.
void report_other_order(Context& context, const PaymentOrder& own, const Body& body);
/// What may change later of a shipment order: identifiers and labels (O-74, O-92, T-O-16).
Failure update_shipment_order(Context& context, Ref shipment, const Body& body);

/// Marks the order as modified now (O-90).
void touch(Context& context, Ref order);

/// The line that a reference names: among the order's own, else among all.
Result<Ref> resolve_line(Context& context, const JsonNode& node, Ref order);
/// The lines of an order; a copy, for loops that change rows.
std::vector<Ref> items_of(const Store& store, Ref order);

}  // namespace waybill::orders
