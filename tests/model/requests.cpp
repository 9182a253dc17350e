#include "requests.hpp"

#include <nlohmann/json.hpp>

namespace waybill::model {
namespace {

using Json = nlohmann::ordered_json;
using http::Method;

const Json null;

Json reference(const std::string& key, const std::string& value) {
  return {{"identifiers", {{key, value}}}};
}
Json agent_reference(const std::string& name) {
  return reference("com.acme.agent", name);
}
Json agent_references(const std::vector<std::string>& names) {
  Json all = Json::array();
  for (const std::string& name : names) all.push_back(agent_reference(name));
  return all;
}
Json product_reference(const std::string& sku) {
  return reference("com.acme.sku", sku);
}
Json place_reference(const std::string& name) {
  return reference("com.acme.place", name);
}
Json line_reference(const std::string& id) {
  return reference("com.acme.line", id);
}
Json currency_reference(const std::string& code) {
  return reference("currencyCode", code);
}

Json time_or_null(std::optional<Time> at) {
  return at ? Json(time_text(*at)) : null;
}

std::string order_target(const std::string& id) {
  return "/v1/trade-orders/com.acme.order=" + id;
}

Json payment_json(const PaymentArguments& sent) {
  Json body = {{"transactionId", sent.transaction}};
  if (sent.timestamp) body["timestamp"] = time_text(*sent.timestamp);
  body["method"] = reference("methodId", sent.method);
  body["currency"] = currency_reference(sent.currency);
  if (sent.amount) body["amount"] = net_text(*sent.amount, 0);
  for (const std::string& line : sent.lines) body["items"].push_back(line_reference(line));
  return body;
}

Json flag_json(Flag flag) {
  if (flag == Flag::text) return "yes";
  return flag == Flag::true_;
}

Json address_json(const std::string& line1) {
  return {{"line1", line1}, {"cityName", "Stockholm"}, {"countryCode", "SE"}};
}

Json return_json(const Return& sent, bool with_parameters) {
  Json items = Json::array();
  for (const ReturnEntry& entry : sent.entries) {
    Json item = line_reference(entry.line);
    if (with_parameters) {
      item["returnParameters"] = {{"restock", entry.restock}};
      if (entry.with_reason) {
        item["returnParameters"]["reason"] = reference("com.acme.return-reason", "REGRET");
      }
    }
    if (entry.quantity) item["quantity"] = quantity_text(*entry.quantity);
    if (!entry.serial.empty()) item["productInstance"] = {{"serialNumber", entry.serial}};
    items.push_back(item);
  }
  return {{"items", items}};
}

/// The members in an order that is not the one in which they run (O-48).
Json actions_json(const Actions& actions) {
  Json body = Json::object();
  if (actions.cancel != Flag::absent) body["tryCancel"] = flag_json(actions.cancel);
  if (actions.ship != Flag::absent) body["createShipment"] = flag_json(actions.ship);
  if (actions.cancel_return) body["cancelReturn"] = return_json(*actions.cancel_return, false);
  if (actions.fulfill_return) body["fulfillReturn"] = return_json(*actions.fulfill_return, false);
  if (actions.commit_return) body["commitReturn"] = return_json(*actions.commit_return, true);
  if (actions.approve != Flag::absent) body["tryApprove"] = flag_json(actions.approve);
  if (actions.payments.size() == 1) body["createPayment"] = payment_json(actions.payments.front());
  if (actions.payments.size() > 1) {
    for (const PaymentArguments& each : actions.payments) {
      body["createPayment"].push_back(payment_json(each));
    }
  }
  if (!actions.delivery_line1.empty()) {
    body["changeDeliveryAddress"] = address_json(actions.delivery_line1);
  }
  if (!actions.invoice_line1.empty()) {
    body["changeInvoiceAddress"] = address_json(actions.invoice_line1);
  }
  if (!actions.unknown.empty()) body[actions.unknown] = true;
  return body;
}

Json instances_json(const std::vector<std::string>& serials) {
  Json all = Json::array();
  for (const std::string& serial : serials) all.push_back({{"serialNumber", serial}});
  return all;
}

Json line_json(const NewLine& line) {
  Json body = line_reference(line.id);
  body["product"] = product_reference(line.sku);
  if (line.serials.empty()) {
    body["quantity"] = quantity_text(line.quantity);
  } else if (line.as_product_instances) {
    body["productInstances"] = instances_json(line.serials);
  } else {
    const Product* product = product_of(line.sku);
    const bool plan = product != nullptr && product->kind == Kind::plan;
    body["instances"] = {{{plan ? "phoneImei" : "imei", line.serials.front()}}};
  }
  if (!line.seller.empty()) body["seller"] = agent_reference(line.seller);
  if (line.manual) body["unitAmountExclVat"] = net_text(*line.manual, 0);
  if (line.reserved_until) body["reservedUntil"] = time_text(*line.reserved_until);
  return body;
}

struct Renderer {
  Time at;
  const KeyOf& key_of;
  const ItemKeyOf& item_key_of;

