#include "base/limits.hpp"
#include "model/catalog.hpp"
#include "orders/orders.hpp"
#include "orders/states.hpp"
#include "rules/compare.hpp"

namespace waybill::orders {

namespace {

/// A payment by (method, transactionId), over all orders (O-58).
Ref find_payment(const Store& store, Ref method, Text transaction_id) {
  static const Member& member = payment_order_type.member("transactionId");
  if (!transaction_id) return {};
  for (const uint32_t row : store.table(TableId::payment_orders).find(member, transaction_id.id)) {
    if (store.rows<PaymentOrder>().at(row).method == method) return Ref::to(row);
  }
  return {};
}

/// The sum of the named lines, else of all (O-59).
MaybeDecimal default_amount(const Store& store, const PaymentOrder& payment) {
  const List<Ref>& lines =
      payment.items.empty() ? store.at<TradeOrder>(payment.order).items : payment.items;
  DecimalSum total;
  for (const Ref line : lines) {
    const MaybeDecimal amount = line_total(store, store.at<OrderItem>(line));
    if (!amount) return {};
    total.add(*amount);
  }
  return total.total() ? MaybeDecimal(*total.total()) : MaybeDecimal();
}

/// O-60, O-66 and the state table's rows for createPayment.
Failure check_amount(Context& context, const PaymentOrder& payment, const Body& body) {
  const Store& store = context.store;
  const Decimal amount = *payment.amount;
  const std::string path = body.path("amount");
  const PaymentMethod& method = store.at<PaymentMethod>(payment.method);
  const uint32_t digits = minor_digits(store, payment.currency);
  if (amount.is_zero() || amount.scale() > static_cast<int>(digits)) {
    return fail(Code::invalid_amount,
                amount.is_zero() ? "The amount of a payment is not zero."
                                 : "The amount has more decimals than the currency.",
                path);
  }
  const bool accepted = amount.is_positive() ? method.supports_incoming == MaybeBool::yes
                                             : method.supports_outgoing == MaybeBool::yes ||
                                                   method.supports_reversal == MaybeBool::yes;
  if (!accepted) {
    return fail(Code::payment_method_not_supported,
                amount.is_positive() ? "The payment method takes no payments."
                                     : "The payment method pays no refunds.",
                body.path("method"));
  }
  const auto too_large = [&](std::string_view what) {
    return fail(Code::invalid_amount,
                std::string(what) + " at most " + std::to_string(limits::amount) + ".", path);
  };
  const Decimal most = Decimal::from_int(limits::amount);
  if (amount.magnitude() > most) return too_large("An amount is");
  if (!payment.order) return {};
  const TradeOrder& order = store.at<TradeOrder>(payment.order);
  if (order.payments.size() >= limits::order_payments) {
    return fail(Code::too_many_items,
                "An order has at most " + std::to_string(limits::order_payments) + " payments.",
                context.json.path(body.object()));
  }
  const Decimal paid = net_paid(store, order);
  if (amount.is_negative()) {
    if (amount.magnitude() <= paid) return {};
    return fail(Code::invalid_amount,
                "A refund is at most what was paid: " + paid.padded(static_cast<int>(digits)) + ".",
                path);
  }
  if (const auto sum = paid.plus(amount); !sum || *sum > most) {
    return too_large("The payments of an order come to");
  }
  if (Failure failure = check_state(store, payment.order, Action::create_payment)) {
    failure->path = path;
    return failure;
  }
  const MaybeDecimal balance = order_balance(store, payment.order);
  if (balance && amount > *balance) {
    context.hint("T-O-19", path, "more than the balance: recorded as an overpayment");
  }
  return {};
}

Ref record(Context& context, PaymentOrder payment) {
  payment.modified = context.now;
  const Ref order = payment.order;
  const Instant at = *payment.timestamp;
  const Ref ref = context.store.insert(std::move(payment));
  if (!order) return ref;
  const List<Ref>& earlier = context.store.at<TradeOrder>(order).payments;
  uint32_t position = earlier.size();  // by timestamp (O-61)
  while (position > 0 && *context.store.at<PaymentOrder>(earlier[position - 1]).timestamp > at) {
    --position;
  }
  context.store.update<TradeOrder>(order,
                                   [&](TradeOrder& row) { row.payments.insert(position, ref); });
  touch(context, order);
  return ref;
}

Failure missing(const Body& body, std::string_view member, std::string details) {
  return fail(Code::missing_required_field, std::move(details), body.path(member));
}

Failure currency_mismatch(const Body& body) {
  return fail(Code::currency_mismatch, "The payment's currency is not the order's.",
              body.path("currency"));
}

Failure no_total_yet(const Body& body) {
  return fail(Code::invalid_amount, "The order has no total yet: say the amount.",
              body.path("amount"));
}

/// The lines that a payment is for.
Failure read_lines_of(Context& context, const Body& body, PaymentOrder& payment) {
  if (!body.has("items")) return {};
  const JsonNode& items = *body.get("items");
  if (Failure failure = check_count(context, items, limits::list_elements)) return failure;
  for (const JsonNode* node = context.json.first(items); node != nullptr;
       node = context.json.next(*node)) {
    Result<Ref> line = resolve_line(context, *node, payment.order);
    if (!line) return std::move(line.failure);
    if (!payment.items.contains(line.value)) payment.items.push_back(line.value);
  }
  return {};
}

/// The lines that a payment is for are the order's.
Failure check_items(const Store& store, const PaymentOrder& payment, const Body& body) {
  for (const Ref item : payment.items) {
    if (store.at<OrderItem>(item).order == payment.order) continue;
    return fail(Code::item_not_in_order, "'items' names a line of another order.",
                body.path("items"));
  }
  return {};
}

/// Reads a `createPayment` payload, check by check in the order of O-57, types included.
class PaymentReader {
 public:
  PaymentReader(Context& context, Ref order, const Body& body)
      : context_(context), store_(context.store), body_(body) {
    payment_.order = order;
  }

