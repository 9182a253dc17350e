#include <algorithm>

#include "base/limits.hpp"
#include "catalog/catalog.hpp"
#include "catalog/reference_data.hpp"
#include "model/catalog.hpp"
#include "model/label.hpp"
#include "model/stock.hpp"
#include "pricing/price.hpp"
#include "stock/stock.hpp"

namespace waybill::catalog {

namespace {

Failure missing(const Body& body, std::string_view member) {
  return fail(Code::missing_required_field, "'" + std::string(member) + "' is required.",
              body.path(member));
}

Failure one_of(Context& context, Text value, std::initializer_list<std::string_view> allowed,
               const Body& body, std::string_view member) {
  if (!value) return {};
  std::string list;
  for (const std::string_view each : allowed) {
    if (context.store.view(value) == each) return {};
    if (!list.empty()) list += ", ";
    list += each;
  }
  return fail(Code::invalid_value, "'" + std::string(member) + "' is one of " + list + ".",
              body.path(member));
}

/// How many levels of rows stand below one, up to a limit: rows name the one above in a member.
size_t levels_below(const TableBase& table, const Member& member, Ref ref, size_t most) {
  std::vector<Ref> level{ref};
  for (size_t depth = 0;; ++depth) {
    std::vector<Ref> next;
    for (const Ref above : level) {
      for (const uint32_t row : table.find(member, above.value)) next.push_back(Ref::to(row));
    }
    if (next.empty() || depth == most) return depth;
    level = std::move(next);
  }
}

/// Whoever follows a member upwards, from the row or from one below it, comes to an end within
/// limits::owner_chain steps, and not back to where they were (C-12, C-27, C-50).
Failure check_chain(const TableBase& table, Ref ref, const Body& body, std::string_view name) {
  const Member& member = body.type().member(name);
  if (body.get(name) == nullptr) return {};
  const auto refuse = [&](const std::string& what) {
    return fail(Code::invalid_value, "'" + std::string(name) + "' " + what, body.path(name));
  };
  size_t length = 0;
  for (Ref above = ref; length <= limits::owner_chain; ++length) {
    above = field<Ref>(table.row(above.row()), member);
    if (!above) break;
    if (above == ref) return refuse("goes round in a circle.");
  }
  length += levels_below(table, member, ref, limits::owner_chain);
  if (length <= limits::owner_chain) return {};
  return refuse("leads on more than " + std::to_string(limits::owner_chain) + " times.");
}

/// C-13: a slot that is set needs line1, cityName and a known countryCode.
Failure check_addresses(Context& context, const AgentAddresses& addresses, const Body& body) {
  for (const Address* address : {&addresses.main, &addresses.home, &addresses.invoice,
                                 &addresses.delivery, &addresses.visiting}) {
    if (*address == Address{}) continue;
    if (!address->line1 || !address->city_name || !address->country_code) {
      return fail(Code::invalid_value, "An address needs line1, cityName and countryCode.",
                  body.path("addresses"));
    }
    if (!is_country(context.store.view(address->country_code))) {
      return fail(Code::invalid_value, "'countryCode' must be an ISO 3166-1 alpha-2 code.",
                  body.path("addresses"));
    }
  }
  return {};
}

Failure check_phones(Context& context, const ContactMethods& methods, const Body& body) {
  for (const Text phone : {methods.landline_phone, methods.mobile_phone, methods.work_phone}) {
    if (!phone || context.store.view(phone).starts_with('+')) continue;
    return fail(Code::invalid_value, "A phone number starts with +.", body.path("contactMethods"));
  }
  return {};
}

/// C-11: `name` and `fullName` are one, whichever was written.
void settle_name(Store& store, Ref ref, const Body& body) {
  if (body.get("name") == nullptr && body.get("fullName") == nullptr) return;
  store.update<Agent>(ref, [&](Agent& row) {
    (body.get("name") != nullptr ? row.full_name : row.name) =
        body.get("name") != nullptr ? row.name : row.full_name;
  });
}

Failure settle_agent(Context& context, Ref ref, const Body& body) {
  Store& store = context.store;
  const Agent& agent = store.at<Agent>(ref);
  const bool person = agent.kind == static_cast<uint32_t>(AgentKind::person);
  if (person) {
    settle_name(store, ref, body);
  } else if (!agent.name) {
    return missing(body, "name");
  }
  if (Failure failure = check_addresses(context, agent.addresses, body)) return failure;
  if (Failure failure = check_phones(context, agent.contact_methods, body)) return failure;
  if (agent.nationality && !is_country(store.view(agent.nationality))) {
    return fail(Code::invalid_value, "'nationality' must be an ISO 3166-1 alpha-2 code.",
                body.path("nationality"));
  }
  if (!person) {
    const bool is_store = body.type().find("owner") != nullptr;
    if (Failure failure =
            check_chain(store.table(TableId::agents), ref, body, is_store ? "owner" : "parent")) {
      return failure;
    }
  }
  for (const Ref root : List<Ref>(agent.stock_roots)) stock::make_root(store, root, ref);
  return {};
}

/// C-20: no two products have a gtin in common.
Failure check_gtin(Context& context, Ref ref, const Body& body) {
  if (body.get("gtin") == nullptr) return {};
  static const Member& gtin = *product_type.find("gtin");
  for (const Text own : context.store.at<Product>(ref).gtin) {
    for (const uint32_t row : context.store.table(TableId::products).find(gtin, own.id)) {
      if (row == ref.row()) continue;
      Failure failure =
          fail(Code::duplicate_gtin,
               "Another product has the gtin " + std::string(context.store.view(own)) + ".",
               body.path("gtin"));
      add_conflicting_resource(context, *failure, "products", TableId::products, row);
      return failure;
    }
  }
  return {};
}

Failure settle_product(Context& context, Ref ref, const Body& body, bool created) {
  Store& store = context.store;
  const Product& product = store.at<Product>(ref);
  if (!product.name) return missing(body, "name");
  if (Failure failure = check_gtin(context, ref, body)) return failure;
  store.update<Product>(ref, [&](Product& row) {
    if (!row.status) row.status = store.intern("Active");
    if (!row.classification) row.classification = store.intern("Goods");
    if (created) row.created_at = context.now;
  });
  if (Failure failure =
          one_of(context, product.status, {"Active", "Inactive", "Pending"}, body, "status")) {
    return failure;
  }
  return one_of(context, product.classification, {"Goods", "Services", "Shipping"}, body,
                "classification");
}

Failure settle_group(Context& context, Ref ref, const Body& body) {
  const Store& store = context.store;
  if (!store.at<ProductGroup>(ref).name) return missing(body, "name");
  return check_chain(store.table(TableId::product_groups), ref, body, "parentGroup");
}

Failure settle_price(Context& context, Ref ref, const Body& body, bool created) {
  Store& store = context.store;
  const auto hint = [&](std::string_view id, std::string_view member, std::string_view message) {
    context.hint(id, body.path(member), std::string(message));
  };
  const Price& written = store.at<Price>(ref);
  const auto says = [&](std::string_view member) { return created || body.get(member) != nullptr; };
  if (says("currency") && !written.currency) hint("T-C-1", "currency", "no currency: USD");
  const bool opened = written.open == MaybeBool::yes;
  const bool closed = body.get("open") != nullptr && !body.has("amount") && !opened &&
                      written.amount.value_or(Decimal()).is_zero();
  if (!opened && (closed || (says("amount") && !written.amount))) {
    hint("T-C-2", "amount", "no amount: 0 wins every comparison");
  }
  if (says("products") && written.products.empty()) {
    hint("T-C-3", "products", "applies to nothing");
  }
  if (body.get("sellers") != nullptr && written.sellers.empty()) {
    hint("T-C-5", "sellers", "empty: everyone");
  }
  if (body.get("buyers") != nullptr && written.buyers.empty()) {
    hint("T-C-5", "buyers", "empty: everyone");
  }
  if (body.has("amount") && written.open == MaybeBool::yes) {
    hint("T-C-4", "amount", "ignored: the amount of an open price is set when selling");
  }
  if (!store.at<Price>(ref).currency) {
    const auto usd =
        store.table(TableId::currencies)
            .find_identifier(store.strings().find("currencyCode"), store.strings().find("USD"));
    if (usd.empty()) return missing(body, "currency");  // it was renamed
    store.update<Price>(ref, [&](Price& row) { row.currency = Ref::to(*usd.first()); });
  }
  store.update<Price>(ref, [](Price& row) {
    if (!row.amount || row.open == MaybeBool::yes) row.amount = Decimal();
  });
  const Price& price = store.at<Price>(ref);
  if (Failure failure = pricing::check_price(*price.amount, body.path("amount"))) return failure;
  if (price.from && price.to && *price.to <= *price.from) {
    return fail(Code::invalid_value,
                "The end date, if specified, must be greater than the start date.",
                body.path("to"));
  }
  return {};
}

Text special_value(const Store& store, const Identifiers& identifiers, std::string_view key) {
  const Text wanted = store.strings().find(key);
  for (const Identifier& own : identifiers) {
    if (own.key == wanted) return own.value;
  }
  return {};
}

Failure settle_vat_code(Context& context, Ref ref, const Body& body) {
  Store& store = context.store;
  const Text percentage = special_value(store, store.at<VatCode>(ref).identifiers, "percentage");
  if (!percentage) return missing(body, "identifiers/percentage");
  const Decimal rate = *Decimal::parse(store.view(percentage));
  store.update<VatCode>(ref, [&](VatCode& row) { row.rate = rate; });
  return {};
}

/// A code of so many capital letters, which the row needs (C-41, C-43).
Failure check_code(const Store& store, const Identifiers& identifiers, std::string_view key,
                   size_t letters, const Body& body) {
  const Text code = special_value(store, identifiers, key);
  const std::string path = "identifiers/" + std::string(key);
  if (!code) return missing(body, path);
  const std::string_view text = store.view(code);
  const bool capitals =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (text.size() == letters && capitals) return {};
  return fail(
      Code::invalid_identifier,
      "'" + std::string(key) + "' is " + (letters == 2 ? "two" : "three") + " capital letters.",
      body.path(path));
}

Failure settle_currency(Context& context, Ref ref, const Body& body, bool created) {
  Store& store = context.store;
  if (created) store.update<Currency>(ref, [](Currency& row) { row.minor_digits = 2; });
  return check_code(store, store.at<Currency>(ref).identifiers, "currencyCode", 3, body);
}

Failure settle_country(Context& context, Ref ref, const Body& body) {
  const Store& store = context.store;
  return check_code(store, store.at<Country>(ref).identifiers, "countryCode", 2, body);
}

/// What a payment method is unless it says otherwise (O-65).
void set_defaults(PaymentMethod& method) {
  const auto set = [](MaybeBool& member, bool value) {
    if (member == MaybeBool::none) member = to_maybe(value);
  };
  set(method.supports_incoming, true);
  set(method.supports_outgoing, true);
  set(method.supports_reversal, true);
  set(method.requires_terminal, false);
  set(method.requires_specification, false);
}

Failure settle_method(Context& context, Ref ref, const Body& body) {
  context.store.update<PaymentMethod>(ref, set_defaults);
  const PaymentMethod& method = context.store.at<PaymentMethod>(ref);
  if (const JsonNode* integration = body.get("integration")) {
    const JsonType type = integration->type;
    if (type != JsonType::null && type != JsonType::string && type != JsonType::object) {
      return failed_coercion(context, "a reference or a string", *integration);
    }
  }
  if (!special_value(context.store, method.identifiers, "methodId")) {
    return missing(body, "identifiers/methodId");
  }
  return method.name ? Failure{} : missing(body, "name");
}

Failure settle_place(Context& context, Ref ref, const Body& body) {
  Store& store = context.store;
  const StockPlace& place = store.at<StockPlace>(ref);
  if (!place.name) return missing(body, "name");
  if (Failure failure = check_chain(store.table(TableId::stock_places), ref, body, "parent")) {
    return failure;
  }
  const JsonNode* owner = body.get("owner");
  if (owner == nullptr) return {};
  if (owner->type == JsonType::null) {
    stock::make_root(store, ref, {});
    if (stock::owner_of_place(store, ref)) {
      context.hint("T-H-3", context.json.path(*owner),
                   "ignored: the owner is that of the place it lies in");
    }
    return {};
  }
  Result<Ref> agent = resolve(context, TableId::agents, *owner);
  if (!agent) return std::move(agent.failure);
  if (stock::owner_of_place(store, ref) != agent.value) stock::make_root(store, ref, agent.value);
  return {};
}

}  // namespace

bool is_country(std::string_view code) {
  const auto countries = country_data();
  return std::any_of(countries.begin(), countries.end(),
                     [&](const CountryData& own) { return own.code == code; });
}

Failure settle(Context& context, TableId table, Ref ref, const Body& body, bool created) {
  switch (table) {
    case TableId::agents:
      return settle_agent(context, ref, body);
    case TableId::products:
      return settle_product(context, ref, body, created);
    case TableId::product_groups:
      return settle_group(context, ref, body);
    case TableId::labels:
      return context.store.at<Label>(ref).title ? Failure{} : missing(body, "title");
    case TableId::trade_relationships:
      return settle_relationship(context, ref, body, created);
    case TableId::prices:
      return settle_price(context, ref, body, created);
    case TableId::vat_codes:
      return settle_vat_code(context, ref, body);
    case TableId::currencies:
      return settle_currency(context, ref, body, created);
    case TableId::countries:
      return settle_country(context, ref, body);
    case TableId::payment_methods:
      return settle_method(context, ref, body);
    case TableId::stock_places:
      return settle_place(context, ref, body);
    case TableId::adjustment_reasons: {
      context.store.update<AdjustmentReason>(ref, [](AdjustmentReason& row) {
        if (row.active == MaybeBool::none) row.active = MaybeBool::yes;
      });
      const AdjustmentReason& reason = context.store.at<AdjustmentReason>(ref);
      if (!reason.name) return missing(body, "name");
      return one_of(context, reason.direction, {"Increase", "Decrease"}, body, "direction");
    }
    default:
      return {};
  }
}

Result<Ref> create_agent(Context& context, const Type& type, const JsonNode& node) {
  Result<Body> body = Body::read(context, type, node, Body::Purpose::create);
  if (!body) return std::move(body.failure);
  Agent agent;
  agent.kind = static_cast<uint32_t>(kind_of(type));
  if (Failure failure =
          assign_identifiers(context, body.value, {}, TableId::agents, {}, agent.identifiers)) {
    return failure;
  }
  if (Failure failure = assign_members(context, body.value, &agent, true)) return failure;
  const Ref ref = context.store.insert(std::move(agent));
  if (Failure failure = settle_agent(context, ref, body.value)) return failure;
  return ref;
}

void load_reference_data(Store& store) {
  Stock stock;
  stock.name = store.intern("Default Stock");
  stock.is_default = MaybeBool::yes;
  store.insert(std::move(stock));
  for (const CurrencyData& each : currency_data()) {
    Currency row;
    row.minor_digits = each.minor_digits;
    row.identifiers.push_back({store.intern("currencyCode"), store.intern(each.code)});
    store.insert(std::move(row));
  }
  for (const CountryData& each : country_data()) {
    Country row;
    row.name = store.intern(each.name);
    row.identifiers.push_back({store.intern("countryCode"), store.intern(each.code)});
    store.insert(std::move(row));
  }
  for (const PaymentMethodData& each : payment_method_data()) {
    PaymentMethod row;
    row.name = store.intern(each.name);
    row.identifiers.push_back({store.intern("methodId"), store.intern(each.method_id)});
    set_defaults(row);
    store.insert(std::move(row));
  }
}

}  // namespace waybill::catalog
