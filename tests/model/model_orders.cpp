#include "answers.hpp"

/// Orders, reservations and actions (chapter 03 sections 2 to 7).
namespace waybill::model {

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

}  // namespace waybill::model
