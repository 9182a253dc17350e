#include "answers.hpp"

namespace waybill::model {

const char* name_of(Phase phase) {
  static constexpr const char* names[] = {
      "New",       "Reserved",        "Unreserved",      "Committed",
      "Fulfilled", "ReturnCommitted", "ReturnFulfilled", "Cancelled"};
  return names[static_cast<size_t>(phase)];
}

const char* name_of(Stage stage) {
  static constexpr const char* names[] = {"New", "Released", "Transiting", "Acquired"};
  return names[static_cast<size_t>(stage)];
}

// ── Lines, shipments, orders ─────────────────────────────────────────────────────────────────────

Quantity Line::in(Phase phase) const {
  for (const Part& part : parts) {
    if (part.phase == phase) return part.quantity;
  }
  return 0;
}

std::vector<std::string> Line::serials_in(Phase phase, Quantity units) const {
  return first_of(serials, phase, units);
}

std::vector<std::string> Line::first_of(const std::vector<std::string>& some, Phase phase,
                                        Quantity units) const {
  std::vector<std::string> first;
  for (const std::string& serial : some) {
    const size_t at = std::find(serials.begin(), serials.end(), serial) - serials.begin();
    const bool more = one * static_cast<Quantity>(first.size() + 1) <= units;
    if (more && serial_phases[at] == phase) first.push_back(serial);
  }
  return first;
}

const Phase* Line::phase_of(const std::string& serial) const {
  if (product_of(sku)->kind == Kind::plan) return nullptr;  // it names a device's
  const auto found = std::find(serials.begin(), serials.end(), serial);
  return found == serials.end() ? nullptr : &serial_phases[found - serials.begin()];
}

void Line::move(Phase from, Phase to, Quantity units) {
  move(from, to, units, serials_in(from, units));
}

void Line::move(Phase from, Phase to, Quantity units, const std::vector<std::string>& moving) {
  if (units == 0) return;
  for (size_t i = 0; i < serials.size(); ++i) {
    if (contains(moving, serials[i])) serial_phases[i] = to;
  }
  const Quantity moved = in(to) + units;
  for (Part& part : parts) {
    if (part.phase == from) part.quantity -= units;
  }
  std::erase_if(parts, [&](const Part& part) { return part.phase == to || part.quantity == 0; });
  parts.insert(parts.begin(), Part{to, moved});
}

void ShipmentItem::move(Stage from, Stage to, Quantity units) {
  in[static_cast<size_t>(from)] -= units;
  in[static_cast<size_t>(to)] += units;
}

Quantity Shipment::at(Stage stage) const {
  Quantity sum = 0;
  for (const ShipmentItem& item : items) sum += item.at(stage);
  return sum;
}

std::string Shipment::status() const {
  std::vector<Stage> present;
  for (const Stage stage : {Stage::new_, Stage::released, Stage::transiting, Stage::acquired}) {
    if (at(stage) > 0) present.push_back(stage);
  }
  return (present.size() > 1 ? "Partially" : "") + std::string(name_of(present.back()));
}

std::set<Phase> Order::phases() const {
  std::set<Phase> all;
  for (const Line& line : lines) {
    for (const Part& part : line.parts) all.insert(part.phase);
  }
  return all;
}

bool Order::only(const std::set<Phase>& allowed) const {
  const std::set<Phase> present = phases();
  return std::includes(allowed.begin(), allowed.end(), present.begin(), present.end());
}

// ── The whole ────────────────────────────────────────────────────────────────────────────────────

Model::Model() : prices_(first_prices()) {}

bool Model::advance(Time now) {
  now_ = now;
  const bool expired = expire();
  offer_units();
  return find_prices() || expired;
}

Answer Model::run(const Command& command) {
  Model before = *this;
  const Answer answer = std::visit([this](const auto& each) { return apply(each); }, command);
  if (!answer.accepted()) *this = std::move(before);
  offer_units();
  return answer;
}

const Order* Model::order(const std::string& id) const {
  const auto found = orders_.find(id);
  return found == orders_.end() ? nullptr : &found->second;
}

const Line* Model::line(const std::string& id) const {
  for (const auto& [name, order] : orders_) {
    for (const Line& line : order.lines) {
      if (line.id == id) return &line;
    }
  }
  return nullptr;
}

Line* Model::find_line(const std::string& id) {
  return const_cast<Line*>(line(id));
}

std::vector<const Shipment*> Model::shipments_of(const std::string& order) const {
  std::vector<const Shipment*> all;
  for (const auto& [id, shipment] : shipments_) {
    if (shipment.order == order) all.push_back(&shipment);
  }
  std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->made < b->made; });
  return all;
}

std::vector<Payment> Model::payments_of(const std::string& order) const {
  std::vector<Payment> all;
  for (const Payment& payment : payments_) {
    if (payment.order == order) all.push_back(payment);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Payment& a, const Payment& b) { return a.timestamp < b.timestamp; });
  return all;
}

// ── Invariants ───────────────────────────────────────────────────────────────────────────────────

std::string Model::contradiction() const {
  for (const auto& [id, order] : orders_) {
    for (const Line& line : order.lines) {
      Quantity sum = 0;
      for (const Part& part : line.parts) sum += part.quantity;
      if (sum != line.quantity) return "phases of " + line.id + " do not add up";
      const Quantity owed = line.in(Phase::reserved) + line.in(Phase::committed);
      if (line.held != (managed(line) ? owed : 0)) return "holds of " + line.id;
      if (on_new_shipments(line.id) > line.in(Phase::committed)) {
        return "more of " + line.id + " on shipments than is committed";
      }
    }
    if (paid(id) < 0) return "more refunded on " + id + " than paid";
  }
  std::set<std::pair<std::string, std::string>> seen;
  for (const SerialUnit& unit : serials_) {
    if (!seen.insert({unit.sku, unit.serial}).second) return unit.serial + " is in two places";
  }
  return {};
}

}  // namespace waybill::model
