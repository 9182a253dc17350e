#include <algorithm>
#include <map>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "model/catalog.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "rules/quantity.hpp"

namespace waybill::orders {

namespace {

/// A required reference of a body.
Result<Ref> required(Context& context, const Body& body, std::string_view member, TableId table) {
  const JsonNode* node = body.get(member);
  if (node == nullptr || node->type == JsonType::null) {
    return missing_member(context, body.object(), member);
  }
  return resolve(context, table, *node);
}

/// A required array that holds something (O-6).
Failure check_array(Context& context, const Body& body, std::string_view member,
                    std::string_view one) {
  if (!body.has(member)) return missing_member(context, body.object(), member);
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
    if (Failure failure = read_units(body, item)) return failure;
    if (Failure failure = read_amount(body, item)) return failure;
    if (Failure failure = read_seller(body, item)) return failure;
    if (Failure failure = read_reservation(body, item)) return failure;
    if (body.has("discountable")) item.discountable = to_maybe(body.get("discountable")->truth);
    if (Failure failure = read_price(body, item)) return failure;
    item.phases.push_back({*item.quantity, static_cast<uint32_t>(Phase::new_)});
    return item;
  }

 private:
  Failure read_instances(const Body& body, size_t index, OrderItem& item) {
    const JsonNode* list = body.get("instances");
    if (list == nullptr || list->type == JsonType::null || list->count == 0) return {};
    if (list->count > 1) {
      context_.hint("T-O-5", context_.json.path(*list),
                    "a line holds one instance: only the first is kept");
    }
    const JsonNode& first = *context_.json.first(*list);
    const auto serial_of = [&](std::string_view member) -> const JsonNode* {
      const JsonNode* own = context_.json.find(first, member);
      return own != nullptr && own->type != JsonType::null ? own : nullptr;
    };
    const JsonNode* imei = serial_of("imei");
    const JsonNode* phone = serial_of("phoneImei");
    const InstanceRule& rule = phone != nullptr ? plan : device;
    const Text type = store_.at<Product>(item.product).instance_type;
    if ((imei == nullptr) == (phone == nullptr) || !type ||
        store_.view(type) != rule.instance_type) {
      return fail(Code::invalid_instance_type,
                  "A MobileDevice line takes instances:[{\"imei\":...}], a MobilePlan line "
                  "instances:[{\"phoneImei\":...}]; other products take a quantity.",
                  context_.json.path(*list));
    }
    const JsonNode& serial = phone != nullptr ? *phone : *imei;
    if (!is_identifier_value(serial.text)) {
      return fail(Code::invalid_value, "An IMEI is a text of 1 to 512 characters.",
                  context_.json.path(serial));
    }
    Instance instance;
    (phone != nullptr ? instance.phone_imei : instance.imei) = store_.intern(serial.text);
    item.instances.push_back(instance);
    return phone != nullptr ? check_plan(index, instance.phone_imei, *list)
                            : check_device(instance.imei, *list);
  }

  Failure check_device(Text imei, const JsonNode& list) {
    if (std::find(imeis_.begin(), imeis_.end(), imei) != imeis_.end()) {
      context_.hint("T-O-6", context_.json.path(list), "this IMEI stands on two device lines");
    }
    imeis_.push_back(imei);
    return {};
  }

  /// O-28: the device must be on an earlier line.
  Failure check_plan(size_t index, Text phone_imei, const JsonNode& list) {
    if (std::find(imeis_.begin(), imeis_.end(), phone_imei) != imeis_.end()) return {};
    for (size_t later = index + 1; later < bodies_.size(); ++later) {
      const JsonNode* other = bodies_[later].get("instances");
      if (other == nullptr || other->count == 0) continue;
      const JsonNode* imei = context_.json.find(*context_.json.first(*other), "imei");
      if (imei == nullptr || imei->text != store_.view(phone_imei)) continue;
      return fail(Code::invalid_instance_order,
                  "The device line must come before the plan line that names it.",
                  context_.json.path(list));
    }
    return fail(Code::invalid_phone_imei_reference,
                "'phoneImei' names no device line of this order.", context_.json.path(list));
  }

  Failure read_units(const Body& body, OrderItem& item) {
    const bool serial = !item.instances.empty();
    if (!body.has("quantity")) {
      if (serial) {
        item.quantity = Decimal::from_int(1);
        return {};
      }
      return fail(Code::missing_required_field,
                  "A line needs 'quantity', or 'instances' for serialized products.",
                  body.path("quantity"));
    }
    Result<Decimal> quantity = read_quantity(body, "quantity");
    if (!quantity) return std::move(quantity.failure);
    if (serial && quantity.value != Decimal::from_int(1)) {
      return fail(Code::invalid_quantity, "With 'instances' the quantity is 1.",
                  body.path("quantity"));
    }
    item.quantity = quantity.value;
    return {};
  }

