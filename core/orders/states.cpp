#include "orders/states.hpp"

#include <algorithm>

#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

namespace {

constexpr uint8_t bits(std::initializer_list<Phase> phases) {
  uint32_t all = 0;
  for (const Phase phase : phases) all |= 1u << static_cast<uint32_t>(phase);
  return static_cast<uint8_t>(all);
}

constexpr uint8_t open = bits({Phase::new_, Phase::reserved});
constexpr uint8_t unshipped = bits({Phase::new_, Phase::reserved, Phase::unreserved});
constexpr uint8_t committed = bits({Phase::committed});
constexpr uint8_t return_committed = bits({Phase::return_committed});
constexpr uint8_t payable =
    static_cast<uint8_t>(~bits({Phase::cancelled, Phase::return_fulfilled}));

constexpr ActionRule rules[] = {
    {Action::change_invoice_address, "changeInvoiceAddress", false, Units::every, open,
     Code::address_not_changeable, "Addresses change only while every unit is New or Reserved."},
    {Action::change_delivery_address, "changeDeliveryAddress", false, Units::every, open,
     Code::address_not_changeable, "Addresses change only while every unit is New or Reserved."},
    {Action::create_payment, "createPayment", false, Units::some, payable, Code::invalid_amount,
     "A cancelled or returned order takes no payments."},
    {Action::try_approve, "tryApprove", true, Units::every, open, Code::order_not_approvable,
     "Only an order whose units are all New or Reserved can be approved."},
    {Action::create_shipment, "createShipment", true, Units::some, committed,
     Code::order_not_shippable, "No Committed units wait for a shipment."},
    {Action::commit_return, "commitReturn", false, Units::some,
     bits({Phase::fulfilled, Phase::new_}), Code::item_not_returnable,
     "Only units that are Fulfilled, or New, can be returned."},
    {Action::fulfill_return, "fulfillReturn", false, Units::some, return_committed,
     Code::item_not_returnable, "No units of the line wait to be returned."},
    {Action::cancel_return, "cancelReturn", false, Units::some, return_committed,
     Code::item_not_returnable, "No units of the line wait to be returned."},
    {Action::try_cancel, "tryCancel", true, Units::some, committed, Code::order_not_cancellable,
     "Only Committed units can be cancelled."},
    {Action::set_reserved_until, "", false, Units::some, unshipped, Code::invalid_reservation,
     "Stock can be reserved for units that are New, Reserved or Unreserved only."},
};

constexpr bool in_order() {
  for (size_t i = 0; i < std::size(rules); ++i) {
    if (rules[i].action != static_cast<Action>(i)) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

std::span<const ActionRule> action_rules() {
  return rules;
}

const ActionRule& rule_of(Action action) {
  return rules[static_cast<size_t>(action)];
}

const ActionRule* find_action(std::string_view name) {
  for (const ActionRule& each : rules) {
    if (!each.name.empty() && each.name == name) return &each;
  }
  return nullptr;
}

uint32_t phases_of(const Store& store, Ref order) {
  uint32_t present = 0;
  for (const Ref line : store.at<TradeOrder>(order).items) {
    for (const PhaseRow& each : store.at<OrderItem>(line).phases) present |= 1u << each.phase;
  }
  return present;
}

bool is_possible(const ActionRule& rule, uint32_t phases) {
  return rule.units == Units::every ? (phases & ~uint32_t{rule.from}) == 0
                                    : (phases & rule.from) != 0;
}

bool is_offered(const ActionRule& rule, uint32_t phases) {
  return rule.action == Action::create_payment || is_possible(rule, phases);
}

Failure check_state(const Store& store, Ref order, Action action) {
  const ActionRule& rule = rule_of(action);
  if (is_possible(rule, phases_of(store, order))) return {};
  return fail(rule.refused, std::string(rule.details));
}

Decimal admissible(const OrderItem& item, const ActionRule& rule) {
  Decimal units;
  for (const PhaseRow& each : item.phases) {
    if ((rule.from >> each.phase & 1) != 0) units = add(units, *each.quantity);
  }
  return units;
}

bool is_open(const OrderItem& item) {
  return std::any_of(item.phases.begin(), item.phases.end(), [](const PhaseRow& each) {
    return (unshipped >> each.phase & 1) != 0 && !each.quantity.value_or(Decimal()).is_zero();
  });
}

}  // namespace waybill::orders
