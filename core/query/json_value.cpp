#include "query/json_value.hpp"

namespace waybill::query {

Value value_of_json(const View& view, const JsonDocument& json, const JsonNode& node) {
  switch (node.type) {
    case JsonType::null:
      return {};
    case JsonType::boolean:
      return Value::of(node.truth);
    case JsonType::number: {
      const auto number = Decimal::parse(node.text);
      return number ? Value::of_count(*number) : Value{};
    }
    case JsonType::string:
      return Value::of(view.arena.copy(node.text));
    case JsonType::array: {
      std::vector<Value> items;
      for (const JsonNode* own = json.first(node); own != nullptr; own = json.next(*own)) {
        items.push_back(value_of_json(view, json, *own));
      }
      return Value::values(view.arena.copy(items));
    }
    case JsonType::object:
      break;
  }
  std::vector<Record::Field> fields;
  Record record;
  for (const JsonNode* own = json.first(node); own != nullptr; own = json.next(*own)) {
    if (own->key == "@type" && own->type == JsonType::string) {
      record.type = view.arena.copy(own->text);
      continue;
    }
    fields.push_back({view.arena.copy(own->key), value_of_json(view, json, *own)});
  }
  record.fields = view.arena.copy(fields);
  return Value::record(*view.arena.make(record));
}

Value value_of_json(const View& view, std::string_view text) {
  JsonDocument json;
  return json.parse(text) ? value_of_json(view, json, json.root()) : Value{};
}

}  // namespace waybill::query
