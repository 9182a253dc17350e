#include "base/limits.hpp"
#include "model/catalog.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"

namespace waybill::orders {

namespace {

Failure missing(const Body& body, std::string_view member) {
  const std::string path = body.path(member);
  return fail(Code::missing_required_field, "'" + path + "' is required.", path);
}

/// A required reference of a body.
Result<Ref> required(Context& context, const Body& body, std::string_view member, TableId table) {
  if (!body.has(member)) return missing(body, member);
  return resolve(context, table, *body.get(member), body.path(member));
}

/// A required array that holds something (O-6).
Failure check_array(const Body& body, std::string_view member, std::string_view one) {
  if (!body.has(member)) return missing(body, member);
  if (body.get(member)->count != 0) return {};
  return fail(Code::empty_array, "Must have at least 1 " + std::string(one), body.path(member));
}

/// Whether units of the line are counted by serial: `imei` or `phoneImei` (O-26).
struct InstanceRule {
  std::string_view instance_type;
  std::string_view member;
};
constexpr InstanceRule device{"MobileDevice", "imei"};
constexpr InstanceRule plan{"MobilePlan", "phoneImei"};

/// Reads the lines of a new order one after another; later ones see earlier ones.
class LineReader {
 public:
  LineReader(Context& context, const TradeOrder& order, Ref order_ref,
             const std::vector<Body>& bodies)
      : context_(context),
        store_(context.store),
        order_(order),
        order_ref_(order_ref),
        bodies_(bodies) {}

  Result<OrderItem> read(size_t index) {
    const Body& body = bodies_[index];
    OrderItem item;
    item.order = order_ref_;
    if (Failure failure =
            assign_identifiers(context_, body, {}, TableId::order_items, {}, item.identifiers)) {
      return failure;
    }
    Result<Ref> product = required(context_, body, "product", TableId::products);
    if (!product) return std::move(product.failure);
    item.product = product.value;
    if (Failure failure = read_instances(body, index, item)) return failure;
    if (Failure failure = read_quantity(body, item)) return failure;
    if (Failure failure = read_amount(body, item)) return failure;
    if (Failure failure = read_seller(body, item)) return failure;
    if (Failure failure = read_reservation(body, item)) return failure;
    if (body.has("discountable") && !body.get("discountable")->truth) {
      item.not_discountable = MaybeBool::yes;
    }
    price(item, index);
    item.phases.push_back({*item.quantity, static_cast<uint32_t>(Phase::new_)});
    items_.push_back(item);
    return item;
  }

 private:
  Failure read_instances(const Body& body, size_t index, OrderItem& item) {
    const JsonNode* list = body.get("instances");
    if (list == nullptr || list->type == JsonType::null || list->count == 0) return {};
    const std::string path = body.path("instances");
    if (list->count > 1) {
      context_.hint("T-O-5", path, "a line holds one instance: only the first is kept");
    }
    const JsonNode& first = *context_.json.first(*list);
    const JsonNode* imei = context_.json.find(first, "imei");
    const JsonNode* phone = context_.json.find(first, "phoneImei");
    const InstanceRule& rule = phone != nullptr ? plan : device;
    const Text type = store_.at<Product>(item.product).instance_type;
    if ((imei == nullptr) == (phone == nullptr) || !type ||
        store_.view(type) != rule.instance_type) {
      return fail(Code::invalid_instance_type,
                  "A MobileDevice line takes instances:[{\"imei\":...}], a MobilePlan line "
                  "instances:[{\"phoneImei\":...}]; other products take a quantity.",
                  path);
    }
    const std::string_view serial = (phone != nullptr ? phone : imei)->text;
    if (serial.empty() || serial.size() > limits::identifier_value_chars) {
      return fail(Code::invalid_value, "An IMEI is a text of 1 to 512 characters.", path);
    }
    Instance instance;
    (phone != nullptr ? instance.phone_imei : instance.imei) = store_.intern(serial);
    item.instances.push_back(instance);
    return phone != nullptr ? check_plan(index, instance.phone_imei, path)
                            : check_device(instance.imei, path);
  }

