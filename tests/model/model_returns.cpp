#include "answers.hpp"

/// What customers send back (chapter 03 section 10).
namespace waybill::model {

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

}  // namespace waybill::model
