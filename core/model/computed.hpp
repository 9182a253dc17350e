#pragma once

#include "schema/type.hpp"

/// Members whose value is worked out from rows when it is read. They are declared here, below the
/// descriptors that name them, and defined beside the rules that own the matter.
namespace waybill {

extern const Type stock_level_view_type;
extern const Type stock_entry_view_type;
extern const Type status_detail_type;

namespace computed {

Value nothing(const View& view, TableId table, uint32_t row);
Value empty_list(const View& view, TableId table, uint32_t row);

// model/
uint32_t agent_kind(const Store& store, uint32_t row);

// orders/
uint32_t order_phases(const Store& store, uint32_t row);
uint32_t item_phases(const Store& store, uint32_t row);
Value order_status(const View& view, TableId table, uint32_t row);
Value order_buyers(const View& view, TableId table, uint32_t row);
Value order_total(const View& view, TableId table, uint32_t row);
uint64_t order_total_key(const Store& store, uint32_t row);
Value order_actions(const View& view, TableId table, uint32_t row);
Value order_balance(const View& view, TableId table, uint32_t row);
Value item_status(const View& view, TableId table, uint32_t row);
Value item_buyer(const View& view, TableId table, uint32_t row);
Value item_reserved_until(const View& view, TableId table, uint32_t row);
Value item_amount_excl_vat(const View& view, TableId table, uint32_t row);
Value item_vat_percentage(const View& view, TableId table, uint32_t row);
Value item_amount_incl_vat(const View& view, TableId table, uint32_t row);
Value item_discount(const View& view, TableId table, uint32_t row);
Value item_total(const View& view, TableId table, uint32_t row);
Value item_classification(const View& view, TableId table, uint32_t row);
Value item_discountable(const View& view, TableId table, uint32_t row);
void note_shown_item(const View& view, uint32_t row);
Value item_shipment_items(const View& view, TableId table, uint32_t row);
Value payment_status(const View& view, TableId table, uint32_t row);
Value payment_orders_of(const View& view, TableId table, uint32_t row);
Value shipment_actions(const View& view, TableId table, uint32_t row);
Value shipment_status(const View& view, TableId table, uint32_t row);
Value shipment_source(const View& view, TableId table, uint32_t row);
Value shipment_destination(const View& view, TableId table, uint32_t row);
Value shipment_orders_of(const View& view, TableId table, uint32_t row);
Value shipment_item_status(const View& view, TableId table, uint32_t row);
Value record_actions(const View& view, TableId table, uint32_t row);
Value record_orders(const View& view, TableId table, uint32_t row);

// stock/
Value stock_levels(const View& view, TableId table, uint32_t row);
Value place_owner(const View& view, TableId table, uint32_t row);
Value place_children(const View& view, TableId table, uint32_t row);
Value place_entries(const View& view, TableId table, uint32_t row);
Value place_address(const View& view, TableId table, uint32_t row);

// pricing/
Value product_prices(const View& view, TableId table, uint32_t row);

}  // namespace computed
}  // namespace waybill