  Failure check_device(Text imei, const std::string& path) {
    for (const OrderItem& earlier : items_) {
      if (!earlier.instances.empty() && earlier.instances[0].imei == imei) {
        context_.hint("T-O-6", path, "this IMEI stands on two device lines");
      }
    }
    return {};
  }

  /// O-28: the device must be on an earlier line.
  Failure check_plan(size_t index, Text phone_imei, const std::string& path) {
    for (const OrderItem& earlier : items_) {
      if (!earlier.instances.empty() && earlier.instances[0].imei == phone_imei) return {};
    }
    for (size_t later = index + 1; later < bodies_.size(); ++later) {
      const JsonNode* list = bodies_[later].get("instances");
      if (list == nullptr || list->count == 0) continue;
      const JsonNode* imei = context_.json.find(*context_.json.first(*list), "imei");
      if (imei == nullptr || imei->text != store_.view(phone_imei)) continue;
      return fail(Code::invalid_instance_order,
                  "The device line must come before the plan line that names it.", path);
    }
    return fail(Code::invalid_phone_imei_reference,
                "'phoneImei' names no device line of this order.", path);
  }

  Failure read_quantity(const Body& body, OrderItem& item) {
    const bool serial = !item.instances.empty();
    if (!body.has("quantity")) {
      if (serial) {
        item.quantity = Decimal::from_int(1);
        return {};
      }
      const std::string path = body.path("quantity");
      return fail(Code::missing_required_field,
                  "A line needs 'quantity', or 'instances' for serialized products.", path);
    }
    const Decimal quantity = *Decimal::parse(body.get("quantity")->text);
    const bool fits = !serial || quantity == Decimal::from_int(1);
    if (!quantity.is_positive() || !fits || quantity > Decimal::from_int(1'000'000'000)) {
      return fail(Code::invalid_quantity,
                  fits ? "A quantity is above zero and at most 1000000000."
                       : "'quantity' differs from the number of instances.",
                  body.path("quantity"));
    }
    item.quantity = quantity;
    return {};
  }

  Failure read_amount(const Body& body, OrderItem& item) {
    if (!body.has("unitAmountExclVat")) return {};
    const Decimal amount = *Decimal::parse(body.get("unitAmountExclVat")->text);
    if (amount.is_negative() || amount > Decimal::from_int(1'000'000'000)) {
      return fail(Code::invalid_amount, "A price is from 0 to 1000000000.",
                  body.path("unitAmountExclVat"));
    }
    item.unit_amount = amount;
    item.manual_price = MaybeBool::yes;
    return {};
  }

  /// O-25: the seller that was named, else the first that covers the line, else the first.
  Failure read_seller(const Body& body, OrderItem& item) {
    if (body.has("seller")) {
      Result<Ref> seller =
          resolve(context_, TableId::agents, *body.get("seller"), body.path("seller"));
      if (!seller) return std::move(seller.failure);
      if (!order_.sellers.contains(seller.value)) {
        return fail(Code::seller_not_in_order, "'seller' must be one of the order's sellers.",
                    body.path("seller"));
      }
      item.seller = seller.value;
      return {};
    }
    item.seller = order_.sellers.front();
    if (order_.sellers.size() == 1) return {};
    for (const Ref seller : order_.sellers) {
      if (!covers(seller, item)) continue;
      item.seller = seller;
      return {};
    }
    return {};
  }

  /// C-70: enough is available after the order's earlier lines, or nothing is managed.
  bool covers(Ref seller, OrderItem candidate) {
    candidate.seller = seller;
    const Ref owner = managed_owner(store_, order_, candidate);
    if (!owner) return true;
    Decimal needed = *candidate.quantity;
    for (const OrderItem& earlier : items_) {
      if (earlier.product == candidate.product && managed_owner(store_, order_, earlier) == owner) {
        needed = add(needed, *earlier.quantity);
      }
    }
    return stock::available(store_, owner, candidate.product) >= needed;
  }

  Failure read_reservation(const Body& body, OrderItem& item) {
    if (!body.has("reservedUntil")) {
      item.reserved_until = order_.reserved_until;
      return {};
    }
    const Instant until = *Instant::parse(body.get("reservedUntil")->text);
    if (until <= context_.now) {
      return fail(Code::invalid_reservation, "'reservedUntil' must be in the future.",
                  body.path("reservedUntil"));
    }
    item.reserved_until = until;
    return {};
  }

  void price(OrderItem& item, size_t index) {
    price_item(context_, order_, item);
    const std::string path = join_path("items", static_cast<uint32_t>(index));
    const Product& product = store_.at<Product>(item.product);
    if (!item.unit_amount) {
      context_.hint("T-O-13", path, "no price: amounts are null and approval will fail");
    }
    if (!product.default_vat_code) {
      context_.hint("T-O-14", path, "the product has no VAT code: 0 percent applied");
    }
    if (product.status && store_.view(product.status) != "Active") {
      context_.hint("T-C-8", path, "the product is not Active");
    }
  }

  Context& context_;
  Store& store_;
  const TradeOrder& order_;
  Ref order_ref_;
  const std::vector<Body>& bodies_;
  std::vector<OrderItem> items_;
};

Result<std::vector<Body>> read_item_bodies(Context& context, const Body& body) {
  std::vector<Body> bodies;
  const JsonNode* items = body.get("items");
  if (items == nullptr || items->type == JsonType::null) return bodies;
  if (items->count > limits::order_items) {
    return fail(Code::too_many_items, "An order has at most 10000 items.", body.path("items"));
  }
  bodies.reserve(items->count);
  for (const JsonNode* item = context.json.first(*items); item != nullptr;
       item = context.json.next(*item)) {
    Result<Body> read =
        Body::read(context, order_item_type, *item,
                   join_path(body.path("items"), static_cast<uint32_t>(bodies.size())));
    if (!read) return std::move(read.failure);
    bodies.push_back(std::move(read.value));
  }
  return bodies;
}

/// Everything of an order but its lines, in the order of O-7.
Result<TradeOrder> read_head(Context& context, const Body& body,
                             const Identifiers& path_identifiers) {
  TradeOrder order;
  order.identifiers = path_identifiers;
  if (path_identifiers.empty() &&
      (!body.has("identifiers") || body.get("identifiers")->count == 0)) {
    return missing(body, "identifiers");
  }
  if (Failure failure =
          assign_identifiers(context, body, {}, TableId::trade_orders, {}, order.identifiers)) {
    return failure;
  }
  if (order.identifiers.empty()) {
    std::erase_if(context.hints, [](const Hint& hint) { return hint.id == "T-H-1"; });
    context.hint("T-O-18", "identifiers", "only malformed keys: every retry makes another order");
  }
  Result<Ref> supplier = required(context, body, "supplier", TableId::agents);
  if (!supplier) return std::move(supplier.failure);
  order.supplier = supplier.value;
  Result<Ref> customer = required(context, body, "customer", TableId::agents);
  if (!customer) return std::move(customer.failure);
  order.customer = customer.value;
  if (Failure failure = check_array(body, "sellers", "seller")) return failure;
  if (Failure failure = assign_member(context, *trade_order_type.find("sellers"), &order,
                                      *body.get("sellers"), body.path("sellers"))) {
    return failure;
  }
  Result<Ref> currency = required(context, body, "currency", TableId::currencies);
  if (!currency) return std::move(currency.failure);
  order.currency = currency.value;
  for (const std::string_view scalar : {"reservedUntil", "suppliersId", "customersId", "carrier"}) {
    if (!body.has(scalar)) continue;
    if (Failure failure = assign_member(context, *trade_order_type.find(scalar), &order,
                                        *body.get(scalar), body.path(scalar))) {
      return failure;
    }
  }
  if (order.reserved_until && *order.reserved_until <= context.now) {
    return fail(Code::invalid_reservation, "'reservedUntil' must be in the future.",
                body.path("reservedUntil"));
  }
  return order;
}

}  // namespace

Result<Ref> create(Context& context, const Body& body, const Identifiers& path_identifiers) {
  Store& store = context.store;
  Result<std::vector<Body>> bodies = read_item_bodies(context, body);  // types come first (O-7)
  if (!bodies) return std::move(bodies.failure);
  Result<TradeOrder> head = read_head(context, body, path_identifiers);
  if (!head) return std::move(head.failure);
  TradeOrder& order = head.value;
  if (Failure failure = check_array(body, "items", "item")) return failure;

  order.timestamp = context.now;
  order.modified = context.now;
  const Ref order_ref = Ref::to(store.rows<TradeOrder>().size());
  LineReader lines(context, order, order_ref, bodies.value);
  std::vector<Claim> claims;
  for (size_t i = 0; i < bodies.value.size(); ++i) {
    Result<OrderItem> item = lines.read(i);
    if (!item) return std::move(item.failure);
    const MaybeInstant until = item.value.reserved_until;
    const Decimal quantity = *item.value.quantity;
    const Ref ref = store.insert(std::move(item.value));
    order.items.push_back(ref);
    if (until) claims.push_back({ref, quantity});
  }
  check(store.insert(std::move(order)) == order_ref);
  if (!claims.empty()) {
    if (Failure failure = take_holds(context, order_ref, claims)) return failure;
    for (const Claim& claim : claims) {
      store.update<OrderItem>(claim.item, [&](OrderItem& row) {
        move_units(row.phases, Phase::new_, Phase::reserved, claim.units);
        row.expires = row.reserved_until;
      });
    }
  }
  if (const JsonNode* actions = context.json.find(body.object(), "actions")) {
    if (Failure failure = run_actions(context, order_ref, *actions)) return failure;
  }
  return order_ref;
}

namespace {

/// O-17: whether the lines of an update say something else than what is stored.
bool items_differ(Context& context, const TradeOrder& order, const JsonNode& items) {
  if (items.type != JsonType::array || items.count != order.items.size()) return true;
  uint32_t index = 0;
  for (const JsonNode* item = context.json.first(items); item != nullptr;
       item = context.json.next(*item), ++index) {
    const OrderItem& own = context.store.at<OrderItem>(order.items[index]);
    const JsonNode* product = context.json.find(*item, "product");
    if (product != nullptr) {
      const Result<Ref> named = resolve(context, TableId::products, *product, "items");
      if (!named || named.value != own.product) return true;
    }
    const JsonNode* quantity = context.json.find(*item, "quantity");
    if (quantity == nullptr) continue;
    const auto number = Decimal::parse(quantity->text);
    if (!number || MaybeDecimal(*number) != own.quantity) return true;
  }
  return false;
}

/// Hints for what an update cannot change (T-O-3, T-O-4).
void report_fixed_members(Context& context, const TradeOrder& order, const Body& body) {
  const JsonNode* items = body.get("items");
  if (items != nullptr && items_differ(context, order, *items)) {
    context.hint("T-O-3", "items", "the lines of an order do not change");
  }
  const auto differs = [&](std::string_view member, TableId table, Ref own) {
    if (!body.has(member)) return;
    const Result<Ref> named = resolve(context, table, *body.get(member), std::string(member));
    if (named && named.value == own) return;
    context.hint("T-O-4", std::string(member), "fixed when the order was created");
  };
  differs("supplier", TableId::agents, order.supplier);
  differs("customer", TableId::agents, order.customer);
  differs("currency", TableId::currencies, order.currency);
}

}  // namespace

Failure update(Context& context, Ref ref, const Body& body, bool run) {
  Store& store = context.store;
  TradeOrder changed = store.at<TradeOrder>(ref);
  report_fixed_members(context, changed, body);
  if (Failure failure =
          assign_identifiers(context, body, {}, TableId::trade_orders, ref, changed.identifiers)) {
    return failure;
  }
  const MaybeInstant reserved = changed.reserved_until;
  if (Failure failure = assign_members(context, body, &changed, false)) return failure;
  const MaybeInstant wanted = changed.reserved_until;
  changed.reserved_until = reserved;
  if (!(changed == store.at<TradeOrder>(ref))) {
    changed.modified = context.now;
    store.update<TradeOrder>(ref, [&](TradeOrder& row) { row = changed; });
  }
  if (body.get("reservedUntil") != nullptr) {
    if (Failure failure = set_reserved_until(context, ref, wanted, body.path("reservedUntil"))) {
      return failure;
    }
  }
  const JsonNode* actions = context.json.find(body.object(), "actions");
  if (actions == nullptr) return {};
  if (run) return run_actions(context, ref, *actions);
  context.hint("T-O-9", "actions", "skipped: the order exists; use PATCH");
  return {};
}

}  // namespace waybill::orders
