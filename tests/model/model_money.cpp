#include "answers.hpp"

/// Prices, amounts and payments (chapter 03 sections 5 and 8, chapter 04 section 4).
namespace waybill::model {

namespace {

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

// ── Payments (O-57 to O-64) ──────────────────────────────────────────────────────────────────────

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

// ── Prices (C-30) ────────────────────────────────────────────────────────────────────────────────

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

}  // namespace waybill::model
