#include "answers.hpp"

/// Shipments and what leaves with them (chapter 03 section 9).
namespace waybill::model {

// ── Making them ──────────────────────────────────────────────────────────────────────────────────

Quantity Model::on_new_shipments(const std::string& line) const {
  Quantity sum = 0;
  for (const auto& [id, shipment] : shipments_) {
    for (const ShipmentItem& item : shipment.items) {
      if (item.line == line) sum += item.at(Stage::new_);
    }
  }
  return sum;
}

std::vector<ShipmentItem*> Model::items_of(const std::string& line) {
  std::vector<Shipment*> all;
  for (auto& [id, shipment] : shipments_) all.push_back(&shipment);
  std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->made < b->made; });
  std::vector<ShipmentItem*> items;
  for (Shipment* shipment : all) {
    for (ShipmentItem& item : shipment->items) {
      if (item.line == line) items.push_back(&item);
    }
  }
  return items;
}

std::vector<std::string> Model::serials_to_ship(const Line& line, Quantity units) {
  std::set<std::string> taken;
  for (const ShipmentItem* item : items_of(line.id)) {
    taken.insert(item->serials.begin(), item->serials.end());
  }
  std::vector<std::string> free;
  for (const std::string& serial : line.serials_in(Phase::committed, line.quantity)) {
    const bool more = one * static_cast<Quantity>(free.size() + 1) <= units;
    if (more && !taken.contains(serial)) free.push_back(serial);
  }
  return free;
}

/// O-69: a place, or "at <seller>" for an address.
std::string Model::source_of(const Line& line) const {
  const std::string owner = stock_owner(line.seller, order(line.order)->supplier);
  return owner.empty() ? "at " + line.seller : agent_of(owner)->roots.front();
}

/// O-67 to O-69.
Answer Model::ship(Order& order) {
  std::set<std::string> taken;  // sources with a shipment that has New units
  bool any_new = false;
  for (const Shipment* shipment : shipments_of(order.id)) {
    if (shipment->at(Stage::new_) == 0) continue;
    any_new = true;
    if (!shipment->source.empty()) taken.insert(shipment->source);
  }
  bool eligible = false;
  std::vector<std::string> sources;
  std::map<std::string, std::vector<ShipmentItem>> items;
  for (const Line& line : order.lines) {
    const Quantity units = line.in(Phase::committed)-on_new_shipments(line.id);
    if (units == 0) continue;
    eligible = true;
    const std::string owner = stock_owner(line.seller, order.supplier);
    const std::string source = owner.empty() ? "at " + line.seller : agent_of(owner)->roots.front();
    if (taken.contains(source)) continue;
    if (!items.contains(source)) sources.push_back(source);
    items[source].push_back({line.id, line.sku, units, {units}, serials_to_ship(line, units)});
  }
  if (!eligible && !any_new) return bad("OrderNotShippable");
  for (const std::string& source : sources) {
    Shipment shipment;
    shipment.id = order.id + "/" + std::to_string(++order.shipments_made);
    shipment.order = order.id;
    shipment.sender = order.supplier;
    shipment.source = source;
    const Agent& customer = *agent_of(order.customer);
    if (!customer.roots.empty()) shipment.destination = customer.roots.front();
    shipment.items = items[source];
    shipment.made = ++shipments_made_;
    shipments_[shipment.id] = shipment;
  }
  return {};
}

// ── What becomes of them ─────────────────────────────────────────────────────────────────────────

Answer Model::apply(const ShipDirectly& command) {
  if (command.sender.empty() || command.receiver.empty()) return bad("MissingRequiredField");
  if (command.items.empty()) return bad("EmptyArray");
  if (shipments_.contains(command.id)) return conflict("AlreadyExists");
  Shipment shipment;
  shipment.id = command.id;
  shipment.order = command.order;
  shipment.sender = command.sender;
  shipment.source = command.source;
  if (shipment.source.empty()) {  // O-71, with the sender's stock owner for the sender
    const std::string owner = stock_owner(command.sender, command.sender);
    if (!owner.empty()) shipment.source = agent_of(owner)->roots.front();
  }
  shipment.destination = command.destination;
  std::map<std::string, Quantity> asked;
  for (const ShipDirectly::Item& item : command.items) {
    if (item.line.empty() && product_of(item.sku) == nullptr) return bad("ProductNotFound");
    if (item.quantity <= 0) return bad("InvalidQuantity");
    if (item.line.empty()) {
      shipment.items.push_back({{}, item.sku, item.quantity, {item.quantity}, {}});
      continue;
    }
    const Line* line = this->line(item.line);  // O-72
    if (line == nullptr) return bad("ItemNotFound");
    asked[line->id] += item.quantity;
    if (asked[line->id] > line->in(Phase::committed)-on_new_shipments(line->id)) {
      return bad("OrderNotShippable");
    }
    shipment.items.push_back({line->id,
                              line->sku,
                              item.quantity,
                              {item.quantity},
                              serials_to_ship(*line, item.quantity)});
  }
  shipment.made = ++shipments_made_;
  shipments_[shipment.id] = shipment;
  return created;
}