  static Request request(Method method, std::string target, const Json& body) {
    return {method, std::move(target), body.dump()};
  }

  Request operator()(const PlaceOrder& command) const {
    const NewOrder& order = command.order;
    Json body = {{"identifiers", {{"com.acme.order", order.id}}}};
    if (!order.supplier.empty()) body["supplier"] = agent_reference(order.supplier);
    if (!order.customer.empty()) body["customer"] = agent_reference(order.customer);
    body["sellers"] = agent_references(order.sellers);
    body["currency"] = currency_reference(order.currency);
    if (order.reserved_until) body["reservedUntil"] = time_text(*order.reserved_until);
    body["items"] = Json::array();
    for (const NewLine& line : order.lines) body["items"].push_back(line_json(line));
    if (!order.actions.empty()) body["actions"] = actions_json(order.actions);
    if (command.by == PlaceOrder::By::put)
      return request(Method::put, order_target(order.id), body);
    if (command.by == PlaceOrder::By::array) body = Json::array({body});
    return request(Method::post, "/v1/trade-orders", body);
  }

  Request operator()(const ChangeOrder& command) const {
    if (command.at_actions) {
      return request(Method::patch, order_target(command.order) + "/actions",
                     actions_json(command.actions));
    }
    Json body = Json::object();
    if (!command.actions.empty()) body["actions"] = actions_json(command.actions);
    if (command.reserved_until.sent) {
      body["reservedUntil"] = time_or_null(command.reserved_until.time);
    }
    return request(Method::patch, order_target(command.order), body);
  }

  Request operator()(const ChangeLine& command) const {
    Json body = Json::object();
    if (command.reserved_until.sent) {
      body["reservedUntil"] = time_or_null(command.reserved_until.time);
    }
    if (command.manual) body["unitAmountExclVat"] = net_text(*command.manual, 0);
    if (command.serials) body["productInstances"] = instances_json(*command.serials);
    const std::string line = "com.acme.line=" + command.line;
    switch (command.at) {
      case ChangeLine::At::items:
        return request(Method::patch, "/v1/trade-order-items/" + line, body);
      case ChangeLine::At::line:
        return request(Method::patch, order_target(command.order) + "/items/" + line, body);
      case ChangeLine::At::order:
        break;
    }
    Json item = line_reference(command.line);
    item.update(body);
    return request(Method::patch, order_target(command.order), {{"items", Json::array({item})}});
  }

  Request operator()(const DeleteOrder& command) const {
    return {Method::delete_, order_target(command.order), {}};
  }

  Request operator()(const PayDirectly& command) const {
    Json body = {{"identifiers", {{"com.acme.payment", command.id}}}};
    if (!command.transaction.empty()) body["transactionId"] = command.transaction;
    body["method"] = reference("methodId", command.method);
    body["currency"] = currency_reference(command.currency);
    body["amount"] = net_text(command.amount, 0);
    if (command.order.empty()) {
      body["payer"] = agent_reference("ALICE");
      body["payee"] = agent_reference("RETAIL");
    } else {
      body["orders"] = Json::array({reference("com.acme.order", command.order)});
    }
    if (!command.by_put) return request(Method::post, "/v1/payment-orders", body);
    return request(Method::put, "/v1/payment-orders/com.acme.payment=" + command.id, body);
  }

