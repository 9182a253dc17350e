#include "generator.hpp"

#include <algorithm>

namespace waybill::model {
namespace {

const std::vector<std::string> stocked = {"WIDGET", "NUT", "BOLT", "BOOK", "GIFT", "LATE"};

/// Of which parts of units are sold.
bool divisible(const std::string& sku) {
  return sku == "NUT" || sku == "BOLT";
}

}  // namespace

Step Generator::next(const Model& model, const std::vector<Step>& history) {
  model_ = &model;
  history_ = &history;
  now_ = (history.empty() ? start_of_time : history.back().at) + 1 + below(2000);
  if (history.size() < places().size()) return {now_, first_stock(history.size())};

  // What has nothing suitable to act on is seldom sent.
  for (int attempt = 0; attempt < 6; ++attempt) {
    suitable_ = true;
    Command command = choose();
    if (suitable_ || one_in(20)) return {now_, command};
  }
  return {now_, place_order()};
}

Command Generator::choose() {
  if (model_->orders().size() < 4 && one_in(2)) return place_order();
  struct Choice {
    uint32_t weight;
    Command (Generator::*make)();
  };
  static const std::vector<Choice> choices = {
      {12, &Generator::place_order},  {4, &Generator::repeat},
      {34, &Generator::act},          {8, &Generator::several_actions},
      {6, &Generator::reserve},       {7, &Generator::change_line},
      {2, &Generator::delete_order},  {12, &Generator::release},
      {4, &Generator::ship_directly}, {10, &Generator::carry},
      {14, &Generator::return_units}, {5, &Generator::pay_directly},
      {7, &Generator::adjust},        {4, &Generator::count_stock},
      {3, &Generator::set_price},     {4, &Generator::wait},
      {8, &Generator::host},
  };
  uint32_t sum = 0;
  for (const Choice& choice : choices) sum += choice.weight;
  uint32_t chosen = below(sum);
  for (const Choice& choice : choices) {
    if (chosen < choice.weight) return (this->*choice.make)();
    chosen -= choice.weight;
  }
  return Wait{};
}

std::string Generator::fresh(const char* prefix) {
  return prefix + std::to_string(++made_);
}

/// An order for which that is true, else any, else one that does not exist.
std::string Generator::order_that(const std::function<bool(const Order&)>& wanted) {
  std::vector<std::string> all;
  std::vector<std::string> fitting;
  for (const auto& [id, order] : model_->orders()) {
    all.push_back(id);
    if (wanted(order)) fitting.push_back(id);
  }
  if (!fitting.empty() && !one_in(25)) return any(fitting);
  suitable_ = suitable_ && !fitting.empty();
  return all.empty() || one_in(40) ? "NONE" : any(all);
}

std::string Generator::shipment_that(const std::function<bool(const Shipment&)>& wanted) {
  std::vector<std::string> all;
  std::vector<std::string> fitting;
  for (const auto& [id, shipment] : model_->shipments()) {
    all.push_back(id);
    if (wanted(shipment)) fitting.push_back(id);
  }
  if (!fitting.empty() && !one_in(25)) return any(fitting);
  suitable_ = suitable_ && !fitting.empty();
  return all.empty() ? "NONE" : any(all);
}

/// Whether each line for itself could be held, or is.
bool Generator::in_stock(const Order& order) {
  return std::all_of(order.lines.begin(), order.lines.end(), [&](const Line& line) {
    if (!model_->managed(line) || line.held > 0) return true;
    const std::string owner = model_->stock_owner(line.seller, order.supplier);
    return model_->available(owner, line.sku) >= line.quantity;
  });
}

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

// ── Shipments and returns ────────────────────────────────────────────────────────────────────────

Command Generator::release() {
  return Release{
      shipment_that([](const Shipment& shipment) { return shipment.at(Stage::new_) > 0; })};
}

Command Generator::ship_directly() {
  ShipDirectly command;
  command.id = fresh("S-");
  static const std::vector<std::string> senders = {"EAST", "RETAIL", "WEST", "VENDOR"};
  command.sender = any(senders);
  command.receiver = one_in(2) ? "BOB" : "RETAIL";
  if (!one_in(3)) {
    const std::string id =
        order_that([](const Order& order) { return order.phases().contains(Phase::committed); });
    if (const Order* order = model_->order(id)) {
      const Line& line = any(order->lines);
      command.order = id;
      command.sender = order->supplier;
      command.items.push_back(
          {line.id, {}, one_in(2) ? line.quantity : std::min(one, line.quantity)});
      return command;
    }
  }
  if (one_in(3)) command.source = any(places()).name;
  if (one_in(3)) command.destination = any(places()).name;
  for (uint32_t i = 1 + below(2); i-- > 0;) {
    command.items.push_back({{}, one_in(6) ? "SERVICE" : any(stocked), one * (1 + below(3))});
  }
  if (one_in(12)) command.items.front().sku = "NOTHING";
  if (one_in(20)) command.items.clear();
  if (one_in(20)) command.receiver.clear();
  return command;
}

Command Generator::carry() {
  Carry command;
  const uint32_t kind = below(3);
  command.action = kind == 0 ? "release" : kind == 1 ? "transit" : "acquire";
  command.shipment = shipment_that([&](const Shipment& shipment) {
    if (kind == 0) return shipment.at(Stage::new_) > 0;
    if (kind == 1) return shipment.at(Stage::released) > 0;
    return shipment.at(Stage::released) + shipment.at(Stage::transiting) > 0;
  });
  command.id = fresh("R-");
  const auto found = model_->shipments().find(command.shipment);
  if (found == model_->shipments().end()) return command;
  if (one_in(12) && !found->second.records.empty()) command.id = *found->second.records.begin();
  if (one_in(2)) {
    const auto& items = found->second.items;
    const size_t index = below(static_cast<uint32_t>(items.size()));
    const Quantity whole = items[index].quantity;
    command.items = {{index, one_in(3) ? whole : std::min(whole, one)}};
  }
  return command;
}

Return Generator::units_to_return(const Order& order, const std::set<Phase>& from) {
  Return sent;
  for (const Line& line : order.lines) {
    Quantity admissible = 0;
    for (const Phase phase : from) admissible += line.in(phase);
    if (admissible == 0 && !one_in(12)) continue;
    if (one_in(4)) continue;
    ReturnEntry entry;
    entry.line = line.id;
    if (!line.serials.empty() && one_in(2)) {
      std::vector<std::string> named;
      for (const Phase phase : from) {
        for (const std::string& each : line.serials_in(phase, line.in(phase))) {
          named.push_back(each);
        }
      }
      entry.serial = named.empty() || one_in(12) ? any(line.serials) : any(named);
      if (one_in(30)) entry.serial = "IMEI-OTHER";
      admissible = one;
    }
    if (one_in(2))
      entry.quantity = std::clamp<Quantity>(
          one * (1 + below(2)), 1, std::max(admissible, Quantity{1}) + (one_in(20) ? one : 0));
    entry.restock = !one_in(3);
    if (one_in(20)) {  // one mistake at a time
      entry.with_reason = false;
      entry.quantity.reset();
      entry.serial.clear();
    }
    sent.entries.push_back(entry);
  }
  suitable_ = !sent.entries.empty();
  return sent;
}

Command Generator::return_units() {
  ChangeOrder command;
  command.at_actions = true;
  const uint32_t kind = below(5);
  if (kind < 2) {
    const std::set<Phase> from = {Phase::new_, Phase::fulfilled};
    command.order =
        order_that([&](const Order& order) { return order.phases().contains(Phase::fulfilled); });
    const Order* order = model_->order(command.order);
    if (order != nullptr) command.actions.commit_return = units_to_return(*order, from);
  } else {
    command.order = order_that(
        [&](const Order& order) { return order.phases().contains(Phase::return_committed); });
    const Order* order = model_->order(command.order);
    if (order != nullptr) {
      const Return sent = units_to_return(*order, {Phase::return_committed});
      if (kind < 4) {
        command.actions.fulfill_return = sent;
      } else {
        command.actions.cancel_return = sent;
      }
    }
  }
  return command;
}

// ── Money and stock ──────────────────────────────────────────────────────────────────────────────

Command Generator::pay_directly() {
  PayDirectly command;
  command.by_put = one_in(3);
  command.id = fresh("P-");
  if (!one_in(3)) command.transaction = fresh("T-");
  if (one_in(3)) command.method = "com.heads.cash";
  command.currency = "SEK";
  command.amount = (1 + below(50'000)) * int64_t{10'000};
  if (!one_in(3)) {
    command.order = order_that([](const Order& order) { return order.sellers.size() > 1; });
    if (const Order* order = model_->order(command.order)) {
      const PaymentArguments own = payment(*order);
      command.currency = own.currency;
      command.amount = own.amount.value_or(unit);
    } else {
      command.order.clear();
    }
  }
  if (one_in(15)) command.amount = -command.amount;
  if (one_in(15) && !model_->payments().empty()) {
    const Payment& known = any(model_->payments());
    command.transaction = known.transaction;
    command.method = known.method;
  }
  if (one_in(30)) command.currency = "ZZZ";
  return command;
}

Command Generator::first_stock(size_t index) {
  Adjust command;
  command.id = fresh("A-");
  const std::string& place = places()[index].name;
  for (const std::string& sku : stocked) {
    command.items.push_back({sku, place, "RECEIVED", one * below(one_in(4) ? 6 : 90), {}, {}});
  }
  if (one_in(2)) {
    for (int i = 0; i < 3; ++i) {
      command.items.push_back({"PHONE", place, "RECEIVED", one, {}, fresh("IMEI-")});
    }
  }
  return command;
}

Command Generator::adjust() {
  Adjust command;
  command.by_put = one_in(3);
  command.id = fresh("A-");
  const std::string& place = any(places()).name;
  static const std::vector<std::string> reasons = {"RECEIVED", "RECEIVED", "CORRECTED", "DAMAGED"};
  for (uint32_t i = 1 + below(2); i-- > 0;) {
    Adjust::Item item{any(stocked), place, any(reasons), one * below(25), {}, {}};
    if (item.reason == "CORRECTED" && one_in(2)) {
      if (one_in(2)) item.quantity = -item.quantity;
      if (one_in(3)) item.direction = one_in(2) ? "Increase" : "Decrease";
    }
    if (one_in(4)) {
      item.sku = one_in(4) ? "ROUTER" : "PHONE";
      item.quantity = one;
      item.serial = fresh("IMEI-");
      if ((item.reason == "DAMAGED" || one_in(8)) && !model_->serials().empty()) {
        const SerialUnit& known = any(model_->serials());
        item.sku = known.sku;
        item.serial = known.serial;
        if (!one_in(4)) item.place = known.place;
      }
      item.direction.clear();
      command.items = {item};
      break;
    }
    command.items.push_back(item);
  }
  if (one_in(20)) command.items.front().place = any(places()).name;
  if (one_in(30) && command.items.front().serial.empty()) command.items.front().quantity *= 1000;
  if (one_in(40)) command.items.front().sku = "NOTHING";
  if (one_in(40)) command.items.front().reason = "NOTHING";
  if (one_in(60)) command.items.clear();
  return command;
}

Command Generator::count_stock() {
  if (one_in(12)) {
    return ResetStock{one_in(2) ? "EAST" : "RETAIL", one_in(2) ? any(stocked) : std::string()};
  }
  if (one_in(4)) {
    return AllowBackOrders{"RETAIL", one_in(2) ? "ALICE" : "BOB", !one_in(3)};
  }
  CountStock command;
  command.by_put = one_in(3);
  command.id = fresh("C-");
  const std::string& place = any(places()).name;
  for (uint32_t i = 1 + below(3); i-- > 0;) {
    command.items.push_back({any(stocked), place, one * below(30)});
  }
  if (one_in(10)) command.items.front().physical = -2 * one;
  if (one_in(20)) command.items.front().place = any(places()).name;
  return command;
}

Command Generator::set_price() {
  Price price;
  price.id = "P-" + std::to_string(below(6));
  price.sku = one_in(3) ? "LATE" : any(stocked);
  price.currency = one_in(6) ? "JPY" : "SEK";
  price.amount = below(400'000) * int64_t{1000} + below(1000);
  if (one_in(3))
    price.sellers = {any(std::vector<std::string>{"EAST", "WEST", "RETAIL", "VENDOR"})};
  if (one_in(4)) price.buyers = {one_in(2) ? "ALICE" : "BOB"};
  if (one_in(3)) price.from = now_ + (int64_t{below(9)} - 4) * hour;
  if (one_in(3)) price.to = price.from.value_or(now_) + (1 + below(6)) * hour;
  return SetPrice{price};
}

// ── Time and frames ──────────────────────────────────────────────────────────────────────────────

/// To about when a reservation ends, or some hours on.
Command Generator::wait() {
  std::vector<Time> ends;
  for (const auto& [id, order] : model_->orders()) {
    for (const Line& line : order.lines) {
      const auto until = line.reserved_until ? line.reserved_until : order.reserved_until;
      if (line.in(Phase::reserved) > 0 && *until > now_ + 1) ends.push_back(*until);
    }
  }
  if (!ends.empty() && !one_in(3)) {
    now_ = any(ends) - below(2);
  } else {
    now_ += below(static_cast<uint32_t>(one_in(4) ? 5 * hour : 10 * minute));
  }
  return Wait{one_in(2)};
}

Command Generator::host() {
  const uint32_t kind = below(20);
  if (kind < 8) return Host{Host::Does::seal};
  if (kind < 14) return Host{Host::Does::confirm};
  if (kind < 16) return Host{Host::Does::refuse};
  if (kind < 18) return Host{Host::Does::restart};
  return Host{kind == 18 ? Host::Does::crash : Host::Does::snapshot};
}

}  // namespace waybill::model
