#pragma once

#include "schema/type.hpp"

/// Members whose value is worked out from rows when it is read. They are declared here, below the
/// descriptors that name them, and defined beside the rules that own the matter.
namespace waybill {

extern const Type unit_instance_type;
extern const Type stock_level_view_type;
extern const Type stock_entry_view_type;
/// What `instances` of a line shows: a device's `imei` or a plan's `phoneImei`.
struct InstanceView {
  Text imei, phone_imei;
};
extern const Type instance_view_type;
extern const Type status_detail_type;

namespace computed {

Value nothing(const View& view, TableId table, uint32_t row);
Value empty_list(const View& view, TableId table, uint32_t row);

// model/
uint32_t agent_kind(const Store& store, uint32_t row);
Value person_name(const View& view, TableId table, uint32_t row);

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
Value order_relationship(const View& view, TableId table, uint32_t row);
Value item_instances(const View& view, TableId table, uint32_t row);
Value instance_domain(const View& view, TableId table, uint32_t row);
Value trade_record_orders(const View& view, TableId table, uint32_t row);
Value record_item_actions(const View& view, TableId table, uint32_t row);
void note_shown_item(const View& view, uint32_t row);
Value item_shipment_items(const View& view, TableId table, uint32_t row);
Value payment_status(const View& view, TableId table, uint32_t row);
Value payment_orders_of(const View& view, TableId table, uint32_t row);
Value shipment_actions(const View& view, TableId table, uint32_t row);
Value shipment_status(const View& view, TableId table, uint32_t row);
Value shipment_source(const View& view, TableId table, uint32_t row);
Value shipment_destination(const View& view, TableId table, uint32_t row);
Value shipment_item_status(const View& view, TableId table, uint32_t row);
Value record_actions(const View& view, TableId table, uint32_t row);
Value record_orders(const View& view, TableId table, uint32_t row);

// stock/
Value stock_levels(const View& view, TableId table, uint32_t row);
Value place_owner(const View& view, TableId table, uint32_t row);
Value place_children(const View& view, TableId table, uint32_t row);
Value place_entries(const View& view, TableId table, uint32_t row);
Value place_transactions(const View& view, TableId table, uint32_t row);
Value place_transaction_items(const View& view, TableId table, uint32_t row);
Value default_stock(const View& view, TableId table, uint32_t row);
Value adjusted_instance(const View& view, TableId table, uint32_t row);
Value adjusted_instances(const View& view, TableId table, uint32_t row);
Value product_submissions(const View& view, TableId table, uint32_t row);
Value submission_timestamp(const View& view, TableId table, uint32_t row);
Value submission_owner(const View& view, TableId table, uint32_t row);
Value submission_items(const View& view, TableId table, uint32_t row);
Value submission_transaction_id(const View& view, TableId table, uint32_t row);
Value place_address(const View& view, TableId table, uint32_t row);

}  // namespace computed
}  // namespace waybill
