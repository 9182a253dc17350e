#include "generator.hpp"

#include <algorithm>

namespace waybill::model {

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
