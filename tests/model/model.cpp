#include "model.hpp"

#include <algorithm>

namespace waybill::model {
namespace {

const Answer created{201, {}};

Answer bad(const char* code) {
  return {400, code};
}

Answer conflict(const char* code) {
  return {409, code};
}

const Answer not_found{404, "*"};

template <class Value>
bool contains(const std::vector<Value>& all, const Value& wanted) {
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

bool method_exists(const std::string& method) {
  return method == "com.heads.card" || method == "com.heads.cash";
}

/// A sent amount in minor units; nullopt for zero and for more decimals than these have (O-59).
std::optional<Money> minor(Net amount, int digits) {
  Net of_minor = unit;
  for (int i = 0; i < digits; ++i) of_minor /= 10;
  if (amount == 0 || amount % of_minor != 0) return std::nullopt;
  return amount / of_minor;
}

}  // namespace

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

// ── Amounts (O-32 to O-37) ───────────────────────────────────────────────────────────────────────

Money Model::unit_incl_vat(const Line& line) const {
  int64_t divisor = unit * 1000;  // of millionths, and of a percentage in tenths
  for (int i = 0; i < order(line.order)->digits(); ++i) divisor /= 10;
  return rounded(*line.net * (1000 + product_of(line.sku)->vat_tenths), divisor);
}

std::optional<Money> Model::total(const Line& line) const {
  if (!line.net) return std::nullopt;
  return rounded(unit_incl_vat(line) * line.quantity, one);
}

std::optional<Money> Model::total(const Order& order) const {
  Money sum = 0;
  for (const Line& line : order.lines) {
    const std::optional<Money> own = total(line);
    if (!own) return std::nullopt;
    sum += *own;
  }
  return sum;
}

std::optional<Money> Model::balance(const Order& order) const {
  std::optional<Money> due = total(order);
  if (!due) return std::nullopt;
  for (const Line& line : order.lines) {
    const Quantity gone = line.in(Phase::cancelled) + line.in(Phase::return_fulfilled);
    *due -= rounded(unit_incl_vat(line) * gone, one);
  }
  return *due - paid(order.id);
}

Money Model::paid(const std::string& order) const {
  Money sum = 0;
  for (const Payment& payment : payments_) {
    if (payment.order == order) sum += payment.amount;
  }
  return sum;
}

/// The lowest of the eligible ones (C-32, C-33).
std::optional<Net> Model::price(const Order& order, const Line& line) const {
  std::vector<std::string> sellers = owner_chain(line.seller);
  sellers.push_back(order.supplier);
  const std::vector<std::string> buyers = owner_chain(order.customer);
  const auto names = [](const std::vector<std::string>& named,
                        const std::vector<std::string>& ours) {
    return named.empty() || std::any_of(named.begin(), named.end(),
                                        [&](const auto& each) { return contains(ours, each); });
  };
  std::optional<Net> lowest;
  for (const Price& price : prices_) {
    if (price.sku != line.sku || price.currency != order.currency) continue;
    if (price.from && now_ < *price.from) continue;
    if (price.to && now_ >= *price.to) continue;
    if (!names(price.sellers, sellers) || !names(price.buyers, buyers)) continue;
    if (!lowest || price.amount < *lowest) lowest = price.amount;
  }
  return lowest;
}

bool Model::find_prices() {
  bool any = false;
  for (auto& [id, order] : orders_) {
    for (Line& line : order.lines) {
      const bool open =
          line.in(Phase::new_) + line.in(Phase::reserved) + line.in(Phase::unreserved);
      if (line.net || !open) continue;
      line.net = price(order, line);
      any = any || line.net;
    }
  }
  return any;
}

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

// ── Placing orders ───────────────────────────────────────────────────────────────────────────────

Answer Model::apply(const PlaceOrder& command) {
  const NewOrder& sent = command.order;
  if (const auto found = orders_.find(sent.id); found != orders_.end()) {
    if (command.by == PlaceOrder::By::post) return conflict("AlreadyExists");  // O-10
    return update(found->second, sent);
  }
  if (sent.supplier.empty() || sent.customer.empty()) return bad("MissingRequiredField");
  if (sent.sellers.empty()) return bad("EmptyArray");
  if (currency_of(sent.currency) == nullptr) return bad("CurrencyNotFound");
  if (sent.reserved_until && *sent.reserved_until <= now_) return bad("InvalidReservation");
  if (sent.lines.empty()) return bad("EmptyArray");
  for (size_t i = 0; i < sent.lines.size(); ++i) {
    if (const Answer checked = check_line(sent, i); !checked.accepted()) return checked;
  }

  Order& order = orders_[sent.id];
  order.id = sent.id;
  order.supplier = sent.supplier;
  order.customer = sent.customer;
  order.sellers = sent.sellers;
  order.currency = sent.currency;
  order.reserved_until = sent.reserved_until;
  if (agent_of(sent.customer)->has_address) {  // O-13
    order.delivery = sent.customer + " 1";
  }
  order.invoice = order.delivery;
  std::vector<Line*> reserved;
  for (const NewLine& each : sent.lines) {
    Line line;
    line.id = each.id;
    line.order = sent.id;
    line.sku = each.sku;
    line.serials = each.serials;
    line.serial_phases.assign(each.serials.size(), Phase::new_);
    line.told = ++told_;
    line.quantity =
        each.serials.empty() ? each.quantity : one * static_cast<Quantity>(each.serials.size());
    line.seller = seller_of(sent, each, order.lines);
    line.net = each.manual;
    line.manual = each.manual.has_value();
    line.reserved_until = each.reserved_until;
    line.parts = {{Phase::new_, line.quantity}};
    order.lines.push_back(line);
  }
  find_prices();
  for (Line& line : order.lines) {
    if (line.reserved_until || order.reserved_until) reserved.push_back(&line);
  }
  if (const Answer held = hold(reserved); !held.accepted()) return held;
  for (Line* line : reserved) line->move(Phase::new_, Phase::reserved, line->quantity);
  if (const Answer acted = act(order, sent.actions); !acted.accepted()) return acted;
  return command.by == PlaceOrder::By::array ? Answer{} : created;
}

/// What O-7 names, in its order.
Answer Model::check_line(const NewOrder& order, size_t index) const {
  const NewLine& line = order.lines[index];
  const Product* product = product_of(line.sku);
  if (product == nullptr) return bad("ProductNotFound");
  if (line.serials.empty() && line.quantity <= 0) return bad("InvalidQuantity");
  if (!line.serials.empty()) {
    if (product->kind != Kind::device && product->kind != Kind::plan) {
      return bad("InvalidInstanceType");
    }
    const std::set<std::string> different(line.serials.begin(), line.serials.end());
    if (different.size() != line.serials.size()) return bad("InvalidValue");
    if (product->kind == Kind::plan) {  // O-28
      const auto is_device = [&](const NewLine& other) {
        const Product* own = product_of(other.sku);
        return own != nullptr && own->kind == Kind::device &&
               contains(other.serials, line.serials.front());
      };
      const auto here = order.lines.begin() + static_cast<ptrdiff_t>(index);
      if (std::none_of(order.lines.begin(), here, is_device)) {
        return bad(std::any_of(here, order.lines.end(), is_device) ? "InvalidInstanceOrder"
                                                                   : "InvalidPhoneImeiReference");
      }
    }
  }
  if (line.manual && *line.manual < 0) return bad("InvalidAmount");
  if (!line.seller.empty() && !contains(order.sellers, line.seller)) {
    return bad("SellerNotInOrder");
  }
  if (line.reserved_until && *line.reserved_until <= now_) return bad("InvalidReservation");
  return {};
}

/// O-25, C-70: the first seller whose stock covers the line, after the order's earlier lines.
std::string Model::seller_of(const NewOrder& order, const NewLine& sent,
                             const std::vector<Line>& earlier) const {
  if (!sent.seller.empty()) return sent.seller;
  const Quantity wanted =
      sent.serials.empty() ? sent.quantity : one * static_cast<Quantity>(sent.serials.size());
  for (const std::string& seller : order.sellers) {
    const std::string owner = stock_owner(seller, order.supplier);
    if (owner.empty() || !product_of(sent.sku)->tracked()) return seller;
    Quantity left = available(owner, sent.sku);
    for (const Line& line : earlier) {
      if (line.sku == sent.sku && stock_owner(line.seller, order.supplier) == owner) {
        left -= line.quantity;
      }
    }
    if (left >= wanted) return seller;
  }
  return order.sellers.front();
}

/// PUT of an order that exists; its actions are skipped (O-49).
Answer Model::update(Order& order, const NewOrder& sent) {
  if (sent.reserved_until) {
    const Answer reserved = reserve_order(order, sent.reserved_until);
    if (!reserved.accepted()) return reserved;
  }
  return {};
}

Answer Model::apply(const ChangeOrder& command) {
  const auto found = orders_.find(command.order);
  if (found == orders_.end()) return not_found;
  Order& order = found->second;
  if (command.reserved_until.sent) {
    const Answer reserved = reserve_order(order, command.reserved_until.time);
    if (!reserved.accepted()) return reserved;
  }
  return act(order, command.actions);
}

Answer Model::apply(const ChangeLine& command) {
  const auto found = orders_.find(command.order);
  Line* line = find_line(command.line);
  if (found == orders_.end() || line == nullptr) return not_found;
  if (command.reserved_until.sent) {
    return reserve_line(*line, command.reserved_until.time);
  }
  if (command.manual) {  // O-18, O-36
    if (*command.manual < 0) return bad("InvalidAmount");
    if (line->net == command.manual) return {};
    if (line->in(Phase::new_) != line->quantity) return bad("ItemNotEditable");
    line->net = command.manual;
    line->manual = true;
  }
  return command.serials ? change_serials(*line, *command.serials) : Answer{};
}

/// O-18, O-31: which units they are, while none is shipped.
Answer Model::change_serials(Line& line, const std::vector<std::string>& serials) {
  if (std::set(serials.begin(), serials.end()).size() != serials.size()) return bad("InvalidValue");
  if (serials == line.serials) return {};
  for (const Phase phase : {Phase::fulfilled, Phase::return_committed, Phase::return_fulfilled}) {
    if (line.in(phase) > 0) return bad("ItemNotEditable");
  }
  const Quantity count = one * static_cast<Quantity>(serials.size());
  if (count > 0 && count != line.quantity) return bad("InvalidQuantity");
  const Line before = line;
  line.serials = serials;
  line.told = ++told_;
  std::set<std::string> devices;  // of the lines so far (O-28)
  for (const Line& each : order(line.order)->lines) {
    const bool plan = product_of(each.sku)->kind == Kind::plan && !each.serials.empty();
    if (plan && !devices.contains(each.serials.front())) return bad("InvalidPhoneImeiReference");
    if (!plan) devices.insert(each.serials.begin(), each.serials.end());
  }

  // Those that stay keep their phase; those that come get what is left, in the order of O-43.
  std::array<Quantity, phase_count> left;
  for (size_t i = 0; i < phase_count; ++i) left[i] = before.in(static_cast<Phase>(i));
  line.serial_phases.assign(serials.size(), Phase::new_);
  const auto give = [&](size_t i, Phase phase) {
    if (left[static_cast<size_t>(phase)] < one) return false;
    left[static_cast<size_t>(phase)] -= one;
    line.serial_phases[i] = phase;
    return true;
  };
  std::vector<size_t> fresh;
  for (size_t i = 0; i < serials.size(); ++i) {
    const Phase* known = before.phase_of(serials[i]);
    if (known == nullptr || !give(i, *known)) fresh.push_back(i);
  }
  for (const size_t i : fresh) {
    size_t phase = 0;
    while (!give(i, static_cast<Phase>(phase))) ++phase;
  }

  const std::vector<ShipmentItem*> items = items_of(line.id);
  for (ShipmentItem* item : items) item->serials.clear();
  for (ShipmentItem* item : items) item->serials = serials_to_ship(line, item->at(Stage::new_));

  let_go();
  if (line.held == 0 || hold_serials(line, {Phase::reserved, Phase::committed})) return {};
  return conflict("InsufficientStock");
}

/// O-21.
Answer Model::apply(const DeleteOrder& command) {
  const Order* order = this->order(command.order);
  if (order == nullptr || !order->only({Phase::new_, Phase::unreserved})) return {};
  if (!payments_of(order->id).empty()) return {};
  orders_.erase(command.order);
  return {};
}

// ── Reservation (O-39 to O-41) ───────────────────────────────────────────────────────────────────

Answer Model::reserve_order(Order& order, std::optional<Time> until) {
  if (order.reserved_until == until) return {};
  // Of what is in several phases it covers the units that are still open.
  if (order.only({Phase::committed, Phase::fulfilled, Phase::cancelled, Phase::return_committed,
                  Phase::return_fulfilled})) {
    return bad("InvalidReservation");
  }
  order.reserved_until = until;
  std::vector<Line*> covered;
  for (Line& line : order.lines) {
    // A value of its own that has passed covers the line no more: else the cell of an order that is
    // Unreserved would not hold.
    if (until && line.reserved_until && *line.reserved_until <= now_) line.reserved_until.reset();
    if (!line.reserved_until) covered.push_back(&line);
  }
  return reserve(covered, until);
}

std::optional<Time> Model::shown_reserved_until(const Line& line) const {
  if (line.reserved_until || line.in(Phase::reserved) == 0) return line.reserved_until;
  return order(line.order)->reserved_until;
}

Answer Model::reserve_line(Line& line, std::optional<Time> until) {
  if (shown_reserved_until(line) == until) return {};
  if (line.in(Phase::new_) + line.in(Phase::reserved) + line.in(Phase::unreserved) == 0) {
    return bad("InvalidReservation");
  }
  line.reserved_until = until;
  return reserve({&line}, until);
}

Answer Model::reserve(const std::vector<Line*>& lines, std::optional<Time> until) {
  if (until) {
    if (*until <= now_) return bad("InvalidReservation");
    if (const Answer held = hold(lines); !held.accepted()) return held;
    for (Line* line : lines) {
      line->move(Phase::new_, Phase::reserved, line->in(Phase::new_));
      line->move(Phase::unreserved, Phase::reserved, line->in(Phase::unreserved));
    }
  } else {
    for (Line* line : lines) {
      if (line->in(Phase::reserved) > 0) line->held = 0;
      line->move(Phase::reserved, Phase::unreserved, line->in(Phase::reserved));
    }
  }
  offer_units();
  return {};
}

bool Model::expire() {
  bool any = false;
  for (auto& [id, order] : orders_) {
    for (Line& line : order.lines) {
      const std::optional<Time> until =
          line.reserved_until ? line.reserved_until : order.reserved_until;
      if (line.in(Phase::reserved) == 0 || *until > now_) continue;
      line.held = 0;
      line.move(Phase::reserved, Phase::unreserved, line.in(Phase::reserved));
      any = true;
    }
  }
  return any;
}

// ── Actions (section 7) ──────────────────────────────────────────────────────────────────────────

Answer Model::act(Order& order, const Actions& actions) {
  // O-47, O-48: all names and payloads first.
  if (!actions.unknown.empty()) return bad("UnknownAction");
  for (const Flag flag : {actions.approve, actions.ship, actions.cancel}) {
    if (flag == Flag::text) return bad("InvalidActionPayload");
  }

  const bool address = !actions.invoice_line1.empty() || !actions.delivery_line1.empty();
  if (address && !order.only({Phase::new_, Phase::reserved})) return bad("AddressNotChangeable");
  if (!actions.invoice_line1.empty()) order.invoice = actions.invoice_line1;
  if (!actions.delivery_line1.empty()) order.delivery = actions.delivery_line1;
  Answer answer;
  for (const PaymentArguments& payment : actions.payments) {
    if (answer = pay(order, payment); !answer.accepted()) return answer;
  }
  if (actions.approve == Flag::true_) {
    if (answer = approve(order); !answer.accepted()) return answer;
  }
  if (actions.ship == Flag::true_) {
    if (answer = ship(order); !answer.accepted()) return answer;
  }
  if (actions.commit_return) {
    if (answer = commit_return(order, *actions.commit_return); !answer.accepted()) return answer;
  }
  if (actions.fulfill_return) {
    if (answer = fulfill_return(order, *actions.fulfill_return); !answer.accepted()) return answer;
  }
  if (actions.cancel_return) {
    if (answer = cancel_return(order, *actions.cancel_return); !answer.accepted()) return answer;
  }
  if (actions.cancel == Flag::true_) {
    if (answer = cancel(order); !answer.accepted()) return answer;
  }
  return {};
}

/// O-57, in its order.
Answer Model::pay(Order& order, const PaymentArguments& sent) {
  if (sent.transaction.empty()) return bad("MissingRequiredField");
  if (!sent.timestamp) return bad("MissingRequiredField");
  if (!method_exists(sent.method)) return bad("PaymentMethodNotFound");
  for (const Payment& payment : payments_) {  // O-58
    if (payment.method == sent.method && payment.transaction == sent.transaction) return {};
  }
  if (order.sellers.size() != 1) return bad("MultipleSellers");
  if (currency_of(sent.currency) == nullptr) return bad("CurrencyNotFound");
  if (sent.currency != order.currency) return bad("CurrencyMismatch");
  for (const std::string& id : sent.lines) {
    const Line* line = this->line(id);
    if (line == nullptr || line->order != order.id) return bad("ItemNotInOrder");
  }

  std::optional<Money> amount;
  if (sent.amount) {
    amount = minor(*sent.amount, order.digits());
  } else if (sent.lines.empty()) {
    amount = total(order);
  } else {
    Money sum = 0;
    bool priced = true;
    for (const std::string& id : sent.lines) {
      const std::optional<Money> own = total(*this->line(id));
      priced = priced && own;
      sum += own.value_or(0);
    }
    if (priced) amount = sum;
  }
  if (!amount || *amount == 0) return bad("InvalidAmount");
  if (const Answer checked = check_amount(order, *amount); !checked.accepted()) return checked;
  payments_.push_back(
      {{}, sent.transaction, sent.method, sent.currency, *amount, order.id, *sent.timestamp});
  return {};
}

/// O-60, and the rows of the table for payments.
Answer Model::check_amount(const Order& order, Money amount) const {
  if (amount > 0) {
    if (order.only({Phase::cancelled, Phase::return_fulfilled})) return bad("InvalidAmount");
  } else if (-amount > paid(order.id)) {
    return bad("InvalidAmount");
  }
  return {};
}

/// O-52.
Answer Model::approve(Order& order) {
  if (!order.only({Phase::new_, Phase::reserved})) return bad("OrderNotApprovable");
  for (const Line& line : order.lines) {
    if (!line.net) return bad("MissingPrice");
  }
  std::vector<Line*> open;
  for (Line& line : order.lines) {
    if (line.in(Phase::new_) > 0) open.push_back(&line);
  }
  if (back_orders_.contains({order.supplier, order.customer})) {  // O-40
    for (Line* line : open) {
      if (!managed(*line)) continue;
      hold_serials(*line, {Phase::new_});
      line->held += line->in(Phase::new_);
    }
  } else if (const Answer held = hold(open); !held.accepted()) {
    return held;
  }
  for (Line& line : order.lines) {
    line.move(Phase::new_, Phase::committed, line.in(Phase::new_));
    line.move(Phase::reserved, Phase::committed, line.in(Phase::reserved));
  }
  return {};
}

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

/// O-53.
Answer Model::cancel(Order& order) {
  if (!order.phases().contains(Phase::committed)) return bad("OrderNotCancellable");
  for (Line& line : order.lines) {
    const Quantity units = line.in(Phase::committed);
    if (units == 0) continue;
    line.held = 0;
    line.move(Phase::committed, Phase::cancelled, units);
    for (auto& [id, shipment] : shipments_) {
      for (ShipmentItem& item : shipment.items) {
        if (item.line != line.id) continue;
        item.quantity -= item.at(Stage::new_);
        item.in[static_cast<size_t>(Stage::new_)] = 0;
      }
      std::erase_if(shipment.items, [](const ShipmentItem& item) { return item.quantity == 0; });
    }
  }
  std::erase_if(shipments_, [](const auto& each) { return each.second.items.empty(); });
  return {};
}

// ── Returns (section 10) ─────────────────────────────────────────────────────────────────────────

Answer Model::check_return(Order& order, const Return& sent, const std::set<Phase>& from,
                           bool with_reason) {
  if (sent.entries.empty()) return bad("EmptyArray");
  for (const ReturnEntry& entry : sent.entries) {
    const Line* line = this->line(entry.line);
    if (line == nullptr || line->order != order.id) return bad("ItemNotInOrder");
    Quantity admissible = 0;
    for (const Phase phase : from) admissible += line->in(phase);
    if (!entry.serial.empty()) {  // O-82
      const Phase* phase = line->phase_of(entry.serial);
      if (phase == nullptr) return bad("FailedIndexing");
      admissible = from.contains(*phase) ? one : 0;
    }
    if (admissible == 0) return bad("ItemNotReturnable");
    if (with_reason && !entry.with_reason) return bad("MissingRequiredField");
    if (entry.quantity && *entry.quantity > admissible) return bad("InvalidQuantity");
  }
  return {};
}

Answer Model::commit_return(Order& order, const Return& sent) {
  const Answer checked = check_return(order, sent, {Phase::new_, Phase::fulfilled}, true);
  if (!checked.accepted()) return checked;
  for (const ReturnEntry& entry : sent.entries) {
    Line& line = *find_line(entry.line);
    ReturnPart part;
    part.restock = entry.restock;
    for (const Phase from : {Phase::fulfilled, Phase::new_}) {
      const bool named = !entry.serial.empty();
      if (named && *line.phase_of(entry.serial) != from) continue;
      const Quantity most = named ? one : entry.quantity.value_or(line.quantity);
      const Quantity units = std::min(most - part.quantity, line.in(from));
      std::vector<std::string> serials = line.serials_in(from, units);
      if (named) serials = {entry.serial};
      line.move(from, Phase::return_committed, units, serials);
      part.quantity += units;
      part.serials.insert(part.serials.end(), serials.begin(), serials.end());
      if (named) break;
    }
    line.returning.push_back(part);
  }
  return {};
}

template <class Arrive>
void Model::end_return(const ReturnEntry& entry, Phase to, Arrive&& arrive) {
  Line& line = *find_line(entry.line);
  const bool named = !entry.serial.empty();
  Quantity left = named ? one : entry.quantity.value_or(line.in(Phase::return_committed));
  for (ReturnPart& part : line.returning) {
    if (left == 0) break;
    if (named && !contains(part.serials, entry.serial)) continue;
    ReturnPart ended;
    ended.restock = part.restock;
    ended.quantity = std::min(left, part.quantity);
    ended.serials = named ? std::vector{entry.serial}
                          : line.first_of(part.serials, Phase::return_committed, ended.quantity);
    arrive(ended);
    line.move(Phase::return_committed, to, ended.quantity, ended.serials);
    part.quantity -= ended.quantity;
    left -= ended.quantity;
    std::erase_if(part.serials, [&](const auto& each) { return contains(ended.serials, each); });
  }
  std::erase_if(line.returning, [](const ReturnPart& part) { return part.quantity == 0; });
}

Answer Model::fulfill_return(Order& order, const Return& sent) {
  const Answer checked = check_return(order, sent, {Phase::return_committed}, false);
  if (!checked.accepted()) return checked;
  for (const ReturnEntry& entry : sent.entries) {
    const Line& line = *find_line(entry.line);
    const std::string owner = stock_owner(line.seller, order.supplier);
    end_return(entry, Phase::return_fulfilled, [&](const ReturnPart& part) {
      if (!part.restock || !product_of(line.sku)->tracked() || owner.empty()) return;  // C-72
      const std::string place = agent_of(owner)->roots.front();
      physical_[place][line.sku] += part.quantity;
      this->arrive(line.sku, part.serials, place);
    });
  }
  return {};
}

Answer Model::cancel_return(Order& order, const Return& sent) {
  const Answer checked = check_return(order, sent, {Phase::return_committed}, false);
  if (!checked.accepted()) return checked;
  for (const ReturnEntry& entry : sent.entries) {
    end_return(entry, Phase::fulfilled, [](const ReturnPart&) {});
  }
  return {};
}

// ── Payments made directly (O-63, O-64) ──────────────────────────────────────────────────────────

Answer Model::apply(const PayDirectly& command) {
  for (const Payment& payment : payments_) {
    if (payment.id == command.id) return command.by_put ? Answer{} : conflict("AlreadyExists");
  }
  // H-55: references, then domain rules.
  const Order* order = this->order(command.order);
  if (order == nullptr && !command.order.empty()) return bad("*");
  const Currency* currency = currency_of(command.currency);
  if (currency == nullptr) return bad("CurrencyNotFound");
  if (!method_exists(command.method)) return bad("PaymentMethodNotFound");
  for (const Payment& payment : payments_) {
    if (!command.transaction.empty() && payment.transaction == command.transaction &&
        payment.method == command.method) {
      return conflict("AlreadyExists");
    }
  }
  if (order != nullptr && order->currency != command.currency) return bad("CurrencyMismatch");
  const std::optional<Money> amount = minor(command.amount, currency->digits);
  if (!amount) return bad("InvalidAmount");
  if (order != nullptr) {
    const Answer checked = check_amount(*order, *amount);
    if (!checked.accepted()) return checked;
  }
  payments_.push_back({command.id, command.transaction, command.method, command.currency, *amount,
                       command.order, now_});
  return created;
}

// ── Shipments (section 9) ────────────────────────────────────────────────────────────────────────

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

Quantity Model::level(const std::string& place, const std::string& sku) const {
  const auto found = at(place).find(sku);
  return found == at(place).end() ? 0 : found->second;
}

int64_t Model::registered(const std::string& place, const std::string& sku, bool held_only) const {
  return std::count_if(serials_.begin(), serials_.end(), [&](const SerialUnit& unit) {
    return unit.sku == sku && unit.place == place && !(held_only && unit.holder.empty());
  });
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

// ── Setting stock (section 7 of the catalog) ─────────────────────────────────────────────────────

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

Answer Model::apply(const SetPrice& command) {
  for (Price& price : prices_) {
    if (price.id != command.price.id) continue;
    price = command.price;
    find_prices();
    return {};
  }
  prices_.push_back(command.price);
  find_prices();
  return created;
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