Answer Model::apply(const Release& command) {
  const auto found = shipments_.find(command.shipment);
  if (found == shipments_.end()) return not_found;
  Shipment& shipment = found->second;
  if (shipment.at(Stage::new_) == 0) return bad("ShipmentNotReleasable");
  std::vector<Quantity> units;
  for (const ShipmentItem& item : shipment.items) units.push_back(item.at(Stage::new_));
  return release(shipment, units);
}

/// O-77 to O-79.
Answer Model::apply(const Carry& command) {
  const auto found = shipments_.find(command.shipment);
  if (found == shipments_.end()) return not_found;
  Shipment& shipment = found->second;
  if (shipment.records.contains(command.id)) return {};
  std::vector<Stage> from = {Stage::new_};
  if (command.action == "transit") from = {Stage::released};
  if (command.action == "acquire") from = {Stage::released, Stage::transiting};
  std::vector<Quantity> admissible;
  Quantity all = 0;
  for (const ShipmentItem& item : shipment.items) {
    Quantity own = 0;
    for (const Stage stage : from) own += item.at(stage);
    admissible.push_back(own);
    all += own;
  }
  const Answer none =
      bad(command.action == "release" ? "ShipmentNotReleasable" : "ShipmentTransitionNotAllowed");
  if (all == 0) return none;
  std::vector<Quantity> units = admissible;
  if (!command.items.empty()) {
    units.assign(admissible.size(), 0);
    for (const Carry::Item& item : command.items) {
      if (item.index >= units.size()) return bad("FailedIndexing");
      if (admissible[item.index] == 0) return none;
      units[item.index] += item.quantity;
      if (units[item.index] > admissible[item.index]) return bad("ShipmentTransitionNotAllowed");
    }
  }
  shipment.records.insert(command.id);
  if (command.action == "release") {
    const Answer released = release(shipment, units);
    return released.accepted() ? created : released;
  }
  for (size_t i = 0; i < units.size(); ++i) {
    ShipmentItem& item = shipment.items[i];
    if (command.action == "transit") {
      item.move(Stage::released, Stage::transiting, units[i]);
      continue;
    }
    const Quantity in_transit = std::min(units[i], item.at(Stage::transiting));
    item.move(Stage::transiting, Stage::acquired, in_transit);
    item.move(Stage::released, Stage::acquired, units[i] - in_transit);
    if (shipment.destination.empty() || !product_of(item.sku)->tracked() || units[i] == 0) continue;
    physical_[shipment.destination][item.sku] += units[i];
    if (item.line.empty()) continue;
    // Those that arrived before are its first ones.
    std::vector<std::string> arriving;
    for (size_t n = 0; n < item.serials.size(); ++n) {
      const Quantity count = one * static_cast<Quantity>(n + 1);
      const Quantity arrived = item.at(Stage::acquired);
      if (count > arrived - units[i] && count <= arrived) arriving.push_back(item.serials[n]);
    }
    arrive(item.sku, arriving, shipment.destination);
  }
  return created;
}

/// C-74: whose stock unlinked items are of.
std::string Model::owner_of_direct(const Shipment& shipment) const {
  const std::string owner = owner_of(shipment.source);
  return owner.empty() ? stock_owner(shipment.sender, shipment.sender) : owner;
}

