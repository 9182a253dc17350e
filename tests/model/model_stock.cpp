#include "answers.hpp"

/// Places, levels, holds and units (chapter 04 sections 6 to 8).
namespace waybill::model {

// ── Levels (C-52 to C-54, C-70 to C-76) ──────────────────────────────────────────────────────────

std::string Model::stock_owner(const std::string& seller, const std::string& supplier) const {
  std::vector<std::string> candidates = owner_chain(seller);
  candidates.push_back(supplier);
  for (const std::string& candidate : candidates) {
    if (!agent_of(candidate)->roots.empty()) return candidate;
  }
  return {};
}

bool Model::managed(const Line& line) const {
  return product_of(line.sku)->tracked() &&
         !stock_owner(line.seller, order(line.order)->supplier).empty();
}

const std::map<std::string, Quantity>& Model::at(const std::string& place) const {
  static const std::map<std::string, Quantity> nothing;
  const auto found = physical_.find(place);
  return found == physical_.end() ? nothing : found->second;
}

Quantity Model::level(const std::string& place, const std::string& sku) const {
  const auto found = at(place).find(sku);
  return found == at(place).end() ? 0 : found->second;
}

int64_t Model::registered(const std::string& place, const std::string& sku, bool held_only) const {
  return std::count_if(serials_.begin(), serials_.end(), [&](const SerialUnit& unit) {
    return unit.sku == sku && unit.place == place && !(held_only && unit.holder.empty());
  });
}

Quantity Model::physical(const std::string& owner, const std::string& sku) const {
  Quantity sum = 0;
  for (const std::string& place : places_of(owner)) {
    const auto& here = at(place);
    if (const auto found = here.find(sku); found != here.end()) sum += found->second;
  }
  return sum;
}

bool Model::recorded(const std::string& owner, const std::string& sku) const {
  const std::vector<std::string> own = places_of(owner);
  return std::any_of(own.begin(), own.end(),
                     [&](const std::string& place) { return at(place).contains(sku); });
}

Quantity Model::held(const std::string& owner, const std::string& sku) const {
  Quantity sum = 0;
  for (const auto& [id, order] : orders_) {
    for (const Line& line : order.lines) {
      if (line.sku == sku && stock_owner(line.seller, order.supplier) == owner) sum += line.held;
    }
  }
  return sum;
}

Quantity Model::available(const std::string& owner, const std::string& sku) const {
  return physical(owner, sku) - held(owner, sku);
}

// ── Units with serial numbers (C-26, C-76) ───────────────────────────────────────────────────────

bool Model::has_serials(const std::string& owner, const std::string& sku) const {
  return std::any_of(serials_.begin(), serials_.end(), [&](const SerialUnit& unit) {
    return unit.sku == sku && owner_of(unit.place) == owner;
  });
}

SerialUnit* Model::find_serial(const std::string& sku, const std::string& serial) {
  for (SerialUnit& unit : serials_) {
    if (unit.sku == sku && unit.serial == serial) return &unit;
  }
  return nullptr;
}

/// Units come to a place and are registered there (C-26).
void Model::arrive(const std::string& sku, const std::vector<std::string>& serials,
                   const std::string& place) {
  for (const std::string& serial : serials) {
    if (find_serial(sku, serial) == nullptr) register_serial(sku, serial, place);
  }
}

/// The oldest unit is the one that was known first, wherever it has been since.
void Model::register_serial(const std::string& sku, const std::string& serial,
                            const std::string& place) {
  const std::pair<std::string, std::string> unit{sku, serial};
  if (!contains(known_serials_, unit)) known_serials_.push_back(unit);
  serials_.push_back({sku, serial, place, {}});
  std::sort(serials_.begin(), serials_.end(),
            [&](const SerialUnit& a, const SerialUnit& b) { return age(a) < age(b); });
}

ptrdiff_t Model::age(const SerialUnit& unit) const {
  return std::find(known_serials_.begin(), known_serials_.end(), std::pair{unit.sku, unit.serial}) -
         known_serials_.begin();
}

void Model::remove_serial(const std::string& sku, const std::string& serial) {
  std::erase_if(serials_,
                [&](const SerialUnit& unit) { return unit.sku == sku && unit.serial == serial; });
}

bool Model::serial_held(const std::string& sku, const std::string& serial) const {
  return std::any_of(serials_.begin(), serials_.end(), [&](const SerialUnit& unit) {
    return unit.sku == sku && unit.serial == serial && !unit.holder.empty();
  });
}

bool Model::is_free(const SerialUnit* unit, const std::string& owner, const Line& line) const {
  return unit != nullptr && owner_of(unit->place) == owner &&
         (unit->holder.empty() || unit->holder == line.id);
}

/// C-76: those of a line's serials that are in the phases and free. Whether all of them were.
bool Model::hold_serials(const Line& line, const std::set<Phase>& phases) {
  const std::string owner = stock_owner(line.seller, order(line.order)->supplier);
  bool all = true;
  for (size_t i = 0; i < line.serials.size(); ++i) {
    if (!phases.contains(line.serial_phases[i]) || !has_serials(owner, line.sku)) continue;
    SerialUnit* unit = find_serial(line.sku, line.serials[i]);
    const bool free = is_free(unit, owner, line);
    if (free) unit->holder = line.id;
    all = all && free;
  }
  return all;
}

void Model::let_go() {
  for (SerialUnit& unit : serials_) {
    const Line* line = this->line(unit.holder);
    const Phase* phase = line == nullptr ? nullptr : line->phase_of(unit.serial);
    const bool waits =
        phase != nullptr && (*phase == Phase::reserved || *phase == Phase::committed);
    if (!waits) unit.holder.clear();
  }
}

void Model::offer_units() {
  let_go();
  for (SerialUnit& unit : serials_) {
    if (!unit.holder.empty()) continue;
    const Line* oldest = nullptr;
    for (const auto& [id, order] : orders_) {
      for (const Line& line : order.lines) {
        const Phase* phase = line.sku == unit.sku ? line.phase_of(unit.serial) : nullptr;
        const bool waits =
            phase != nullptr && (*phase == Phase::reserved || *phase == Phase::committed);
        if (!waits || line.held == 0) continue;
        if (stock_owner(line.seller, order.supplier) != owner_of(unit.place)) continue;
        if (oldest == nullptr || line.told < oldest->told) oldest = &line;
      }
    }
    if (oldest != nullptr) unit.holder = oldest->id;
  }
}

/// Holds all New and Unreserved units of the lines, or nothing (C-73).
Answer Model::hold(const std::vector<Line*>& lines) {
  std::map<std::pair<std::string, std::string>, Quantity> wanted;  // owner, product
  bool enough = true;
  for (const Line* line : lines) {
    const Quantity units = line->in(Phase::new_) + line->in(Phase::unreserved);
    if (!managed(*line) || units == 0) continue;
    const std::string owner = stock_owner(line->seller, order(line->order)->supplier);
    wanted[{owner, line->sku}] += units;
    enough = hold_serials(*line, {Phase::new_, Phase::unreserved}) && enough;
  }
  for (const auto& [what, units] : wanted) {
    enough = enough && available(what.first, what.second) >= units;
  }
  if (!enough) return conflict("InsufficientStock");
  for (Line* line : lines) {
    if (managed(*line)) line->held += line->in(Phase::new_) + line->in(Phase::unreserved);
  }
  return {};
}

// ── Setting stock (C-60 to C-65) ─────────────────────────────────────────────────────────────────

namespace {

/// The reasons of the world: the direction that each gives; null for none such.
const std::string* direction_of(const std::string& reason) {
  static const std::map<std::string, std::string> all = {
      {"RECEIVED", "Increase"}, {"DAMAGED", "Decrease"}, {"CORRECTED", ""}};
  const auto found = all.find(reason);
  return found == all.end() ? nullptr : &found->second;
}

}  // namespace

Answer Model::apply(const Adjust& command) {
  if (adjustments_.contains(command.id)) {  // C-62
    return command.by_put ? Answer{} : conflict("AlreadyExists");
  }
  if (command.items.empty()) return bad("EmptyArray");
  const std::map<std::string, std::map<std::string, Quantity>> before = physical_;
  for (const Adjust::Item& item : command.items) {
    if (product_of(item.sku) == nullptr) return bad("ProductNotFound");
    const std::string* of_reason = direction_of(item.reason);
    if (of_reason == nullptr) return bad("ReasonNotFound");
    if (owner_of(item.place) != owner_of(command.items.front().place)) return bad("*");
    std::string direction = item.direction.empty() ? *of_reason : item.direction;
    if (direction.empty()) direction = item.quantity < 0 ? "Decrease" : "Increase";
    if (direction == "Increase" && item.quantity < 0) return bad("*");  // C-61
    const Quantity magnitude = item.quantity < 0 ? -item.quantity : item.quantity;
    physical_[item.place][item.sku] += direction == "Increase" ? magnitude : -magnitude;
    if (item.serial.empty()) continue;
    const SerialUnit* own = find_serial(item.sku, item.serial);  // C-26
    if (direction == "Increase") {
      if (own != nullptr) return conflict("SerialConflict");
      register_serial(item.sku, item.serial, item.place);
    } else {
      if (own == nullptr || own->place != item.place) return conflict("SerialConflict");
      remove_serial(item.sku, item.serial);
    }
  }
  for (const Adjust::Item& item : command.items) {
    const auto place = before.find(item.place);
    Quantity was = 0;
    if (place != before.end() && place->second.contains(item.sku)) {
      was = place->second.at(item.sku);
    }
    const Quantity is = physical_[item.place][item.sku];
    if (is < 0 && is < was) return conflict("NegativeStock");
  }
  adjustments_.insert(command.id);
  return created;
}

Answer Model::apply(const CountStock& command) {
  if (counts_.contains(command.id)) {
    return command.by_put ? Answer{} : conflict("AlreadyExists");
  }
  if (command.items.empty()) return bad("*");
  const std::map<std::string, std::map<std::string, Quantity>> before = physical_;
  for (const CountStock::Item& item : command.items) {
    if (product_of(item.sku) == nullptr) return bad("ProductNotFound");
    if (owner_of(item.place) != owner_of(command.items.front().place)) return bad("*");
    Quantity was = 0;
    if (const auto place = before.find(item.place); place != before.end()) {
      if (const auto own = place->second.find(item.sku); own != place->second.end()) {
        was = own->second;
      }
    }
    if (item.physical != was) physical_[item.place][item.sku] += item.physical - was;  // T-C-12
  }
  counts_.insert(command.id);
  return created;
}

/// C-65.
Answer Model::apply(const ResetStock& command) {
  if (agent_of(command.owner) == nullptr || agent_of(command.owner)->roots.empty()) return bad("*");
  for (const std::string& place : places_of(command.owner)) {
    for (auto& [sku, quantity] : physical_[place]) {
      if (command.sku.empty() || command.sku == sku) quantity = 0;
    }
    std::erase_if(serials_, [&](const SerialUnit& each) {
      return each.place == place && (command.sku.empty() || command.sku == each.sku);
    });
  }
  return {};
}

Answer Model::apply(const AllowBackOrders& command) {
  if (command.allowed) {
    back_orders_.insert({command.supplier, command.customer});
  } else {
    back_orders_.erase({command.supplier, command.customer});
  }
  return {};
}

}  // namespace waybill::model
