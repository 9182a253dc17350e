#include "base/limits.hpp"
#include "base/text.hpp"
#include "model/computed.hpp"
#include "orders/orders.hpp"
#include "orders/states.hpp"

namespace waybill::orders {

namespace {

/// Declared by the API, and out of scope (O-93).
constexpr std::string_view wallet_payment = "createWalletPayment";

Failure unknown_action(Context& context, const JsonNode& sent) {
  if (sent.key == wallet_payment) {
    return not_supported("Action '" + std::string(sent.key) + "'", false, context.json.path(sent));
  }
  const ActionRule* nearest = nullptr;
  size_t distance = 8;
  if (sent.key.size() <= 64) {
    for (const ActionRule& each : action_rules()) {
      if (each.name.empty()) continue;
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
Failure check_shape(Context& context, const JsonNode& payload, const ActionRule& info) {
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
      if (payload.type == JsonType::object) return check_return_shape(context, payload);
      return refuse(Code::invalid_action_payload,
                    "'" + name + "' takes an object: {\"items\":[...]}.");
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
      return refuse(Code::invalid_action_payload,
                    "An address is an object that is not empty; this is of type " +
                        std::string(json_type_name(payload.type)) + ".");
    }
  }
}

Failure run_one(Context& context, Ref order, const ActionRule& info, const JsonNode& payload) {
  switch (info.action) {
    case Action::change_invoice_address:
      return change_address(context, order, AddressSlot::invoice, payload);
    case Action::change_delivery_address:
      return change_address(context, order, AddressSlot::delivery, payload);
    case Action::create_payment: {
      price_order(context, order);
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
    case Action::commit_return:
    case Action::fulfill_return:
    case Action::cancel_return:
      return run_return(context, order, info, payload);
    case Action::try_cancel:
      return cancel(context, order);
    case Action::set_reserved_until:
      break;  // no action of its own
  }
  return {};
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
    const ActionRule* info = find_action(each->key);
    if (info == nullptr) return unknown_action(context, *each);
    if (Failure failure = check_shape(context, *each, *info)) return failure;
  }
  report_no_action(context, actions);
  for (const ActionRule& info : action_rules()) {
    const JsonNode* payload = info.name.empty() ? nullptr : context.json.find(actions, info.name);
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
    const ActionRule* info = find_action(each->key);
    names |= 1u << (info != nullptr ? static_cast<uint32_t>(info->action) : unknown);
  }
  return names;
}

}  // namespace waybill::orders

namespace waybill::computed {

/// What `GET …/actions` answers, from the status alone (O-50).
Value order_actions(const View& view, TableId, uint32_t row) {
  const uint32_t present = orders::phases_of(view.store, Ref::to(row));
  Bytes out("{\"@type\":\"trade order actions\"");
  for (const orders::ActionRule& rule : orders::action_rules()) {
    if (rule.name.empty()) continue;
    const bool available = orders::is_offered(rule, present);
    out += ",\"";
    out += rule.name;
    out += available ? "\":{\"available\":true" : "\":{\"available\":false,\"code\":\"";
    if (!available) {
      out += info(rule.refused).name;
      out += '"';
    }
    out += '}';
  }
  out += '}';
  return Value::of(view.arena.copy(out.view()), ValueKind::json);
}

}  // namespace waybill::computed