Answer Model::release(Shipment& shipment, const std::vector<Quantity>& units) {
  std::map<std::pair<std::string, std::string>, Leaving> leaving;  // owner, product
  bool enough = true;
  for (size_t i = 0; i < units.size(); ++i) {
    const ShipmentItem& item = shipment.items[i];
    if (units[i] == 0) continue;
    if (item.line.empty()) {
      const std::string owner = owner_of_direct(shipment);
      const bool moves = product_of(item.sku)->tracked() && !owner.empty();
      if (moves) leaving[{owner, item.sku}].unlinked += units[i];
      continue;
    }
    const Line& line = *this->line(item.line);
    if (product_of(item.sku)->serials_required && line.serials.empty()) {
      return bad("SerialNumberRequired");  // O-31
    }
    if (!managed(line)) continue;
    const std::string owner = stock_owner(line.seller, order(line.order)->supplier);
    Leaving& own = leaving[{owner, item.sku}];
    own.linked += units[i];
    if (!has_serials(owner, item.sku)) continue;
    for (const std::string& serial : line.first_of(item.serials, Phase::committed, units[i])) {
      if (!contains(known_serials_, std::pair{item.sku, serial})) {
        own.loose += one;
      } else {
        enough = enough && is_free(find_serial(item.sku, serial), owner, line) &&
                 own.serials.insert(serial).second;
      }
    }
  }
  for (const auto& [what, own] : leaving) {  // C-74, C-76
    const auto& [owner, sku] = what;
    enough = enough && physical(owner, sku) >= own.linked + own.unlinked &&
             (own.unlinked == 0 || available(owner, sku) >= own.unlinked);
    Quantity loose = 0;
    for (const std::string& place : places_of(owner)) {
      loose += std::max<Quantity>(0, level(place, sku) - one * registered(place, sku, false));
    }
    enough = enough && loose >= own.loose;
  }
  if (!enough) return conflict("InsufficientStock");
  for (const auto& [what, own] : leaving) take(what.first, shipment.source, what.second, own);
  for (size_t i = 0; i < units.size(); ++i) {
    ShipmentItem& item = shipment.items[i];
    item.move(Stage::new_, Stage::released, units[i]);
    if (item.line.empty()) continue;
    Line& line = *find_line(item.line);
    line.move(Phase::committed, Phase::fulfilled, units[i],
              line.first_of(item.serials, Phase::committed, units[i]));
    if (managed(line)) line.held -= units[i];
  }
  return {};
}

/// C-75, C-76: from which places all that leaves of a product goes, and which serials.
void Model::take(const std::string& owner, const std::string& source, const std::string& sku,
                 const Leaving& leaving) {
  for (const std::string& serial : leaving.serials) {
    physical_[find_serial(sku, serial)->place][sku] -= one;
    remove_serial(sku, serial);
  }

  std::vector<std::string> candidates;
  // A source of another owner than whose stock was held is none (a linked line, O-72).
  if (owner_of(source) == owner) candidates = place_and_below(source);
  for (const std::string& place : places_of(owner)) {
    if (!contains(candidates, place)) candidates.push_back(place);
  }
  const auto oldest_free = [&](const std::string& place) {
    return std::find_if(serials_.begin(), serials_.end(), [&](const SerialUnit& unit) {
      return unit.sku == sku && unit.place == place && unit.holder.empty();
    });
  };
  const auto take_from = [&](const std::string& place, Quantity units, bool with_serials) {
    physical_[place][sku] -= units;
    for (Quantity left = units; with_serials && left >= one; left -= one) {
      const auto gone = oldest_free(place);
      if (gone != serials_.end()) serials_.erase(gone);
    }
    while (one * registered(place, sku, false) > physical_[place][sku]) {
      const auto gone = oldest_free(place);
      serials_.erase(gone != serials_.end()
                         ? gone
                         : std::find_if(serials_.begin(), serials_.end(), [&](const auto& unit) {
                             return unit.sku == sku && unit.place == place;
                           }));
    }
  };
  // What could not be taken.
  const auto drain = [&](Quantity units, bool with_serials, const auto& here) {
    for (const std::string& place : candidates) {
      if (units == 0 || here(place) < units) continue;
      take_from(place, units, with_serials);
      return Quantity{0};
    }
    for (const std::string& place : candidates) {
      const Quantity taken = std::clamp<Quantity>(here(place), 0, units);
      if (taken > 0) take_from(place, taken, with_serials);
      units -= taken;
    }
    return units;
  };
  drain(leaving.loose, false, [&](const std::string& place) {
    return level(place, sku) - one * registered(place, sku, false);
  });
  const Quantity named = one * static_cast<Quantity>(leaving.serials.size());
  const Quantity others = leaving.linked + leaving.unlinked - named - leaving.loose;
  const Quantity left = drain(others, true, [&](const std::string& place) {
    return level(place, sku) - one * registered(place, sku, true);
  });
  // C-74 asks only for as many as there are: so what is left comes from units held by serial, when
  // others were written off.
  drain(left, true, [&](const std::string& place) { return level(place, sku); });
}

}  // namespace waybill::model
