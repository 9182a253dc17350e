#include "rules/serial.hpp"

namespace waybill {

const JsonNode* find_set(const JsonDocument& json, const JsonNode* object, std::string_view name) {
  if (object == nullptr || object->type != JsonType::object) return nullptr;
  const JsonNode* own = json.find(*object, name);
  return own != nullptr && own->type != JsonType::null ? own : nullptr;
}

const JsonNode* serial_number(const JsonDocument& json, const Body& instance) {
  if (instance.has("serialNumber")) return instance.get("serialNumber");
  const JsonNode* domain = instance.get("domain");
  const JsonNode* imei = find_set(json, domain, "imei");
  return imei != nullptr ? imei : find_set(json, domain, "serialNumber");
}

}  // namespace waybill
