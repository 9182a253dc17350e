#include <algorithm>

#include "generator.hpp"

namespace waybill::model {
namespace {

/// Of which parts of units are sold.
bool divisible(const std::string& sku) {
  return sku == "NUT" || sku == "BOLT";
}

}  // namespace

// ── Orders ───────────────────────────────────────────────────────────────────────────────────────

Command Generator::place_order() {
  NewOrder order;
  order.id = fresh("O-");
  order.supplier = "RETAIL";
  order.customer = one_in(2) ? "ALICE" : "BOB";
  static const std::vector<std::vector<std::string>> sellers = {
      {"EAST"},           {"EAST"},         {"RETAIL"},         {"WEST"},
      {"EAST", "RETAIL"}, {"WEST", "EAST"}, {"VENDOR", "EAST"}, {"EAST", "VENDOR", "RETAIL"}};
  order.sellers = any(sellers);
  if (one_in(8)) {  // a purchase order, or a vendor who sells what lies with us
    order.supplier = "VENDOR";
    if (one_in(2)) {
      order.sellers = {"VENDOR"};
      order.customer = "RETAIL";
    }
  }
  order.currency = one_in(8) ? "JPY" : "SEK";
  if (one_in(4)) order.reserved_until = now_ + 1 + below(static_cast<uint32_t>(3 * hour));
  for (uint32_t i = 1 + below(3) + below(2); i-- > 0;) {
    order.lines.push_back(line(order, order.lines.size()));
  }
  if (one_in(5)) {  // a plan for a device of an earlier line
    for (const NewLine& each : order.lines) {
      if (each.serials.empty()) continue;
      NewLine plan;
      plan.id = order.id + "-PLAN";
      plan.sku = "PLAN";
      plan.serials = {each.serials.front()};
      order.lines.push_back(plan);
      break;
    }
  }
  if (one_in(6)) {
    order.actions.approve = Flag::true_;
    if (one_in(2)) order.actions.ship = Flag::true_;
    if (one_in(3)) order.actions.delivery_line1 = fresh("Street ");
  }
  if (one_in(14)) spoil(order);
  PlaceOrder::By by = PlaceOrder::By::put;
  if (one_in(4)) by = one_in(3) ? PlaceOrder::By::array : PlaceOrder::By::post;
  return PlaceOrder{by, order};
}

NewLine Generator::line(const NewOrder& order, size_t index) {
  static const std::vector<std::string> skus = {"WIDGET", "WIDGET",  "NUT",     "NUT",  "BOLT",
                                                "BOLT",   "BOOK",    "BOOK",    "GIFT", "PHONE",
                                                "PHONE",  "SERVICE", "FREIGHT", "PLAN", "ROUTER"};
  NewLine line;
  line.id = order.id + "-" + std::to_string(index + 1);
  line.sku = one_in(12) ? "LATE" : any(skus);
  line.quantity = one * (1 + below(4));
  if (divisible(line.sku) && one_in(2)) line.quantity = 125 * (1 + below(40));
  const Product& product = *product_of(line.sku);
  if (product.kind == Kind::device && !one_in(4)) {
    std::vector<std::string> known = {"IMEI-NONE"};
    for (const SerialUnit& unit : model_->serials()) {
      if (unit.sku == line.sku && (!model_->serial_held(unit.sku, unit.serial) || one_in(6))) {
        known.push_back(unit.serial);
      }
    }
    line.serials = {one_in(10) ? known.front() : any(known)};
    line.as_product_instances = one_in(2);
    if (line.as_product_instances && one_in(2)) {  // O-30: as many as one likes
      for (const std::string& serial : known) {
        if (serial != line.serials.front() && line.serials.size() < 3)
          line.serials.push_back(serial);
      }
    }
  } else if (product.kind == Kind::device) {
    line.quantity = one * (1 + below(2));
  }
  if (one_in(4)) line.seller = any(order.sellers);
  if (one_in(8) || order.currency == "EUR") line.manual = below(3'000'000) * int64_t{1000};
  if (one_in(12)) line.reserved_until = now_ + 1 + below(static_cast<uint32_t>(3 * hour));
  return line;
}

/// Makes one mistake.
void Generator::spoil(NewOrder& order) {
  NewLine& line = order.lines[below(static_cast<uint32_t>(order.lines.size()))];
  switch (below(13)) {
    case 0:
      line.sku = "NOTHING";
      break;
    case 1:
      line.serials.clear();
      line.quantity = 0;
      break;
    case 2:
      order.customer.clear();
      break;
    case 3:
      order.supplier.clear();
      break;
    case 4:
      order.sellers.clear();
      break;
    case 5:
      order.lines.clear();
      break;
    case 6:
      order.currency = "ZZZ";
      break;
    case 7:
      line.seller = "BOB";
      break;
    case 8:
      order.reserved_until = now_ - below(2);
      break;
    case 9:
      line.manual = -unit;
      break;
    case 10:
      line.reserved_until = now_ - below(2);
      break;
    case 11:
      line.sku = one_in(2) ? "WIDGET" : "PLAN";
      line.serials = {"IMEI-OTHER"};
      line.as_product_instances = false;
      break;
    default:  // all plans first
      std::stable_sort(order.lines.begin(), order.lines.end(), [](const auto& a, const auto& b) {
        return (a.sku == "PLAN") > (b.sku == "PLAN");
      });
  }
}

/// An order, a payment or an adjustment once more.
Command Generator::repeat() {
  std::vector<Command> all;
  for (const Step& step : *history_) {
    if (std::holds_alternative<PlaceOrder>(step.command) ||
        std::holds_alternative<PayDirectly>(step.command) ||
        std::holds_alternative<Adjust>(step.command) ||
        std::holds_alternative<CountStock>(step.command)) {
      all.push_back(step.command);
    }
  }
  Command command = any(all);
  if (PlaceOrder* place = std::get_if<PlaceOrder>(&command)) {
    const Order* order = model_->order(place->order.id);
    if (order != nullptr && one_in(6)) place->by = PlaceOrder::By::post;
    if (order == nullptr) place->order.reserved_until = std::nullopt;
  }
  return command;
}

Command Generator::delete_order() {
  return DeleteOrder{order_that([&](const Order& order) {
    return order.only({Phase::new_, Phase::unreserved}) && model_->paid(order.id) == 0;
  })};
}

// ── Actions ──────────────────────────────────────────────────────────────────────────────────────

Command Generator::act() {
  ChangeOrder command;
  command.at_actions = !one_in(4);
  Actions& actions = command.actions;
  const uint32_t kind = below(34);
  if (kind < 12) {
    command.order = order_that([&](const Order& order) {
      return order.only({Phase::new_, Phase::reserved}) && model_->total(order) && in_stock(order);
    });
    actions.approve = Flag::true_;
  } else if (kind < 20) {
    command.order = order_that([&](const Order& order) {
      return order.phases().contains(Phase::committed) && model_->shipments_of(order.id).empty();
    });
    actions.ship = Flag::true_;
  } else if (kind < 29) {
    command.order = order_that([&](const Order& order) {
      return order.sellers.size() == 1 && model_->balance(order).value_or(0) != 0;
    });
    if (const Order* order = model_->order(command.order)) {
      for (uint32_t i = one_in(6) ? 2 : 1; i-- > 0;) actions.payments.push_back(payment(*order));
    }
  } else if (kind < 31) {
    command.order =
        order_that([](const Order& order) { return order.phases().contains(Phase::committed); });
    actions.cancel = Flag::true_;
  } else if (kind < 33) {
    command.order = order_that([](const Order& order) {
      return order.only({Phase::new_, Phase::reserved});
    });
    (one_in(2) ? actions.delivery_line1 : actions.invoice_line1) = fresh("Street ");
  } else {
    command.order = order_that([](const Order&) { return true; });
    const Flag flag = one_in(2) ? Flag::text : Flag::false_;
    if (one_in(3)) {
      actions.unknown = "tryShip";
    } else {
      (one_in(2) ? actions.approve : actions.cancel) = flag;
    }
  }
  return command;
}

/// Some that follow from each other, and sometimes one that does not.
Command Generator::several_actions() {
  ChangeOrder command;
  command.order = order_that([&](const Order& order) {
    return order.only({Phase::new_, Phase::reserved}) && in_stock(order);
  });
  const Order* order = model_->order(command.order);
  if (order == nullptr) return command;
  command.at_actions = one_in(2);
  Actions& actions = command.actions;
  if (!one_in(4)) actions.approve = Flag::true_;
  if (one_in(actions.approve == Flag::true_ ? 2 : 12)) actions.ship = Flag::true_;
  if (one_in(3) && order->sellers.size() == 1) actions.payments.push_back(payment(*order));
  if (one_in(3)) actions.invoice_line1 = fresh("Street ");
  if (one_in(actions.approve == Flag::true_ ? 6 : 20)) actions.cancel = Flag::true_;
  if (!command.at_actions && one_in(3)) command.reserved_until = moment();
  return command;
}

PaymentArguments Generator::payment(const Order& order) {
  PaymentArguments payment;
  payment.transaction = fresh("T-");
  payment.timestamp = now_;
  payment.currency = order.currency;
  if (one_in(4)) payment.method = "com.heads.cash";
  Net minor_unit = unit;
  for (int i = 0; i < order.digits(); ++i) minor_unit /= 10;
  const Money due = model_->balance(order).value_or(100);
  const Money paid = model_->paid(order.id);
  const uint32_t kind = below(20);
  if (kind < 8 && due != 0) {
    payment.amount = due * minor_unit;
  } else if (kind < 12) {
    payment.amount = (1 + below(20'000)) * minor_unit;
  } else if (kind < 15) {
    payment.amount = -minor_unit * (1 + below(static_cast<uint32_t>(std::max<Money>(paid, 1))));
  } else if (kind < 16) {
    payment.amount = -(paid + 1) * minor_unit;
  } else if (kind < 18) {
    if (one_in(2)) payment.lines = {any(order.lines).id};  // and all of it, or of all lines
  } else {
    payment.amount = one_in(2) ? 0 : minor_unit / 10;
  }
  if (one_in(12) && !model_->payments().empty()) {
    const Payment& known = any(model_->payments());
    payment.transaction = known.transaction;
    payment.method = known.method;
  }
  if (one_in(30)) payment.currency = one_in(2) ? "EUR" : "ZZZ";
  if (one_in(40)) payment.method = "com.heads.nothing";
  if (one_in(40)) payment.timestamp.reset();
  if (one_in(40)) payment.transaction.clear();
  return payment;
}

// ── Reservations and lines ───────────────────────────────────────────────────────────────────────

Moment Generator::moment() {
  if (one_in(5)) return {true, std::nullopt};
  if (one_in(10)) return {true, now_ - below(2)};
  return {true, now_ + 1 + below(static_cast<uint32_t>(3 * hour))};
}

Command Generator::reserve() {
  ChangeOrder command;
  command.order = order_that([&](const Order& order) {
    return order.only({Phase::new_, Phase::reserved, Phase::unreserved}) && in_stock(order);
  });
  command.reserved_until = moment();
  const Order* order = model_->order(command.order);
  if (order != nullptr && one_in(6)) command.reserved_until = {true, order->reserved_until};
  return command;
}

/// Which units a device's line is about, now and then none or too many.
Command Generator::tell_units(ChangeLine command) {
  const auto wanted = [&](const Line& line) {
    return product_of(line.sku)->kind == Kind::device && line.in(Phase::fulfilled) == 0;
  };
  command.order = order_that([&](const Order& order) {
    return std::any_of(order.lines.begin(), order.lines.end(), wanted);
  });
  const Order* order = model_->order(command.order);
  if (order == nullptr) return Wait{};
  std::vector<const Line*> lines;
  for (const Line& line : order->lines) {
    if (product_of(line.sku)->kind == Kind::device) lines.push_back(&line);
  }
  if (lines.empty()) return Wait{};
  const Line& line = *any(lines);
  command.line = line.id;
  std::vector<std::string> known = line.serials;
  for (const SerialUnit& unit : model_->serials()) {
    if (unit.sku == line.sku && one_in(2)) known.push_back(unit.serial);
  }
  known.push_back(one_in(2) ? "IMEI-NONE" : "IMEI-OTHER");
  std::vector<std::string> serials;
  const auto count = static_cast<size_t>(line.quantity / one) + (one_in(15) ? 1 : 0);
  for (size_t i = 0; i < count; ++i) {
    const std::string& serial = any(known);
    const bool twice = std::find(serials.begin(), serials.end(), serial) != serials.end();
    if (!twice || one_in(20)) serials.push_back(serial);
  }
  if (one_in(20)) serials = line.serials;
  command.serials = serials;
  return command;
}

Command Generator::change_line() {
  ChangeLine command;
  command.at = static_cast<ChangeLine::At>(below(3));
  if (one_in(4)) return tell_units(command);
  const bool amount = one_in(3);
  command.order = order_that([&](const Order& order) {
    if (amount) return order.only({Phase::new_});
    return order.only({Phase::new_, Phase::reserved, Phase::unreserved}) && in_stock(order);
  });
  const Order* order = model_->order(command.order);
  if (order == nullptr) return Wait{};
  const Line& line = any(order->lines);
  command.line = line.id;
  if (amount) {
    command.manual = below(3'000'000) * int64_t{1000};
  } else {
    command.reserved_until = moment();
    if (one_in(6)) command.reserved_until = {true, line.reserved_until};
  }
  return command;
}

}  // namespace waybill::model
