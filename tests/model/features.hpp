#pragma once

/// What the engine serves by now: the histories hold nothing of what is false here.
namespace waybill::model::features {

inline constexpr bool returns = true;            // O-81 to O-84
inline constexpr bool carrier_records = true;    // O-77, O-79
inline constexpr bool linked_shipments = true;   // orderItem in direct shipments, O-72
inline constexpr bool stock_entries = true;      // C-63
inline constexpr bool stock_reset = true;        // C-65
inline constexpr bool back_orders = true;        // O-40
inline constexpr bool product_instances = true;  // O-30, O-31
inline constexpr bool product_groups = true;     // C-40
inline constexpr bool direct_of_orders = true;   // `orders` of direct payment orders, O-64
inline constexpr bool copied_addresses = true;   // O-13

}  // namespace waybill::model::features

/// Where the engine does something else than the rules say, or than we read in them: while one of
/// these is true, so does the model.
namespace waybill::model::tolerated {

/// O-33 gives every line its vatPercentage; the engine shows none as long as there is no price.
inline constexpr bool no_vat_without_price = true;
/// C-26: a serial that arrives at a stock place is registered there; the engine registers only
/// those that were registered before.
inline constexpr bool only_known_serials_arrive = true;
/// C-76: a line without serials takes the oldest free unit; the engine lets units without a serial
/// go first, if there are such.
inline constexpr bool unregistered_units_go_first = true;
/// O-68 is about a source; the engine takes a shipment made directly and without one for one from
/// where its lines' goods lie.
inline constexpr bool no_source_is_the_lines_source = true;
/// O-37: the reading that finds the price of a line (O-35) some of whose units came back already
/// shows a balance from which these are missing; the next one is right.
inline constexpr bool first_balance_is_off = true;

}  // namespace waybill::model::tolerated
