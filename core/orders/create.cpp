#include <algorithm>
#include <map>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "catalog/catalog.hpp"
#include "model/agent.hpp"
#include "model/catalog.hpp"
#include "orders/instances.hpp"
#include "orders/orders.hpp"
#include "orders/phases.hpp"
#include "pricing/price.hpp"
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

/// Reads the lines of a new order one after another; later ones see earlier ones.
class LineReader {
 public:
  LineReader(Context& context, const TradeOrder& order, Ref order_ref,
             const std::vector<LineBody>& bodies)
      : context_(context),
        store_(context.store),
        order_(order),
        order_ref_(order_ref),
        bodies_(bodies) {}

  /// A line without its instances, which `instances()` holds then.
  Result<OrderItem> read(size_t index) {
    const Body& body = bodies_[index].line;
    OrderItem item;
    item.order = order_ref_;
    if (Failure failure =
            assign_identifiers(context_, body, {}, TableId::order_items, {}, item.identifiers)) {
      return failure;
    }
    Result<Ref> product = required(context_, body, "product", TableId::products);
    if (!product) return std::move(product.failure);
    item.product = product.value;
    if (Failure failure = read_quantity_sent(body, item)) return failure;
    if (Failure failure = read_units(bodies_[index], index, item.product)) return failure;
    if (Failure failure = settle_quantity(body, item)) return failure;
    if (Failure failure = read_amount(body, item)) return failure;
    if (Failure failure = read_seller(body, item)) return failure;
    if (Failure failure = read_reservation(body, item)) return failure;
    if (body.has("discountable")) item.discountable = to_maybe(body.get("discountable")->truth);
    if (Failure failure = read_price(body, item)) return failure;
    item.phases.push_back({*item.quantity, static_cast<uint32_t>(Phase::new_)});
    return item;
  }

  /// The units of the line that was read last, as far as they are told apart.
  std::vector<ProductInstance>&& instances() { return std::move(instances_); }

 private:
  Failure read_units(const LineBody& body, size_t index, Ref product) {
    Result<std::vector<ProductInstance>> read = read_instances(context_, body, product);
    if (!read) return std::move(read.failure);
    instances_ = std::move(read.value);
    const bool device = instance_kind(store_, product) == InstanceKind::device;
    for (const ProductInstance& own : instances_) {
      if (own.phone_imei && !is_known(own.phone_imei)) return no_such_device(body, index, own);
      if (!own.serial || !device) continue;
      if (is_known(own.serial)) {
        context_.hint("T-O-6", context_.json.path(body.line.object()),
                      "this IMEI stands on two device lines");
      }
      imeis_.push_back(own.serial);
    }
    return {};
  }

  bool is_known(Text imei) const {
    return std::find(imeis_.begin(), imeis_.end(), imei) != imeis_.end();
  }

  /// O-28: the device must be on an earlier line.
  Failure no_such_device(const LineBody& body, size_t index, const ProductInstance& plan) {
    const std::string_view imei = store_.view(plan.phone_imei);
    const bool legacy = body.line.has("instances") && body.instances.empty();
    const std::string path = body.line.path(legacy ? "instances" : "productInstances");
    for (size_t later = index + 1; later < bodies_.size(); ++later) {
      const std::vector<std::string_view> named = device_imeis(context_, bodies_[later].line);
      if (std::find(named.begin(), named.end(), imei) == named.end()) continue;
      return fail(Code::invalid_instance_order,
                  "The device line must come before the plan line that names it.", path);
    }
    return fail(Code::invalid_phone_imei_reference, std::string(no_device), path);
  }

  Failure read_quantity_sent(const Body& body, OrderItem& item) {
    if (!body.has("quantity")) return {};
    Result<Decimal> quantity = read_quantity(body, "quantity");
    if (!quantity) return std::move(quantity.failure);
    item.quantity = quantity.value;
    return {};
  }

