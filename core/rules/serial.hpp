#pragma once

#include "rules/body.hpp"

namespace waybill {

/// A member of an object that is there and not null; null if `object` is no object.
const JsonNode* find_set(const JsonDocument& json, const JsonNode* object, std::string_view name);

/// The serial number that an entry of `productInstances` names: `serialNumber`, `domain.imei` or
/// `domain.serialNumber` (O-30); null for none.
const JsonNode* serial_number(const JsonDocument& json, const Body& instance);

}  // namespace waybill
