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

Result<std::string> identifier_text(const JsonNode& value, std::string_view key,
                                    const std::string& path) {
  std::string text;
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
                path);
  }
  if (key == "percentage") {
    const auto percentage = Decimal::parse(text);
    if (!percentage || percentage->is_negative() || *percentage > Decimal::from_int(100)) {
      return fail(Code::invalid_identifier, "A percentage is a decimal from 0 to 100.", path);
    }
    text = percentage->str();
  }
  return text;
}

namespace {

Failure not_one(Context& context, TableId table, const JsonNode& identifiers, std::string path,
                bool several) {
  const ReferenceInfo about = reference_info(table);
  std::string used;
  context.json.append(used, identifiers);
  Failure failure =
      fail(about.not_found,
           (several ? "More than one " : "No ") + std::string(about.type) +
               (several ? " carries " : " has the identifiers ") + used.substr(0, 300),
           std::move(path));
  failure->suggestion = "Look for the " + std::string(about.type) + " with GET /v1/" +
                        std::string(about.collection) + ".";
  failure->extra =
      ",\"usedIndex\":" + (used.size() > 2000 ? std::string("{}") : used) + ",\"indexerOwner\":";
  append_json_string(failure->extra, about.collection);
  failure->extra += ",\"indexType\":";
  append_json_string(failure->extra, about.type);
  return failure;
}

/// Rows that carry one identifier, by the key's form; `known` is false for a malformed key.
std::vector<uint32_t> rows_with(Context& context, TableId table, const ReferenceInfo& about,
                                std::string_view key, const std::string& value, bool& known) {
  std::vector<uint32_t> rows;
  known =
      key == "key" || (!about.special.empty() && key == about.special) || is_namespaced_key(key);
  if (!known) return rows;
  const TableBase& of = context.store.table(table);
  if (key == "key") {
    const auto row = context.keys.row(table, value);
    if (row && of.alive(*row)) rows.push_back(*row);
    return rows;
  }
  const Strings& strings = context.store.strings();
  for (const uint32_t row : of.find_identifier(strings.find(key), strings.find(value))) {
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

Result<Ref> resolve(Context& context, TableId table, const JsonNode& node, std::string path) {
  if (node.type != JsonType::object) {
    return failed_coercion(context, "a reference: {\"identifiers\":{...}}", node, std::move(path));
  }
  const ReferenceInfo about = reference_info(table);
  const JsonNode* identifiers = context.json.find(node, "identifiers");
  if (identifiers == nullptr) {
    return fail(Code::bad_request,
                "A reference is {\"identifiers\":{...}}; '" + path + "' has no 'identifiers'.",
                path);
  }
  if (identifiers->type != JsonType::object) {
    return fail(Code::invalid_index, "'identifiers' must be an object.", std::move(path));
  }
  std::vector<uint32_t> rows;
  bool any = false;
  for (const JsonNode* own = context.json.first(*identifiers); own != nullptr;
       own = context.json.next(*own)) {
    if (own->key.starts_with('@')) continue;
    Result<std::string> value = identifier_text(*own, own->key, path);
    if (!value) return std::move(value.failure);
    bool known;
    const std::vector<uint32_t> found =
        rows_with(context, table, about, own->key, value.value, known);
    if (!known) continue;
    if (any) {
      std::erase_if(
          rows, [&](uint32_t row) { return !std::binary_search(found.begin(), found.end(), row); });
    } else {
      rows = found;
    }
    any = true;
  }
  if (!any) {
    return fail(Code::invalid_identifier,
                "A " + std::string(about.type) +
                    " is named by its key or a namespaced identifier such as com.acme.id; '" +
                    path + "' holds neither.",
                path);
  }
  if (rows.size() != 1) {
    return not_one(context, table, *identifiers, std::move(path), rows.size() > 1);
  }
  if (const JsonNode* type = context.json.find(node, "@type")) {
    if (type->text != context.view.type_of(table, rows[0]).name && type->text != about.type) {
      return not_one(context, table, *identifiers, std::move(path), false);
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
    const std::string path = join_path(body.path("identifiers"), own->key);
    if (own->key == "key" || own->key.starts_with('@')) continue;
    const bool is_special = !special.empty() && own->key == special;
    if (!is_special && !is_namespaced_key(own->key)) {
      context.hint("T-H-1", path.substr(0, 150), "dropped: not a namespaced key of three segments");
      continue;
    }
    const Text key = context.store.intern(own->key);
    if (own->type == JsonType::null) {
      for (uint32_t i = 0; i < identifiers.size(); ++i) {
        if (identifiers[i].key == key && !is_special) identifiers.erase(i--);
      }
      continue;
    }
    Result<std::string> text = identifier_text(*own, own->key, path);
    if (!text) return std::move(text.failure);
    const Text value = context.store.intern(text.value);
    if (is_special) {
      for (const uint32_t row : context.store.table(table).find_identifier(key, value)) {
        if (self && row == self.row()) continue;
        return fail(Code::already_exists,
                    "There is already one with " + std::string(special) + " " + text.value + ".",
                    path);
      }
    }
    set_identifier(identifiers, key, value);
  }
  return {};
}

}  // namespace waybill
