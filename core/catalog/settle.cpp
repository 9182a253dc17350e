#include <algorithm>

#include "catalog/catalog.hpp"
#include "catalog/reference_data.hpp"
#include "model/catalog.hpp"
#include "model/stock.hpp"
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

/// C-11: the full name follows the parts unless it was written itself.
void settle_name(Context& context, Ref ref, const Body& body) {
  Store& store = context.store;
  const Agent& agent = store.at<Agent>(ref);
  Text full = agent.full_name;
  if (body.get("name") != nullptr) full = agent.name;
  if (body.get("name") == nullptr && body.get("fullName") == nullptr &&
      (body.get("givenName") != nullptr || body.get("familyName") != nullptr)) {
    std::string text(agent.given_name ? store.view(agent.given_name) : "");
    if (agent.family_name) {
      if (!text.empty()) text += ' ';
      text += store.view(agent.family_name);
    }
    full = text.empty() ? Text{} : store.intern(text);
  }
  store.update<Agent>(ref, [&](Agent& row) {
    row.full_name = full;
    row.name = full;
  });
}

Failure settle_agent(Context& context, Ref ref, const Body& body) {
  Store& store = context.store;
  const Agent& agent = store.at<Agent>(ref);
  const bool person = agent.kind == static_cast<uint32_t>(AgentKind::person);
  if (person) {
    settle_name(context, ref, body);
  } else if (!agent.name) {
    return missing(body, "name");
  }
  if (Failure failure = check_addresses(context, agent.addresses, body)) return failure;
  if (Failure failure = check_phones(context, agent.contact_methods, body)) return failure;
  Ref above = agent.owner;  // C-12: no cycle
  for (size_t depth = 0; above; ++depth, above = store.at<Agent>(above).owner) {
    if (above != ref && depth < 64) continue;
    return fail(Code::invalid_value, "An agent cannot belong to itself.",
                body.path(body.type().find("owner") != nullptr ? "owner" : "parent"));
  }
  for (const Ref root : agent.stock_roots) {  // C-50: a place is root of one agent; posting moves
    for (uint32_t other = 0; other < store.rows<Agent>().size(); ++other) {
      const Ref other_ref = Ref::to(other);
      if (other_ref == ref || !store.rows<Agent>().at(other).stock_roots.contains(root)) continue;
      store.update<Agent>(other_ref, [&](Agent& row) {
        for (uint32_t i = row.stock_roots.size(); i-- > 0;) {
          if (row.stock_roots[i] == root) row.stock_roots.erase(i);
        }
      });
    }
  }
  return {};
}

Failure settle_product(Context& context, Ref ref, const Body& body, bool created) {
  Store& store = context.store;
  const Product& product = store.at<Product>(ref);
  if (!product.name) return missing(body, "name");
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

Failure settle_price(Context& context, Ref ref, const Body& body, bool created) {
  Store& store = context.store;
  if (created) {
    if (!body.has("currency")) context.hint("T-C-1", "currency", "no currency: USD");
    if (!body.has("amount") && !body.has("open")) {
      context.hint("T-C-2", "amount", "no amount: 0 wins every comparison");
    }
    if (!body.has("products")) context.hint("T-C-3", "products", "applies to nothing");
  }
  if (!store.at<Price>(ref).currency) {
    const auto usd =
        store.table(TableId::currencies)
            .find_identifier(store.strings().find("currencyCode"), store.strings().find("USD"));
    check(!usd.empty());
    store.update<Price>(ref, [&](Price& row) { row.currency = Ref::to(usd[0]); });
  }
  store.update<Price>(ref, [](Price& row) {
    if (!row.amount) row.amount = Decimal();
  });
  const Price& price = store.at<Price>(ref);
  if (price.amount && ((*price.amount).is_negative() || (*price.amount).scale() > 6 ||
                       *price.amount > Decimal::from_int(1'000'000'000))) {
    return fail(Code::invalid_amount, "A price is from 0 to 1000000000 with at most 6 decimals.",
                body.path("amount"));
  }
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

Failure settle_currency(Context& context, Ref ref, const Body& body, bool created) {
  Store& store = context.store;
  if (created) store.update<Currency>(ref, [](Currency& row) { row.minor_digits = 2; });
  const Text code = special_value(store, store.at<Currency>(ref).identifiers, "currencyCode");
  if (!code) return missing(body, "identifiers/currencyCode");
  const std::string_view text = store.view(code);
  const bool capitals =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (text.size() == 3 && capitals) return {};
  return fail(Code::invalid_identifier, "A currency code is three capital letters.",
              body.path("identifiers"));
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
  if (!special_value(context.store, method.identifiers, "methodId")) {
    return missing(body, "identifiers/methodId");
  }
  return method.name ? Failure{} : missing(body, "name");
}

Failure settle_place(Context& context, Ref ref, const Body& body) {
  const StockPlace& place = context.store.at<StockPlace>(ref);
  if (!place.name) return missing(body, "name");
  Ref above = place.parent;
  for (size_t depth = 0; above; ++depth, above = context.store.at<StockPlace>(above).parent) {
    if (above != ref && depth < 64) continue;
    return fail(Code::invalid_value, "A stock place cannot lie in itself.", body.path("parent"));
  }
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
    case TableId::prices:
      return settle_price(context, ref, body, created);
    case TableId::vat_codes:
      return settle_vat_code(context, ref, body);
    case TableId::currencies:
      return settle_currency(context, ref, body, created);
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

void load_reference_data(Store& store) {
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
