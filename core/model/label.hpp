#pragma once

#include "model/common.hpp"

namespace waybill {

/// C-1, O-92: what orders and shipments can be marked with.
struct Label {
  static constexpr TableId table = TableId::labels;
  Identifiers identifiers;
  Text title, color, description;
  List<Text> applicable_only_to;  // such as TradeOrder; empty: to all
  friend bool operator==(const Label&, const Label&) = default;
};
extern const Type label_type;

}  // namespace waybill
