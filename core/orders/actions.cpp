#include "base/limits.hpp"
#include "base/text.hpp"
#include "model/computed.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

namespace {

/// The actions in the order in which they run (O-48).
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
};

struct ActionInfo {
  std::string_view name;
  Action action;
  bool flag;  // takes `true` (O-47)
};
constexpr ActionInfo actions_table[] = {
    {"changeInvoiceAddress", Action::change_invoice_address, false},
    {"changeDeliveryAddress", Action::change_delivery_address, false},
    {"createPayment", Action::create_payment, false},
    {"tryApprove", Action::try_approve, true},
    {"createShipment", Action::create_shipment, true},
    {"commitReturn", Action::commit_return, false},
    {"fulfillReturn", Action::fulfill_return, false},
    {"cancelReturn", Action::cancel_return, false},
    {"tryCancel", Action::try_cancel, true},
};

const ActionInfo* find_action(std::string_view name) {
  for (const ActionInfo& each : actions_table) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

/// Declared by the API, and out of scope (O-93).
constexpr std::string_view wallet_payment = "createWalletPayment";

Failure unknown_action(Context& context, const JsonNode& sent) {
  if (sent.key == wallet_payment) {
    return not_supported("Action '" + std::string(sent.key) + "'", false, context.json.path(sent));
  }
  const ActionInfo* nearest = nullptr;
  size_t distance = 8;
  if (sent.key.size() <= 64) {
    for (const ActionInfo& each : actions_table) {
      const size_t edits = edit_distance(sent.key, each.name);
      if (edits >= distance) continue;
      distance = edits;
      nearest = &each;
    }
  }
  Failure failure = fail(Code::unknown_action,
                         "There is no action '" + std::string(sent.key.substr(0, 64)) + "'.",
                         context.json.path(sent));
  if (nearest != nullptr) {
    failure->suggestion = "Did you mean '" + std::string(nearest->name) + "'?";
  }
  return failure;
}

/// Names and payload shapes, before anything runs (O-48).
Failure check_shape(Context& context, const JsonNode& payload, const ActionInfo& info) {
  const std::string name(info.name);
  const auto refuse = [&](Code code, std::string details) {
    return fail(code, std::move(details), context.json.path(payload));
  };
  if (payload.type == JsonType::null || (info.flag && payload.type == JsonType::boolean)) return {};
  if (info.flag) return refuse(Code::invalid_action_payload, "'" + name + "' takes true.");
  switch (info.action) {
    case Action::commit_return:
    case Action::fulfill_return:
    case Action::cancel_return:
      return not_supported("Action '" + name + "'", true, context.json.path(payload));
    case Action::create_payment: {
      if (payload.type == JsonType::object) return {};
      if (payload.count > limits::order_payments) {
        return refuse(Code::too_many_items, "'createPayment' takes at most " +
                                                std::to_string(limits::order_payments) +
                                                " payments at once.");
      }
      bool objects = payload.type == JsonType::array && payload.count != 0;
      for (const JsonNode* each = objects ? context.json.first(payload) : nullptr; each != nullptr;
           each = context.json.next(*each)) {
        objects = objects && each->type == JsonType::object;
      }
      if (objects) return {};
      return refuse(Code::invalid_action_payload,
                    "'createPayment' takes an object, or an array of them.");
    }
    default: {
      if (payload.type == JsonType::object) {
        return read_address(context, payload, Code::invalid_action_payload).failure;
      }
      return refuse(Code::invalid_action_payload, "An address is an object that is not empty.");
    }
  }
}

Failure run_one(Context& context, Ref order, const ActionInfo& info, const JsonNode& payload) {
  switch (info.action) {
    case Action::change_invoice_address:
      return change_address(context, order, AddressSlot::invoice, payload);
    case Action::change_delivery_address:
      return change_address(context, order, AddressSlot::delivery, payload);
    case Action::create_payment: {
      if (payload.type == JsonType::object) return pay(context, order, payload);
      for (const JsonNode* each = context.json.first(payload); each != nullptr;
           each = context.json.next(*each)) {
        if (Failure failure = pay(context, order, *each)) return failure;
      }
      return {};
    }
    case Action::try_approve:
      return approve(context, order);
    case Action::create_shipment:
      return create_shipments(context, order);
    case Action::try_cancel:
      return cancel(context, order);
    default:
      return {};  // refused by check_shape
  }
}

}  // namespace