  Failure read_amount(const Body& body, OrderItem& item) {
    if (!body.has("unitAmountExclVat")) return {};
    Result<Decimal> amount = read_manual_amount(body);
    if (!amount) return std::move(amount.failure);
    item.unit_amount = amount.value;
    item.manual_price = MaybeBool::yes;
    return {};
  }

  /// O-25: the seller that was named, else the first that covers the line, else the first.
  Failure read_seller(const Body& body, OrderItem& item) {
    if (body.has("seller")) {
      Result<Ref> seller = resolve(context_, TableId::agents, *body.get("seller"));
      if (!seller) return std::move(seller.failure);
      if (!order_.sellers.contains(seller.value)) {
        return fail(Code::seller_not_in_order, "'seller' must be one of the order's sellers.",
                    body.path("seller"));
      }
      item.seller = seller.value;
    } else {
      item.seller = choose_seller(item);
    }
    if (order_.sellers.size() == 1) return {};
    if (const Ref owner = owner_with(item.seller, item)) {
      left_of(owner, item.product).subtract(*item.quantity);
    }
    return {};
  }

  Ref choose_seller(const OrderItem& item) {
    const List<Ref>& sellers = order_.sellers;
    if (sellers.size() == 1) return sellers.front();
    const Ref* found =
        std::find_if(sellers.begin(), sellers.end(), [&](Ref own) { return covers(own, item); });
    return found == sellers.end() ? sellers.front() : *found;
  }

  Ref owner_with(Ref seller, const OrderItem& item) {
    if (!stock::is_tracked(store_, item.product)) return {};
    return stock::stock_owner(store_, seller, order_.supplier);
  }

  /// C-70: enough is available after the order's earlier lines, or nothing is managed.
  bool covers(Ref seller, const OrderItem& item) {
    const Ref owner = owner_with(seller, item);
    return !owner || left_of(owner, item.product).saturated() >= *item.quantity;
  }

  /// What is available of a product at an owner after the earlier lines.
  DecimalSum& left_of(Ref owner, Ref product) {
    const auto [left, is_new] = left_.try_emplace(Pair{owner, product}.key());
    if (is_new) left->second.add(stock::available(store_, owner, product));
    return left->second;
  }

  Failure read_reservation(const Body& body, OrderItem& item) {
    if (!body.has("reservedUntil")) return {};
    const Instant until = *Instant::parse(body.get("reservedUntil")->text);
    if (until <= context_.now) {
      return fail(Code::invalid_reservation, "'reservedUntil' must be in the future.",
                  body.path("reservedUntil"));
    }
    item.reserved_until = until;
    return {};
  }

  Failure read_price(const Body& body, OrderItem& item) {
    const LinePrice price = find_price(store_, order_, item, context_.now);
    if (item.unit_amount && !price.net) return too_expensive(body.path("unitAmountExclVat"));
    item.unit_amount = price.net;
    item.vat_percentage = price.vat;
    const Product& product = store_.at<Product>(item.product);
    const auto hint = [&](std::string_view id, std::string_view message) {
      context_.hint(id, context_.json.path(body.object()), std::string(message));
    };
    if (!item.unit_amount) hint("T-O-13", "no price: amounts are null and approval will fail");
    if (!product.default_vat_code) {
      hint("T-O-14", "the product has no VAT code: 0 percent applied");
    }
    if (product.status && store_.view(product.status) != "Active") {
      hint("T-C-8", "the product is not Active");
    }
    return {};
  }

  Context& context_;
  Store& store_;
  const TradeOrder& order_;
  Ref order_ref_;
  const std::vector<Body>& bodies_;
  // Of earlier lines:
  std::map<uint64_t, DecimalSum> left_;  // of products at owners, if there are several sellers
  std::vector<Text> imeis_;              // of devices
};

}  // namespace

Result<std::vector<Body>> read_lines(Context& context, const Body& body, Body::Purpose purpose) {
  std::vector<Body> bodies;
  const JsonNode* items = body.get("items");
  if (items == nullptr || items->type == JsonType::null) return bodies;
  if (items->count > limits::order_items) {
    return fail(Code::too_many_items,
                "An order has at most " + std::to_string(limits::order_items) + " items.",
                body.path("items"));
  }
  bodies.reserve(items->count);
  for (const JsonNode* item = context.json.first(*items); item != nullptr;
       item = context.json.next(*item)) {
    Result<Body> read = Body::read(context, order_item_type, *item, purpose);
    if (!read) return std::move(read.failure);
    bodies.push_back(std::move(read.value));
  }
  return bodies;
}

