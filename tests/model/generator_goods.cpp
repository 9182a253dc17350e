#include <algorithm>

#include "generator.hpp"

namespace waybill::model {

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

}  // namespace waybill::model