  /// O-22: what was sent, or what the instances come to, or both if they are the same.
  Failure settle_quantity(const Body& body, OrderItem& item) {
    if (instances_.empty()) {
      if (item.quantity) return {};
      return fail(Code::missing_required_field,
                  "A line needs 'quantity', or 'instances' for serialized products.",
                  body.path("quantity"));
    }
    const Decimal count = count_of(instances_);
    if (item.quantity && *item.quantity != count) {
      return fail(
          Code::invalid_quantity,
          "The line's instances come to " + count.str() + ", not " + (*item.quantity).str() + ".",
          body.path("quantity"));
    }
    item.quantity = count;
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
    const pricing::Deal deal{order_.currency, item.seller, order_.supplier, order_.customer,
                             context_.now};
    if (item.manual_price != MaybeBool::yes && pricing::is_contested(store_, item.product, deal)) {
      hint("T-C-6", "the lowest price won over a more specific or an equal one");
    }
    if (!item.unit_amount) hint("T-O-13", "no price: amounts are null and approval will fail");
    if (!pricing::vat_code(store_, item.product)) {
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
  const std::vector<LineBody>& bodies_;
  std::vector<ProductInstance> instances_;
  // Of earlier lines:
  std::map<uint64_t, DecimalSum> left_;  // of products at owners, if there are several sellers
  std::vector<Text> imeis_;              // of devices
};

}  // namespace

Result<std::vector<LineBody>> read_lines(Context& context, const Body& body,
                                         Body::Purpose purpose) {
  std::vector<LineBody> bodies;
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
    Result<LineBody> read = LineBody::read(context, *item, purpose);
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

/// What a customer that does not exist yet is, by what is told of it (O-11); null: nobody can say.
const Type* type_of_customer(const JsonDocument& json, const JsonNode& customer) {
  if (const JsonNode* type = json.find(customer, "@type")) {
    for (const Type* each : {&person_type, &company_type, &store_type}) {
      if (type->text == each->name) return each;
    }
    return nullptr;
  }
  const auto says = [&](std::string_view member) {
    const JsonNode* node = json.find(customer, member);
    return node != nullptr && node->type != JsonType::null;
  };
  for (const std::string_view name : {"givenName", "familyName", "fullName"}) {
    if (says(name)) return &person_type;
  }
  return says("organizationNumber") ? &company_type : nullptr;
}

bool tells_more_than_identifiers(const JsonDocument& json, const JsonNode& reference) {
  for (const JsonNode* each = json.first(reference); each != nullptr; each = json.next(*each)) {
    const bool says = each->key != "identifiers" && !each->key.starts_with('@');
    if (says && each->type != JsonType::null) return true;
  }
  return false;
}

/// The customer, who comes into being with the order if it says who that is (O-11, C-16).
Result<Ref> read_customer(Context& context, const Body& body) {
  const JsonNode* node = body.has("customer") ? body.get("customer") : nullptr;
  if (node == nullptr || !tells_more_than_identifiers(context.json, *node) ||
      !is_unknown(context, TableId::agents, *node)) {
    report_customer_data(context, body);
    return required(context, body, "customer", TableId::agents);
  }
  const Type* type = type_of_customer(context.json, *node);
  if (const JsonNode* roots = context.json.find(*node, "stockRoots");
      roots != nullptr && roots->count != 0) {
    return fail(Code::invalid_value,
                "A customer that comes with its order brings no stock places: PATCH its "
                "'stockRoots' when it exists.",
                context.json.path(*roots));
  }
  if (type != nullptr) return catalog::create_agent(context, *type, *node);
  Failure failure = fail(Code::invalid_value,
                         "The customer does not exist, and what is told of it does not say whether "
                         "it is a person, a company or a store.",
                         body.path("customer"));
  failure->suggestion = "Add \"@type\": \"person\", \"company\" or \"store\".";
  return failure;
}

/// A new order takes the customer's addresses (O-13).
void copy_addresses(const Store& store, TradeOrder& order) {
  const AgentAddresses& own = store.at<Agent>(order.customer).addresses;
  const auto copy = [&](List<Address>& to, const Address& first) {
    for (const Address* each : {&first, &own.main, &own.home}) {
      if (*each == Address{}) continue;
      to.push_back(*each);
      return;
    }
  };
  copy(order.delivery_addresses, own.delivery);
  copy(order.invoice_addresses, own.invoice);
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
  Result<Ref> customer = read_customer(context, body);
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
  for (const std::string_view scalar :
       {"reservedUntil", "suppliersId", "customersId", "carrier", "labels"}) {
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
  if (Failure failure = check_labels(context, {}, order.labels, "TradeOrder", body)) {
    return failure;
  }
  copy_addresses(context.store, order);
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
  Result<std::vector<LineBody>> bodies =
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
    add_instances(context, Ref::to(store.rows<OrderItem>().size()), item.value, lines.instances());
    order.items.push_back(store.insert(std::move(item.value)));
  }
  make_relationship(context, order);
  check(store.insert(std::move(order)) == order_ref);
  if (Failure failure = check_total(context, order_ref, body.path("items"))) return failure;
  if (reserves) {
    if (Failure failure = reserve_new_order(context, order_ref)) return failure;
  }
  if (body.has("actions")) {
    const JsonNode* actions = body.get("actions");
    if (Failure failure = run_actions(context, order_ref, *actions)) return failure;
    const uint32_t names = action_names(context, *actions);
    store.update<TradeOrder>(order_ref, [&](TradeOrder& row) { row.actions_at_creation = names; });
  }
  return order_ref;
}

}  // namespace waybill::orders
