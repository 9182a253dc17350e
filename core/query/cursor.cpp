#include "query/cursor.hpp"

#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "query/compare.hpp"

namespace waybill::query {

namespace {

std::string sort_name(std::string_view path, std::string_view direction) {
  return "'" + std::string(path) + ":" + std::string(direction) + "'";
}

}  // namespace

Result<const Predicate*> read_cursor(std::string_view token, const SortKey& key, Arena& arena) {
  const auto malformed = [] {
    return fail(Code::bad_request, "Malformed cursor token: invalid base64url or JSON");
  };
  Bytes text;
  JsonDocument json;
  if (token.size() > limits::cursor_chars || !append_base64url_decoded(text, token) ||
      !json.parse(text.view()) || json.root().type != JsonType::object) {
    return malformed();
  }
  const JsonNode* value = json.find(json.root(), "v");
  const JsonNode* path = json.find(json.root(), "f");
  const JsonNode* direction = json.find(json.root(), "d");
  const bool whole = value != nullptr && path != nullptr && direction != nullptr &&
                     (value->type == JsonType::string || value->type == JsonType::number) &&
                     path->type == JsonType::string && direction->type == JsonType::string;
  if (!whole) return malformed();
  const std::string_view asked = key.descending ? "desc" : "asc";
  if (path->text != key.text || direction->text != asked) {
    return fail(Code::bad_request,
                "Cursor token does not match 'orderby': the token was issued for " +
                    sort_name(path->text, direction->text) + " but the request asks for " +
                    sort_name(key.text, asked));
  }
  Predicate bound;
  bound.cmp = key.descending ? Cmp::lt : Cmp::gt;
  bound.value = arena.copy(value->text);
  bound.number = Decimal::parse(bound.value);
  bound.instant = Instant::parse(bound.value);
  return static_cast<const Predicate*>(arena.make(bound));
}

std::string make_cursor(const View& view, const Value& value, const SortKey& key) {
  Bytes json("{\"v\":");
  const std::string_view text = text_of(view, value).text();
  if (value.kind() == ValueKind::count) {
    json += text;
  } else {
    append_json_string(json, text);
  }
  json += ",\"f\":";
  append_json_string(json, key.text);
  json += key.descending ? ",\"d\":\"desc\"}" : ",\"d\":\"asc\"}";
  std::string token;
  append_base64url(token, json.view());
  return token;
}

}  // namespace waybill::query