  /// The payment to be recorded, unless it is `repeated()`.
  Result<PaymentOrder> read() {
    if (Failure failure = read_key()) return failure;
    repeated_ = find_payment(store_, payment_.method, payment_.transaction_id);
    if (repeated_) {
      report_repeat();
      return payment_;
    }
    if (Failure failure = read_parties()) return failure;
    if (Failure failure = read_currency()) return failure;
    if (Failure failure = read_items()) return failure;
    for (const std::string_view text :
         {"means", "consumerPrintout", "merchantPrintout", "rawData"}) {
      if (Failure failure = assign(text)) return failure;
    }
    if (Failure failure = check_member("identifiers")) return failure;
    if (Failure failure = assign_identifiers(context_, body_, {}, TableId::payment_orders, {},
                                             payment_.identifiers)) {
      return failure;
    }
    if (Failure failure = read_amount()) return failure;
    return payment_;
  }

  Ref repeated() const { return repeated_; }

 private:
  static const Member& member_of(std::string_view name) { return *payment_order_type.find(name); }

  Failure check_member(std::string_view name) {
    const JsonNode* node = body_.get(name);
    return node == nullptr ? Failure{} : check_type(context_, member_of(name), *node);
  }

  /// Checks a member's type and writes it, if it is there.
  Failure assign(std::string_view name) {
    if (Failure failure = check_member(name)) return failure;
    if (!body_.has(name)) return {};
    return assign_member(context_, member_of(name), &payment_, *body_.get(name));
  }

  Failure read_key() {
    if (Failure failure = assign("transactionId")) return failure;
    if (!payment_.transaction_id || store_.view(payment_.transaction_id).empty()) {
      return missing(body_, "transactionId", "Payment transaction ID is required.");
    }
    if (Failure failure = assign("timestamp")) return failure;
    if (!payment_.timestamp) {
      return missing(body_, "timestamp", "Payment timestamp is required.");
    }
    if (Failure failure = assign("method")) return failure;
    if (!payment_.method) return missing(body_, "method", "Payment method is required.");
    if (!store_.at<PaymentMethod>(payment_.method).integration) return {};
    return fail(Code::payment_method_not_supported,
                "createPayment is not supported for payment methods associated with an "
                "integration.",
                body_.path("method"));
  }

  /// T-O-7: a repeat that is not exact.
  void report_repeat() {
    const PaymentOrder& own = store_.at<PaymentOrder>(repeated_);
    if (own.order == payment_.order &&
        !differs(context_, body_, &own, [](const Member&) { return true; })) {
      return;
    }
    context_.hint("T-O-7", body_.path("transactionId"),
                  "this method and transactionId are recorded already: nothing was done");
  }

  Failure read_parties() {
    for (const std::string_view party : {"payer", "payee"}) {
      if (body_.has(party)) {
        context_.hint("T-H-3", body_.path(party), "ignored: customer and seller pay and are paid");
      }
    }
    const TradeOrder& order = store_.at<TradeOrder>(payment_.order);
    if (order.sellers.size() != 1) {
      return fail(Code::multiple_sellers,
                  "createPayment needs an order with one seller; pay others with "
                  "POST /v1/payment-orders.");
    }
    payment_.payer = order.customer;
    payment_.payee = order.sellers.front();
    return {};
  }

  Failure read_currency() {
    Failure failure = assign("currency");
    if (!failure && !payment_.currency) {
      failure = fail(Code::currency_not_found, "", body_.path("currency"));
    }
    if (failure && failure->code != Code::failed_coercion) {
      failure->code = Code::currency_not_found;
      failure->details = "Currency not found.";
    }
    if (failure) return failure;
    if (payment_.currency == store_.at<TradeOrder>(payment_.order).currency) return {};
    return currency_mismatch(body_);
  }

