#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "model/catalog.hpp"
#include "rules/body.hpp"

namespace waybill {

ReferenceInfo reference_info(TableId table) {
  switch (table) {
    case TableId::agents:
      return {"agents", "agent", "", Code::agent_not_found};
    case TableId::products:
      return {"products", "product", "", Code::product_not_found};
    case TableId::vat_codes:
      return {"vat-codes", "vat code", "percentage", Code::vat_code_not_found};
    case TableId::currencies:
      return {"currencies", "currency", "currencyCode", Code::currency_not_found};
    case TableId::countries:
      return {"countries", "country", "countryCode", Code::country_not_found};
    case TableId::payment_methods:
      return {"payment-methods", "payment method", "methodId", Code::payment_method_not_found};
    case TableId::trade_orders:
      return {"trade-orders", "trade order", "", Code::order_not_found};
    case TableId::order_items:
      return {"trade-order-items", "trade order item", "", Code::item_not_found};
    case TableId::stock_places:
      return {"stock-places", "stock place", "", Code::stock_place_not_found};
    case TableId::adjustment_reasons:
      return {"stock-adjustment-reasons", "stock adjustment reason", "", Code::reason_not_found};
    case TableId::shipment_orders:
      return {"shipment-orders", "shipment order", "", Code::failed_indexing};
    default:
      return {"", "", "", Code::failed_indexing};
  }
}

Result<std::string_view> identifier_text(Context& context, const JsonNode& value,
                                         std::string_view key) {
  std::string_view text;
  switch (value.type) {
    case JsonType::string:
    case JsonType::number:
      text = value.text;
      break;
    case JsonType::boolean:
      text = value.truth ? "true" : "false";
      break;
    default:
      break;
  }
  if (text.empty() || text.size() > limits::identifier_value_chars) {
    return fail(Code::invalid_identifier, "An identifier's value is a text of 1 to 512 characters.",
                context.json.path(value));
  }
  if (key == "percentage") {
    const auto percentage = Decimal::parse(text);
    if (!percentage || percentage->is_negative() || *percentage > Decimal::from_int(100)) {
      return fail(Code::invalid_identifier, "A percentage is a decimal from 0 to 100.",
                  context.json.path(value));
    }
    text = context.view.arena.copy(percentage->str());
  }
  return text;
}

namespace {

/// A reference that names nothing, or more than one row, or one of another type.
Failure not_one(Context& context, TableId table, const JsonNode& node, const JsonNode& identifiers,
                bool several) {
  const ReferenceInfo about = reference_info(table);
  Bytes used;
  context.json.append(used, identifiers);
  Failure failure = fail(about.not_found,
                         (several ? "More than one " : "No ") + std::string(about.type) +
                             (several ? " carries " : " has the identifiers ") +
                             std::string(used.view().substr(0, 300)),
                         context.json.path(node));
  failure->suggestion = "Look for the " + std::string(about.type) + " with GET /v1/" +
                        std::string(about.collection) + ".";
  failure->extra += ",\"usedIndex\":";
  failure->extra += used.size() > 2000 ? std::string_view("{}") : used.view();
  failure->extra += ",\"indexerOwner\":";
  append_json_string(failure->extra, about.collection);
  failure->extra += ",\"indexType\":";
  append_json_string(failure->extra, about.type);
  return failure;
}

/// The rows that carry one identifier; nullopt for a key that is malformed for the type. `row` is
/// room for the one that a database key names.
std::optional<std::span<const uint32_t>> rows_with(Context& context, TableId table,
                                                   std::string_view special, std::string_view key,
                                                   std::string_view value, uint32_t& row) {
  const TableBase& of = context.store.table(table);
  if (key == "key") {
    const auto named = context.keys.row(table, value);
    row = named.value_or(0);
    return std::span<const uint32_t>(&row, named && of.alive(row) ? 1 : 0);
  }
  if ((special.empty() || key != special) && !is_namespaced_key(key)) return std::nullopt;
  const Strings& strings = context.store.strings();
  return of.find_identifier(strings.find(key), strings.find(value));
}

}  // namespace

Result<Ref> resolve(Context& context, TableId table, const JsonNode& node) {
  if (node.type != JsonType::object) {
    return failed_coercion(context, "a reference: {\"identifiers\":{...}}", node);
  }
  const JsonNode* identifiers = context.json.find(node, "identifiers");
  if (identifiers == nullptr) {
    const std::string path = context.json.path(node);
    return fail(Code::bad_request,
                "A reference is {\"identifiers\":{...}}; '" + path + "' has no 'identifiers'.",
                path);
  }
  if (identifiers->type != JsonType::object) {
    return fail(Code::invalid_index, "'identifiers' must be an object.", context.json.path(node));
  }
  const ReferenceInfo about = reference_info(table);
  std::span<const uint32_t> rows;
  std::vector<uint32_t> narrowed;  // once there is a second identifier
  uint32_t by_key = 0;
  bool any = false;
  for (const JsonNode* own = context.json.first(*identifiers); own != nullptr;
       own = context.json.next(*own)) {
    if (own->key.starts_with('@')) continue;
    Result<std::string_view> value = identifier_text(context, *own, own->key);
    if (!value) return std::move(value.failure);
    const auto found = rows_with(context, table, about.special, own->key, value.value, by_key);
    if (!found) continue;
    if (any) {
      std::vector<uint32_t> both;
      std::set_intersection(rows.begin(), rows.end(), found->begin(), found->end(),
                            std::back_inserter(both));
      narrowed = std::move(both);
      rows = narrowed;
    } else {
      rows = *found;
    }
    any = true;
  }
  if (!any) {
    const std::string path = context.json.path(node);
    return fail(Code::invalid_identifier,
                "A " + std::string(about.type) +
                    " is named by its key or a namespaced identifier such as com.acme.id; '" +
                    path + "' holds neither.",
                path);
  }
  if (rows.size() != 1) return not_one(context, table, node, *identifiers, rows.size() > 1);
  if (const JsonNode* type = context.json.find(node, "@type")) {
    if (type->text != context.view.type_of(table, rows[0]).name && type->text != about.type) {
      return not_one(context, table, node, *identifiers, false);
    }
  }
  return Ref::to(rows[0]);
}

void set_identifier(Identifiers& identifiers, Text key, Text value) {
  for (Identifier& own : identifiers) {
    if (own.key == key) {
      own.value = value;
      return;
    }
  }
  identifiers.push_back({key, value});
}

Failure assign_identifiers(Context& context, const Body& body, std::string_view special,
                           TableId table, Ref self, Identifiers& identifiers) {
  const JsonNode* node = body.get("identifiers");
  if (node == nullptr || node->type != JsonType::object) return {};
  for (const JsonNode* own = context.json.first(*node); own != nullptr;
       own = context.json.next(*own)) {
    if (own->key == "key" || own->key.starts_with('@')) continue;
    const bool is_special = !special.empty() && own->key == special;
    if (!is_special && !is_namespaced_key(own->key)) {
      context.hint("T-H-1", context.json.path(*own),
                   "dropped: not a namespaced key of three segments");
      continue;
    }
    const Text key = context.store.intern(own->key);
    if (own->type == JsonType::null) {
      for (uint32_t i = 0; i < identifiers.size(); ++i) {
        if (identifiers[i].key == key && !is_special) identifiers.erase(i--);
      }
      continue;
    }
    Result<std::string_view> text = identifier_text(context, *own, own->key);
    if (!text) return std::move(text.failure);
    const Text value = context.store.intern(text.value);
    if (is_special) {
      for (const uint32_t row : context.store.table(table).find_identifier(key, value)) {
        if (self && row == self.row()) continue;
        return fail(Code::already_exists,
                    "There is already one with " + std::string(special) + " " +
                        std::string(text.value) + ".",
                    context.json.path(*own));
      }
    }
    set_identifier(identifiers, key, value);
  }
  return {};
}

}  // namespace waybill