namespace {

/// O-6: an order is known by an identifier. Malformed keys alone are a trap, not an error (T-O-18).
Failure read_identifiers(Context& context, const Body& body, TradeOrder& order) {
  bool malformed = false;
  bool named = !order.identifiers.empty();
  const JsonNode* node = body.get("identifiers");
  const JsonNode* first = body.has("identifiers") ? context.json.first(*node) : nullptr;
  for (const JsonNode* own = first; own != nullptr; own = context.json.next(*own)) {
    if (own->key == "key" || own->key.starts_with('@')) continue;
    const bool well_formed = is_namespaced_key(own->key);
    malformed = malformed || !well_formed;
    named = named || (well_formed && own->type != JsonType::null);
  }
  if (!named && !malformed) return missing_member(context, body.object(), "identifiers");
  if (named) {
    return assign_identifiers(context, body, {}, TableId::trade_orders, {}, order.identifiers);
  }
  context.hint("T-O-18", body.path("identifiers"),
               "only malformed keys: every retry makes another order");
  return {};
}

/// Everything of an order but its lines, in the order of O-7.
Result<TradeOrder> read_head(Context& context, const Body& body,
                             const Identifiers& path_identifiers) {
  TradeOrder order;
  order.identifiers = path_identifiers;
  if (Failure failure = read_identifiers(context, body, order)) return failure;
  Result<Ref> supplier = required(context, body, "supplier", TableId::agents);
  if (!supplier) return std::move(supplier.failure);
  order.supplier = supplier.value;
  Result<Ref> customer = required(context, body, "customer", TableId::agents);
  if (!customer) return std::move(customer.failure);
  order.customer = customer.value;
  if (Failure failure = check_array(context, body, "sellers", "seller")) return failure;
  if (body.get("sellers")->count > limits::order_sellers) {
    return fail(Code::too_many_items,
                "An order has at most " + std::to_string(limits::order_sellers) + " sellers.",
                body.path("sellers"));
  }
  if (Failure failure =
          assign_member(context, *trade_order_type.find("sellers"), &order, *body.get("sellers"))) {
    return failure;
  }
  Result<Ref> currency = required(context, body, "currency", TableId::currencies);
  if (!currency) return std::move(currency.failure);
  order.currency = currency.value;
  for (const std::string_view scalar : {"reservedUntil", "suppliersId", "customersId", "carrier"}) {
    if (!body.has(scalar)) continue;
    if (Failure failure =
            assign_member(context, *trade_order_type.find(scalar), &order, *body.get(scalar))) {
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

void report_customer_data(Context& context, const Body& body) {
  if (!body.has("customer")) return;
  const JsonNode& customer = *body.get("customer");
  for (const JsonNode* each = context.json.first(customer); each != nullptr;
       each = context.json.next(*each)) {
    if (each->key == "identifiers" || each->key.starts_with('@')) continue;
    context.hint("T-O-17", context.json.path(*each), "not written: write the customer itself");
  }
}

Result<Ref> create(Context& context, const Body& body, const Identifiers& path_identifiers) {
  Store& store = context.store;
  Result<std::vector<Body>> bodies =
      read_lines(context, body, Body::Purpose::create);  // types come first (O-7)
  if (!bodies) return std::move(bodies.failure);
  Result<TradeOrder> head = read_head(context, body, path_identifiers);
  if (!head) return std::move(head.failure);
  TradeOrder& order = head.value;
  if (Failure failure = check_array(context, body, "items", "item")) return failure;

  order.timestamp = context.now;
  order.modified = context.now;
  const Ref order_ref = Ref::to(store.rows<TradeOrder>().size());
  LineReader lines(context, order, order_ref, bodies.value);
  bool reserves = static_cast<bool>(order.reserved_until);
  for (size_t i = 0; i < bodies.value.size(); ++i) {
    Result<OrderItem> item = lines.read(i);
    if (!item) return std::move(item.failure);
    reserves = reserves || item.value.reserved_until;
    order.items.push_back(store.insert(std::move(item.value)));
  }
  check(store.insert(std::move(order)) == order_ref);
  if (Failure failure = check_total(context, order_ref, body.path("items"))) return failure;
  if (reserves) {
    if (Failure failure = reserve_new_order(context, order_ref)) return failure;
  }
  report_customer_data(context, body);
  if (body.has("actions")) {
    const JsonNode* actions = body.get("actions");
    if (Failure failure = run_actions(context, order_ref, *actions)) return failure;
    const uint32_t names = action_names(context, *actions);
    store.update<TradeOrder>(order_ref, [&](TradeOrder& row) { row.actions_at_creation = names; });
  }
  return order_ref;
}

}  // namespace waybill::orders
