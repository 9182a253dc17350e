#pragma once

#include "model/common.hpp"

namespace waybill {

/// O-30: units of a line or of an adjustment's item that are told apart, one by its serial number
/// or several without one.
struct ProductInstance {
  static constexpr TableId table = TableId::product_instances;
  Identifiers identifiers;
  Ref product;
  Ref line;               // the order's line, or none
  MaybeDecimal quantity;  // 1 with a serial number
  uint32_t phase = 0;     // of a line's unit with a serial number: Phase
  Text serial;            // a device's IMEI, or another serial number
  Text phone_imei;        // of the device that a plan is for
  Text domain;            // what else was sent, a JSON object
  friend bool operator==(const ProductInstance&, const ProductInstance&) = default;
};
extern const Type product_instance_type;

}  // namespace waybill