  Failure read_items() {
    if (Failure failure = check_member("items")) return failure;
    if (Failure failure = read_lines_of(context_, body_, payment_)) return failure;
    return check_items(store_, payment_, body_);
  }

  Failure read_amount() {
    if (!body_.has("amount")) {
      payment_.amount = default_amount(store_, payment_);
      if (!payment_.amount) {
        return no_total_yet(body_);
      }
    } else if (check_member("amount")) {
      return fail(
          Code::invalid_amount,
          "The amount is no decimal of at most " + std::to_string(Decimal::max_digits) + " digits.",
          body_.path("amount"));
    } else {
      payment_.amount = *Decimal::parse(body_.get("amount")->text);
    }
    return check_amount(context_, payment_, body_);
  }

  Context& context_;
  Store& store_;
  const Body& body_;
  PaymentOrder payment_;
  Ref repeated_;
};

}  // namespace

Failure pay(Context& context, Ref order, const JsonNode& payload) {
  Result<Body> body = Body::match(context, payment_order_type, payload, Body::Purpose::create);
  if (!body) return std::move(body.failure);
  PaymentReader reader(context, order, body.value);
  Result<PaymentOrder> payment = reader.read();
  if (!payment) return std::move(payment.failure);
  if (!reader.repeated()) record(context, std::move(payment.value));
  return {};
}

namespace {

/// The one trade order that a direct payment is for, if it is for one (O-64).
Failure read_order(Context& context, const Body& body, PaymentOrder& payment) {
  if (!body.has("orders")) return {};
  const JsonNode& list = *body.get("orders");
  if (list.count != 1) {
    return fail(Code::invalid_value, "A payment is for one trade order.", body.path("orders"));
  }
  Result<Ref> order = resolve(context, TableId::trade_orders, *context.json.first(list));
  if (!order) return std::move(order.failure);
  payment.order = order.value;
  price_order(context, payment.order);
  const TradeOrder& row = context.store.at<TradeOrder>(payment.order);
  payment.payer = row.customer;
  payment.payee = row.supplier;
  return {};
}

/// What a direct payment of a trade order must be like one that the order makes (O-64).
Failure check_linked(Context& context, const Body& body, PaymentOrder& payment) {
  const Store& store = context.store;
  if (payment.currency != store.at<TradeOrder>(payment.order).currency) {
    return currency_mismatch(body);
  }
  if (Failure failure = check_items(store, payment, body)) return failure;
  if (payment.amount) return {};
  payment.amount = default_amount(store, payment);
  return payment.amount ? Failure{} : no_total_yet(body);
}

/// (`method`, `transactionId`) is taken, or the payment carries none (O-58, O-63).
Failure check_unique(Context& context, const Body& body, const PaymentOrder& payment) {
  const Ref own = find_payment(context.store, payment.method, payment.transaction_id);
  if (!own) return {};
  Failure failure =
      fail(Code::already_exists, "This method and transactionId are recorded already.",
           body.path("transactionId"));
  failure->suggestion = "Give each payment a transactionId of its own.";
  add_conflicting_resource(context, *failure, "payment-orders", TableId::payment_orders, own.row());
  return failure;
}

}  // namespace

void report_other_order(Context& context, const PaymentOrder& own, const Body& body) {
  if (!body.has("orders")) return;
  const JsonNode& list = *body.get("orders");
  const bool same =
      list.count == 1 &&
      resolve(context, TableId::trade_orders, *context.json.first(list)).value == own.order &&
      own.order;
  if (!same && (list.count != 0 || own.order)) report_fixed(context, list);
}

Result<Ref> create_payment_order(Context& context, const Body& body,
                                 const Identifiers& path_identifiers) {
  PaymentOrder payment;
  payment.identifiers = path_identifiers;
  if (Failure failure =
          assign_identifiers(context, body, {}, TableId::payment_orders, {}, payment.identifiers)) {
    return failure;
  }
  if (Failure failure = read_order(context, body, payment)) return failure;
  const bool linked = static_cast<bool>(payment.order);
  for (const std::string_view member : {"amount", "currency", "method", "payer", "payee"}) {
    const bool known = linked && (member == "amount" || member == "payer" || member == "payee");
    if (!known && !body.has(member)) return missing_member(context, body.object(), member);
  }
  if (Failure failure = assign_members(context, body, &payment, true)) return failure;
  if (!payment.timestamp) payment.timestamp = context.now;
  if (Failure failure = check_unique(context, body, payment)) return failure;
  if (linked) {
    if (Failure failure = check_linked(context, body, payment)) return failure;
  } else if (!payment.items.empty()) {
    return fail(Code::item_not_in_order, "'items' needs 'orders': lines of which order?",
                body.path("items"));
  }
  if (Failure failure = check_amount(context, payment, body)) return failure;
  return record(context, std::move(payment));
}

}  // namespace waybill::orders
