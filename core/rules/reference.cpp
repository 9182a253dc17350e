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
    case TableId::prices:
      return {"prices", "price", "", Code::failed_indexing};
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
    case TableId::shipment_items:
      return {"shipment-orders", "shipment item", "", Code::item_not_found};
    case TableId::return_reasons:
      return {"return-reasons", "return reason", "", Code::reason_not_found};
    case TableId::labels:
      return {"labels", "label", "", Code::failed_indexing};
    case TableId::product_groups:
      return {"product-groups", "product group", "", Code::failed_indexing};
    case TableId::trade_relationships:
      return {"trade-relationships", "trade relationship", "", Code::failed_indexing};
    case TableId::product_instances:
      return {"trade-order-items", "product instance", "", Code::failed_indexing};
    case TableId::stocks:
      return {"stocks", "stock", "", Code::failed_indexing};
    default:
      return {"", "", "", Code::failed_indexing};
  }
}

bool is_identifier_value(std::string_view text) {
  const bool short_enough = text.size() <= limits::identifier_value_chars ||
                            count_characters(text) <= limits::identifier_value_chars;
  return !text.empty() && short_enough;
}

std::string_view normalized_identifier(std::string_view key, std::string_view value, Arena& arena) {
  if (key != "percentage") return value;
  const auto number = Decimal::parse(value);
  return number ? arena.copy(number->str()) : value;
}

Failure check_identifier(std::string_view key, std::string_view value, std::string path) {
  if (!is_identifier_value(value)) {
    return fail(Code::invalid_identifier, "An identifier's value is a text of 1 to 512 characters.",
                std::move(path));
  }
  if (key != "percentage") return {};
  const auto percentage = Decimal::parse(value);
  if (percentage && !percentage->is_negative() && *percentage <= Decimal::from_int(100) &&
      percentage->scale() <= limits::percentage_decimals) {
    return {};
  }
  return fail(Code::invalid_identifier,
              "A percentage is a decimal from 0 to 100 with at most " +
                  std::to_string(limits::percentage_decimals) + " decimals.",
              std::move(path));
}

Result<std::string_view> identifier_text(Context& context, const JsonNode& value,
                                         std::string_view key) {
  std::string_view text;
  if (value.type == JsonType::string || value.type == JsonType::number) text = value.text;
  if (value.type == JsonType::boolean) text = value.truth ? "true" : "false";
  if (key == "percentage" || !is_identifier_value(text)) {
    if (Failure failure = check_identifier(key, text, context.json.path(value))) return failure;
  }
  return normalized_identifier(key, text, context.view.arena);
}

Failure check_identifier_count(const Context& context, const JsonNode& identifiers) {
  if (identifiers.count <= limits::identifiers) return {};
  return fail(Code::invalid_identifier,
              "There are at most " + std::to_string(limits::identifiers) + " identifiers.",
              context.json.path(identifiers));
}

namespace {

std::string with_article(std::string_view noun) {
  const bool vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(noun);
}

/// A reference that names nothing, or more than one row, or one of another type.
enum class Mismatch : uint8_t { none, several, other_type };
Failure not_one(Context& context, TableId table, const JsonNode& node, const JsonNode& identifiers,
                Mismatch mismatch) {
  const ReferenceInfo about = reference_info(table);
  const std::string type(about.type);
  Bytes used;
  context.json.append(used, identifiers);
  const std::string shown(used.view().substr(0, 300));
  std::string details = "No " + type + " has the identifiers " + shown;
  if (mismatch == Mismatch::several) details = "More than one " + type + " carries " + shown;
  if (mismatch == Mismatch::other_type) {
    details = "The " + type + " with the identifiers " + shown + " has another @type";
  }
  Failure failure = fail(about.not_found, std::move(details), context.json.path(node));
  failure->suggestion =
      "Look for the " + type + " with GET /v1/" + std::string(about.collection) + ".";
  failure->extra += ",\"usedIndex\":";
  failure->extra += used.size() > 2000 ? std::string_view("{}") : used.view();
  failure->extra += ",\"indexerOwner\":";
  append_json_string(failure->extra, about.collection);
  failure->extra += ",\"indexType\":";
  append_json_string(failure->extra, about.type);
  return failure;
}

/// The rows that carry one identifier, whose key is well-formed.
Posting rows_with(Context& context, TableId table, std::string_view key, std::string_view value) {
  const TableBase& of = context.store.table(table);
  if (key == "key") {
    const auto named = context.keys.row(table, value);
    return named && of.alive(*named) ? Posting(*named) : Posting();
  }
  const Strings& strings = context.store.strings();
  return of.find_identifier(strings.find(key), strings.find(value));
}

/// Whether a reference to a type may use the key (H-21, H-25).
bool is_identifier_key(std::string_view key, std::string_view special) {
  return key == "key" || (!special.empty() && key == special) || is_namespaced_key(key);
}

/// Where the identifiers of a reference stand, its form checked.
Result<const JsonNode*> identifiers_of(Context& context, const JsonNode& node) {
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
  if (Failure failure = check_identifier_count(context, *identifiers)) return failure;
  return identifiers;
}

Failure names_nothing(Context& context, const ReferenceInfo& about, const JsonNode& node) {
  const std::string path = context.json.path(node);
  std::string names = "its key or a namespaced identifier such as com.acme.id";
  if (!about.special.empty()) names = std::string(about.special) + ", " + names;
  std::string subject = with_article(about.type);
  subject[0] = 'A';
  return fail(Code::invalid_identifier,
              subject + " is named by " + names + "; '" + path + "' holds none of them.", path);
}

}  // namespace

