#include "views.hpp"

#include <algorithm>

namespace waybill::model {
namespace {

std::string joined(std::vector<std::string> all, const char* separator) {
  std::string text;
  for (const std::string& each : all) text += (text.empty() ? "" : separator) + each;
  return text;
}

std::string sorted_lines(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// A member of an answer as text: "-" if it is null or missing.
std::string text(const Json& object, const char* name) {
  if (!object.is_object() || !object.contains(name) || object[name].is_null()) return "-";
  const Json& value = object[name];
  return value.is_string() ? value.get<std::string>() : value.dump();
}

const Json& member(const Json& object, const char* name) {
  static const Json nothing;
  return object.is_object() && object.contains(name) ? object[name] : nothing;
}

std::string identifier(const Json& object, const char* name) {
  return text(member(object, "identifiers"), name);
}

std::string list_of(const Json& texts) {
  std::vector<std::string> all;
  for (const Json& each : texts) all.push_back(each.is_string() ? each.get<std::string>() : "?");
  return "[" + joined(all, ", ") + "]";
}

std::string line1_of(const Json& addresses) {
  std::vector<std::string> all;
  for (const Json& address : addresses) all.push_back(text(address, "line1"));
  return joined(all, " and ");
}

std::string money_or_null(std::optional<Money> amount, int digits) {
  return amount ? money_text(*amount, digits) : "-";
}

std::string time_or_null(std::optional<Time> at) {
  return at ? time_text(*at) : "-";
}

// One line of text for each thing, from its parts: what both sides have in common.

std::string order_text(const std::string& id, const std::string& status, const std::string& total,
                       const std::string& balance, const std::string& until,
                       const std::string& delivery, const std::string& invoice) {
  return "order " + id + " " + status + " total " + total + " balance " + balance + " until " +
         until + " to '" + delivery + "' billed '" + invoice + "'\n";
}

std::string line_text(const std::string& id, const std::string& sku, const std::string& quantity,
                      const std::string& seller, const std::string& status,
                      const std::string& details, const std::string& amounts,
                      const std::string& until, const std::string& serials) {
  return "  line " + id + " " + quantity + " " + sku + " of " + seller + " " + status + " " +
         details + " " + amounts + " until " + until + " serials " + serials + "\n";
}

std::string shipment_text(const std::string& from, const std::string& to, const std::string& status,
                          const std::string& orders) {
  return "  shipment from " + from + " to " + to + " [" + status + "] of " + orders + "\n";
}

std::string item_text(const std::string& line, const std::string& sku, const std::string& quantity,
                      const std::string& status, const std::string& details) {
  return "    " + quantity + " " + sku + " of " + line + " " + status + " " + details + "\n";
}

std::string payment_text(const std::string& id, const std::string& transaction,
                         const std::string& method, const std::string& amount,
                         const std::string& currency, const std::string& status) {
  return "  payment " + id + " " + transaction + " " + method + " " + amount + " " + currency +
         " " + status;
}

std::string payment_view(const Payment& payment) {
  return payment_text(payment.id.empty() ? "-" : payment.id,
                      payment.transaction.empty() ? "-" : payment.transaction, payment.method,
                      money_text(payment.amount, currency_of(payment.currency)->digits),
                      payment.currency, payment.amount < 0 ? "[Credited]" : "[Debited]");
}

std::string payment_view(const Json& payment) {
  return payment_text(identifier(payment, "com.acme.payment"), text(payment, "transactionId"),
                      identifier(member(payment, "method"), "methodId"), text(payment, "amount"),
                      identifier(member(payment, "currency"), "currencyCode"),
                      list_of(member(payment, "status")));
}

}  // namespace

std::string order_target(const std::string& id) {
  return "/v1/trade-orders/com.acme.order=" + id +
         "~with(totalAmount,balanceAmount,reservedUntil,deliveryAddresses,invoiceAddresses,"
         "payments,items~with(seller,statusDetails,unitAmountExclVat,unitAmountInclVat,"
         "vatPercentage,totalAmount,reservedUntil,instances),"
         "shipments~with(items~with(statusDetails,orderItem)))";
}

std::string stock_target(const std::string& sku) {
  return "/v1/products/com.acme.sku=" + sku + "/stockLevels";
}

std::string entries_target(const std::string& place) {
  return "/v1/stock-places/com.acme.place=" + place + "/entries";
}

std::string payments_target() {
  return "/v1/payment-orders~with(orders)";
}

std::string view_of_order(const Model& model, const Order& order) {
  std::vector<std::string> status;
  for (const Phase phase : order.phases()) status.push_back(name_of(phase));
  const int digits = order.digits();
  std::string view = order_text(order.id, "[" + joined(status, ", ") + "]",
                                money_or_null(model.total(order), digits),
                                money_or_null(model.balance(order), digits),
                                time_or_null(order.reserved_until), order.delivery, order.invoice);
  for (const Line& line : order.lines) {
    std::vector<std::string> details;
    std::set<Phase> phases;
    for (const Part& part : line.parts) {
      details.push_back(quantity_text(part.quantity) + " " + name_of(part.phase));
      phases.insert(part.phase);
    }
    std::vector<std::string> names;
    for (const Phase phase : phases) names.push_back(name_of(phase));
    const std::string vat = quantity_text(product_of(line.sku)->vat_tenths * (one / 10));
    std::string amounts = "- - - " + vat;
    if (line.net) {
      amounts = net_text(*line.net, digits) + " " + money_text(model.unit_incl_vat(line), digits) +
                " " + money_or_null(model.total(line), digits) + " " + vat;
    }
    view += line_text(line.id, line.sku, quantity_text(line.quantity), line.seller,
                      "[" + joined(names, ", ") + "]", "(" + joined(details, ", ") + ")", amounts,
                      time_or_null(model.shown_reserved_until(line)),
                      "[" + joined(line.serials, ", ") + "]");
  }
  for (const Payment& payment : model.payments_of(order.id)) view += payment_view(payment) + "\n";
  for (const Shipment* shipment : model.shipments_of(order.id)) {
    view += view_of_shipment(model, *shipment);
  }
  return view;
}

std::string view_of_order(const Json& answer) {
  std::string view = order_text(
      identifier(answer, "com.acme.order"), list_of(member(answer, "status")),
      text(answer, "totalAmount"), text(answer, "balanceAmount"), text(answer, "reservedUntil"),
      line1_of(member(answer, "deliveryAddresses")), line1_of(member(answer, "invoiceAddresses")));
  for (const Json& line : member(answer, "items")) {
    std::vector<std::string> details;
    for (const Json& row : member(line, "statusDetails")) {
      details.push_back(text(row, "quantity") + " " + text(row, "status"));
    }
    std::vector<std::string> serials;
    for (const Json& instance : member(line, "instances")) {
      serials.push_back(text(instance, instance.contains("imei") ? "imei" : "phoneImei"));
    }
    const std::string amounts = text(line, "unitAmountExclVat") + " " +
                                text(line, "unitAmountInclVat") + " " + text(line, "totalAmount") +
                                " " + text(line, "vatPercentage");
    view += line_text(identifier(line, "com.acme.line"),
                      identifier(member(line, "product"), "com.acme.sku"), text(line, "quantity"),
                      identifier(member(line, "seller"), "com.acme.agent"),
                      list_of(member(line, "status")), "(" + joined(details, ", ") + ")", amounts,
                      text(line, "reservedUntil"), "[" + joined(serials, ", ") + "]");
  }
  for (const Json& payment : member(answer, "payments")) view += payment_view(payment) + "\n";
  for (const Json& shipment : member(answer, "shipments")) view += view_of_shipment(shipment);
  return view;
}

std::string view_of_shipment(const Model&, const Shipment& shipment) {
  std::string view = shipment_text(
      shipment.source.empty() || shipment.source.starts_with("at ") ? "no place" : shipment.source,
      shipment.destination.empty() ? "no place" : shipment.destination, shipment.status(),
      shipment.order.empty() ? "none" : shipment.order);
  for (const ShipmentItem& item : shipment.items) {
    std::vector<std::string> details;
    Stage most = Stage::new_;
    for (const Stage stage : {Stage::new_, Stage::released, Stage::transiting, Stage::acquired}) {
      if (item.at(stage) == 0) continue;
      details.push_back(quantity_text(item.at(stage)) + " " + name_of(stage));
      most = stage;
    }
    view +=
        item_text(item.line.empty() ? "-" : item.line, item.sku, quantity_text(item.quantity),
                  std::string("[") + (details.size() > 1 ? "Partially" : "") + name_of(most) + "]",
                  "(" + joined(details, ", ") + ")");
  }
  return view;
}

std::string view_of_shipment(const Json& answer) {
  std::vector<std::string> orders;
  for (const Json& order : member(answer, "orders")) {
    orders.push_back(identifier(order, "com.acme.order"));
  }
  const auto place = [&](const char* name) {
    const std::string own = identifier(member(answer, name), "com.acme.place");
    return own == "-" ? "no place" : own;
  };
  const Json& status = member(answer, "status");
  std::string view = shipment_text(
      place("source"), place("destination"),
      status.size() == 1 && status[0].is_string() ? status[0].get<std::string>() : status.dump(),
      orders.empty() ? "none" : joined(orders, " and "));
  for (const Json& item : member(answer, "items")) {
    std::vector<std::string> details;
    for (const char* stage : {"New", "Released", "Transiting", "Acquired"}) {
      for (const Json& row : member(item, "statusDetails")) {
        if (text(row, "status") == stage) {
          details.push_back(text(row, "quantity") + " " + stage);
        }
      }
    }
    view += item_text(identifier(member(item, "orderItem"), "com.acme.line"),
                      identifier(member(item, "product"), "com.acme.sku"), text(item, "quantity"),
                      list_of(member(item, "status")), "(" + joined(details, ", ") + ")");
  }
  return view;
}

std::string view_of_stock(const Model& model, const std::string& sku) {
  std::vector<std::string> lines;
  for (const Agent& agent : agents()) {
    if (!model.recorded(agent.name, sku)) continue;
    const Quantity physical = model.physical(agent.name, sku);
    const Quantity held = model.held(agent.name, sku);
    lines.push_back("  stock at " + agent.name + " total " + quantity_text(physical) +
                    " reserved " + quantity_text(held) + " available " +
                    quantity_text(physical - held));
  }
  return sorted_lines(lines);
}

std::string view_of_stock(const Json& answer) {
  std::vector<std::string> lines;
  for (const Json& level : answer) {
    lines.push_back("  stock at " + identifier(member(level, "location"), "com.acme.agent") +
                    " total " + text(level, "totalQuantity") + " reserved " +
                    text(level, "reservedQuantity") + " available " +
                    text(level, "availableQuantity"));
  }
  return sorted_lines(lines);
}

std::string view_of_entries(const Model& model, const std::string& place) {
  std::vector<std::string> lines;
  for (const auto& [sku, quantity] : model.at(place)) {
    lines.push_back("  entry " + sku + " physical " + quantity_text(quantity) + " available " +
                    quantity_text(model.available(owner_of(place), sku)));
  }
  return sorted_lines(lines);
}

std::string view_of_entries(const Json& answer) {
  std::vector<std::string> lines;
  for (const Json& entry : answer) {
    lines.push_back("  entry " + identifier(member(entry, "product"), "com.acme.sku") +
                    " physical " + text(entry, "physicalQuantity") + " available " +
                    text(entry, "availableQuantity"));
  }
  return sorted_lines(lines);
}

std::string view_of_payments(const Model& model) {
  std::vector<std::string> lines;
  for (const Payment& payment : model.payments()) {
    lines.push_back(payment_view(payment) + " for " +
                    (payment.order.empty() ? "none" : payment.order));
  }
  return sorted_lines(lines);
}

std::string view_of_payments(const Json& answer) {
  std::vector<std::string> lines;
  for (const Json& payment : answer) {
    std::vector<std::string> orders;
    for (const Json& order : member(payment, "orders")) {
      orders.push_back(identifier(order, "com.acme.order"));
    }
    lines.push_back(payment_view(payment) + " for " +
                    (orders.empty() ? "none" : joined(orders, " and ")));
  }
  return sorted_lines(lines);
}

}  // namespace waybill::model