  Request operator()(const ShipDirectly& command) const {
    Json body = {{"identifiers", {{"com.acme.shipment", command.id}}}};
    if (!command.sender.empty()) body["sender"] = agent_reference(command.sender);
    if (!command.receiver.empty()) body["receiver"] = agent_reference(command.receiver);
    if (!command.source.empty()) body["source"] = place_reference(command.source);
    if (!command.destination.empty()) body["destination"] = place_reference(command.destination);
    body["items"] = Json::array();
    for (const ShipDirectly::Item& item : command.items) {
      Json own = item.line.empty() ? Json{{"product", product_reference(item.sku)}}
                                   : Json{{"orderItem", line_reference(item.line)}};
      own["quantity"] = quantity_text(item.quantity);
      body["items"].push_back(own);
    }
    return request(Method::post, "/v1/shipment-orders", body);
  }

  Request operator()(const Release& command) const {
    const std::string key = key_of(command.shipment);
    if (key.empty()) return {};
    return request(Method::patch, "/v1/shipment-orders/" + key + "/actions", {{"release", true}});
  }

  Request operator()(const Carry& command) const {
    const std::string key = key_of(command.shipment);
    if (key.empty()) return {};
    Json body = {{"identifiers", {{"com.acme.record", command.id}}},
                 {"actions", {{command.action, Json::object()}}}};
    for (const Carry::Item& item : command.items) {
      const std::string item_key = item_key_of(command.shipment, item.index);
      if (item_key.empty()) return {};
      Json own = reference("key", item_key);
      own["quantity"] = quantity_text(item.quantity);
      body["items"].push_back(own);
    }
    return request(Method::post, "/v1/shipment-orders/" + key + "/records", body);
  }

  Request operator()(const Adjust& command) const {
    Json body = {{"identifiers", {{"com.acme.adjustment", command.id}}},
                 {"timestamp", time_text(at)},
                 {"items", Json::array()}};
    for (const Adjust::Item& item : command.items) {
      Json own = {{"product", product_reference(item.sku)},
                  {"place", place_reference(item.place)},
                  {"reason", reference("com.acme.reason", item.reason)}};
      if (item.serial.empty()) {
        own["quantity"] = quantity_text(item.quantity);
      } else {
        own["instance"] = {{"imei", item.serial}};
      }
      if (!item.direction.empty()) own["direction"] = item.direction;
      body["items"].push_back(own);
    }
    if (!command.by_put) return request(Method::post, "/v1/stock-adjustments", body);
    return request(Method::put, "/v1/stock-adjustments/com.acme.adjustment=" + command.id, body);
  }

  Request operator()(const CountStock& command) const {
    Json body = {{"identifiers", {{"com.acme.count", command.id}}},
                 {"timestamp", time_text(at)},
                 {"entries", Json::array()}};
    for (const CountStock::Item& item : command.items) {
      body["entries"].push_back({{"product", product_reference(item.sku)},
                                 {"place", place_reference(item.place)},
                                 {"physicalQuantity", quantity_text(item.physical)}});
    }
    if (!command.by_put) return request(Method::post, "/v1/stock-entries", body);
    return request(Method::put, "/v1/stock-entries/com.acme.count=" + command.id, body);
  }

  Request operator()(const ResetStock& command) const {
    Json body = {{"owner", agent_reference(command.owner)}};
    if (!command.sku.empty()) body["product"] = product_reference(command.sku);
    return request(Method::post, "/v1/stock-reset", body);
  }

  Request operator()(const AllowBackOrders& command) const {
    const std::string id = command.supplier + "-" + command.customer;
    return request(Method::put, "/v1/trade-relationships/com.acme.relationship=" + id,
                   {{"supplierAgent", agent_reference(command.supplier)},
                    {"customerAgent", agent_reference(command.customer)},
                    {"allowsBackOrder", command.allowed}});
  }

  Request operator()(const SetPrice& command) const {
    const Price& price = command.price;
    return request(Method::put, "/v1/prices/com.acme.price=" + price.id,
                   {{"products", Json::array({product_reference(price.sku)})},
                    {"currency", currency_reference(price.currency)},
                    {"amount", net_text(price.amount, 0)},
                    {"sellers", agent_references(price.sellers)},
                    {"buyers", agent_references(price.buyers)},
                    {"from", time_or_null(price.from)},
                    {"to", time_or_null(price.to)}});
  }