Failure find_named(Context& context, TableId table, const JsonNode& node, NamedRows& out) {
  Result<const JsonNode*> identifiers = identifiers_of(context, node);
  if (!identifiers) return std::move(identifiers.failure);
  const ReferenceInfo about = reference_info(table);
  bool any = false;
  for (const JsonNode* own = context.json.first(*identifiers.value); own != nullptr;
       own = context.json.next(*own)) {
    if (!is_identifier_key(own->key, about.special)) continue;
    Result<std::string_view> value = identifier_text(context, *own, own->key);
    if (!value) return std::move(value.failure);
    const auto found = rows_with(context, table, own->key, value.value);
    out.some = out.some || !found.empty();
    if (any) {
      RowSet both;
      for (const uint32_t row : out.rows) {
        if (found.contains(row)) both.add(row);
      }
      out.narrowed = std::move(both);
      out.rows = Posting(out.narrowed);
    } else {
      out.rows = found;
    }
    any = true;
  }
  return any ? Failure{} : names_nothing(context, about, node);
}

Result<Ref> resolve(Context& context, TableId table, const JsonNode& node) {
  NamedRows named;
  if (Failure failure = find_named(context, table, node, named)) return failure;
  const Posting& rows = named.rows;
  const JsonNode& identifiers = *context.json.find(node, "identifiers");
  if (rows.size() != 1) {
    return not_one(context, table, node, identifiers,
                   rows.empty() ? Mismatch::none : Mismatch::several);
  }
  if (const JsonNode* type = context.json.find(node, "@type")) {
    if (type->text != context.view.type_of(table, *rows.first()).name &&
        type->text != reference_info(table).type) {
      return not_one(context, table, node, identifiers, Mismatch::other_type);
    }
  }
  return Ref::to(*rows.first());
}

Result<Ref> resolve_part(Context& context, TableId table, const JsonNode& node, const Member& whole,
                         Ref of) {
  NamedRows named;
  if (Failure failure = find_named(context, table, node, named)) return failure;
  Ref found;
  bool one = true;
  for (const uint32_t row : named.rows) {
    if (field<Ref>(context.store.table(table).row(row), whole) != of) continue;
    one = !found;
    found = Ref::to(row);
  }
  return found && one ? Result<Ref>(found) : resolve(context, table, node);
}

bool is_unknown(Context& context, TableId table, const JsonNode& node) {
  const Result<const JsonNode*> identifiers = identifiers_of(context, node);
  if (!identifiers || context.json.find(*identifiers.value, "key") != nullptr) return false;
  NamedRows named;
  return !find_named(context, table, node, named) && !named.some;
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
  if (Failure failure = check_identifier_count(context, *node)) return failure;
  for (const JsonNode* own = context.json.first(*node); own != nullptr;
       own = context.json.next(*own)) {
    if (own->key.starts_with('@')) continue;
    if (own->key == "key") {
      if (!self || own->text != context.keys.text(table, self.row())) {
        context.hint("T-H-3", context.json.path(*own), "ignored: the engine gives keys");
      }
      continue;
    }
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
        Failure failure = fail(Code::already_exists,
                               "There is already one with " + std::string(special) + " " +
                                   std::string(text.value) + ".",
                               context.json.path(*own));
        add_conflicting_resource(context, *failure, reference_info(table).collection, table, row);
        return failure;
      }
    }
    set_identifier(identifiers, key, value);
  }
  if (identifiers.size() <= limits::identifiers) return {};
  return fail(Code::invalid_identifier,
              "There are at most " + std::to_string(limits::identifiers) + " identifiers.",
              context.json.path(*node));
}

void add_conflicting_resource(const Context& context, Error& error, std::string_view collection,
                              TableId table, uint32_t row) {
  error.extra += ",\"conflictingResource\":\"";
  error.extra += context.root;
  error.extra += collection;
  error.extra += '/';
  context.keys.append(error.extra, table, row);
  error.extra += '"';
}

}  // namespace waybill