void report_no_action(Context& context, const JsonNode& actions) {
  if (action_names(context, actions) != 0) return;
  context.hint("T-O-8", context.json.path(actions), "names no action: nothing was run");
}

Failure run_actions(Context& context, Ref order, const JsonNode& actions) {
  if (actions.type != JsonType::object) {
    return fail(Code::invalid_action_payload, "Actions are an object: {\"<action>\": payload}.",
                context.json.path(actions));
  }
  for (const JsonNode* each = context.json.first(actions); each != nullptr;
       each = context.json.next(*each)) {
    if (each->key.starts_with('@')) continue;
    const ActionInfo* info = find_action(each->key);
    if (info == nullptr) return unknown_action(context, *each);
    if (Failure failure = check_shape(context, *each, *info)) return failure;
  }
  report_no_action(context, actions);
  for (const ActionInfo& info : actions_table) {
    const JsonNode* payload = context.json.find(actions, info.name);
    if (payload == nullptr) continue;
    if (payload->type == JsonType::null || (info.flag && !payload->truth)) {
      context.hint("T-O-8", context.json.path(*payload), "false or null: nothing was run");
      continue;
    }
    if (Failure failure = run_one(context, order, info, *payload)) return failure;
  }
  return {};
}

uint32_t action_names(const Context& context, const JsonNode& actions) {
  constexpr uint32_t unknown = 31;
  uint32_t names = 0;
  for (const JsonNode* each = context.json.first(actions); each != nullptr;
       each = context.json.next(*each)) {
    if (each->key.starts_with('@')) continue;
    const ActionInfo* info = find_action(each->key);
    names |= 1u << (info != nullptr ? static_cast<uint32_t>(info->action) : unknown);
  }
  return names;
}

}  // namespace waybill::orders

namespace waybill::computed {

/// What `GET …/actions` answers, from the status alone (O-50).
Value order_actions(const View& view, TableId, uint32_t row) {
  uint32_t present = 0;
  for (const Ref item : view.store.rows<TradeOrder>().at(row).items) {
    for (const PhaseRow& each : view.store.at<OrderItem>(item).phases) present |= 1u << each.phase;
  }
  const auto only = [&](Phase a, Phase b) {
    return (present & ~(1u << static_cast<uint32_t>(a) | 1u << static_cast<uint32_t>(b))) == 0;
  };
  const bool open = only(Phase::new_, Phase::reserved);
  const bool committed = (present >> static_cast<uint32_t>(Phase::committed) & 1) != 0;
  const bool payable = !only(Phase::cancelled, Phase::return_fulfilled);
  Bytes out("{\"@type\":\"trade order actions\"");
  for (const orders::ActionInfo& info : orders::actions_table) {
    bool available = open;
    Code code = Code::address_not_changeable;
    switch (info.action) {
      case orders::Action::change_invoice_address:
      case orders::Action::change_delivery_address:
        break;
      case orders::Action::create_payment:
        available = payable;
        code = Code::invalid_amount;
        break;
      case orders::Action::try_approve:
        code = Code::order_not_approvable;
        break;
      case orders::Action::create_shipment:
        available = committed;
        code = Code::order_not_shippable;
        break;
      case orders::Action::try_cancel:
        available = committed;
        code = Code::order_not_cancellable;
        break;
      default:
        available = false;
        code = Code::not_supported;
        break;
    }
    out += ",\"";
    out += info.name;
    out += available ? "\":{\"available\":true" : "\":{\"available\":false,\"code\":\"";
    if (!available) {
      out += waybill::info(code).name;
      out += '"';
    }
    out += '}';
  }
  out += '}';
  return Value::of(view.arena.copy(out.view()), ValueKind::json);
}

}  // namespace waybill::computed