  Request operator()(const Wait&) const { return {}; }
  Request operator()(const Host&) const { return {}; }
};

}  // namespace

bool Actions::empty() const {
  return invoice_line1.empty() && delivery_line1.empty() && payments.empty() &&
         approve == Flag::absent && ship == Flag::absent && !commit_return && !fulfill_return &&
         !cancel_return && cancel == Flag::absent && unknown.empty();
}

Request request_of(const Step& step, const KeyOf& key_of, const ItemKeyOf& item_key_of) {
  return std::visit(Renderer{step.at, key_of, item_key_of}, step.command);
}

std::vector<Request> world_requests() {
  std::vector<Request> all;
  const auto put = [&](std::string target, const Json& body) {
    all.push_back(Renderer::request(Method::put, "/v1/" + std::move(target), body));
  };
  const auto percentage = [](const Product& product) {
    return quantity_text(product.vat_tenths * (one / 10));
  };
  for (const Place& place : places()) {
    Json body = {{"name", place.name}};
    if (!place.parent.empty()) body["parent"] = place_reference(place.parent);
    put("stock-places/com.acme.place=" + place.name, body);
  }
  for (const Agent& agent : agents()) {
    Json body = {{"name", agent.name}};
    if (!agent.owner.empty()) body["owner"] = agent_reference(agent.owner);
    if (agent.has_address) body["addresses"]["main"] = address_json(agent.name + " 1");
    for (const std::string& root : agent.roots) body["stockRoots"].push_back(place_reference(root));
    put(agent.collection + "/com.acme.agent=" + agent.name, body);
  }
  for (const Product& product : products()) {
    if (product.vat_tenths > 0) put("vat-codes/percentage=" + percentage(product), Json::object());
  }
  for (const Product& product : products()) {
    Json body = {{"name", product.sku}};
    const Json vat = reference("percentage", percentage(product));
    if (product.vat_by_group) {
      put("product-groups/com.acme.group=UPPER", {{"name", "Upper"}, {"defaultVatCode", vat}});
      const Json upper = reference("com.acme.group", "UPPER");
      put("product-groups/com.acme.group=LOWER", {{"name", "Lower"}, {"parentGroup", upper}});
      body["parentGroup"] = reference("com.acme.group", "LOWER");
    } else if (product.vat_tenths > 0) {
      body["defaultVatCode"] = vat;
    }
    if (product.kind == Kind::device) body["instanceType"] = "MobileDevice";
    if (product.kind == Kind::plan) body["instanceType"] = "MobilePlan";
    if (product.kind == Kind::service) body["classification"] = "Services";
    if (product.kind == Kind::shipping) body["classification"] = "Shipping";
    if (product.serials_required) {
      body["tracking"]["serialNumberRegistration"] = Json::array({"OutgoingTransactions"});
    }
    put("products/com.acme.sku=" + product.sku, body);
  }
  const KeyOf no_key = [](const std::string&) { return std::string(); };
  const ItemKeyOf no_item_key = [](const std::string&, size_t) { return std::string(); };
  for (const Price& price : first_prices()) {
    all.push_back(request_of({start_of_time, SetPrice{price}}, no_key, no_item_key));
  }
  // Before an order makes one without a name (O-12).
  for (const char* customer : {"ALICE", "BOB"}) {
    all.push_back(request_of({start_of_time, AllowBackOrders{"RETAIL", customer, false}}, no_key,
                             no_item_key));
  }
  put("stock-adjustment-reasons/com.acme.reason=RECEIVED",
      {{"name", "Received"}, {"direction", "Increase"}});
  put("stock-adjustment-reasons/com.acme.reason=DAMAGED",
      {{"name", "Damaged"}, {"direction", "Decrease"}});
  put("stock-adjustment-reasons/com.acme.reason=CORRECTED", {{"name", "Corrected"}});
  put("return-reasons/com.acme.return-reason=REGRET", {{"name", "Regret"}});
  return all;
}

std::string text_of(const Request& request) {
  static constexpr const char* names[] = {"GET",   "HEAD",   "POST",    "PUT",
                                          "PATCH", "DELETE", "OPTIONS", "OTHER"};
  std::string text = names[static_cast<size_t>(request.method)];
  text += " " + request.target + "\n";
  if (!request.body.empty()) text += "\n" + request.body + "\n";
  return text;
}

std::string name_of(const Command& command) {
  static constexpr const char* names[] = {
      "PlaceOrder",   "ChangeOrder",     "ChangeLine", "DeleteOrder", "PayDirectly",
      "ShipDirectly", "Release",         "Carry",      "Adjust",      "CountStock",
      "ResetStock",   "AllowBackOrders", "SetPrice",   "Wait",        "Host"};
  return names[command.index()];
}

}  // namespace waybill::model
