#pragma once

#include <span>

#include "model/order.hpp"
#include "rules/context.hpp"

/// What can be done with an order in which status (chapter 03 section 7), as a table.
namespace waybill::orders {

/// The actions in the order in which they run (O-48), and what is no action but has a row as well.
enum class Action : uint8_t {
  change_invoice_address,
  change_delivery_address,
  create_payment,
  try_approve,
  create_shipment,
  commit_return,
  fulfill_return,
  cancel_return,
  try_cancel,
  set_reserved_until,
};

/// Which units of an order must be in a phase that the action takes.
enum class Units : uint8_t { every, some };

/// A row of the table. Cells that are not listed refuse with the code.
struct ActionRule {
  Action action;
  std::string_view name;  // in requests; empty: it is none
  bool flag;              // takes `true` (O-47)
  Units units;
  uint8_t from;  // a bit for each phase
  Code refused;
  std::string_view details;  // why, in words
};

/// All rows, in the order in which actions run.
std::span<const ActionRule> action_rules();
const ActionRule& rule_of(Action action);
/// By its name in requests; null for another one.
const ActionRule* find_action(std::string_view name);

/// The phases that units of an order are in, a bit for each.
uint32_t phases_of(const Store& store, Ref order);
/// Whether the action takes an order whose units are in these phases.
bool is_possible(const ActionRule& rule, uint32_t phases);
/// Whether GET …/actions offers it to such an order: a payment always, as a refund is one (O-50).
bool is_offered(const ActionRule& rule, uint32_t phases);
/// The error of the table's cell, if the order is in one that refuses (O-51).
Failure check_state(const Store& store, Ref order, Action action);
/// How many of a line's units the action takes.
Decimal admissible(const OrderItem& item, const ActionRule& rule);
/// Whether units of a line are New, Reserved or Unreserved: stock can be reserved for them (O-39),
/// and they may still find a price (O-35).
bool is_open(const OrderItem& item);

}  // namespace waybill::orders
