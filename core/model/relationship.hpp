#pragma once

#include "model/common.hpp"

namespace waybill {

/// C-18: what a supplier and a customer have agreed upon. Orders make one if there is none (O-12).
struct TradeRelationship {
  static constexpr TableId table = TableId::trade_relationships;
  Identifiers identifiers;
  Pair parties;  // supplier, customer
  Text supplier_id, customer_id;
  MaybeInstant interval_start, interval_end, modified;
  Ref default_currency;
  MaybeBool credit_allowed = MaybeBool::none;
  MaybeBool allows_back_order = MaybeBool::none;
  MaybeBool accepted_membership_terms = MaybeBool::none;
  MaybeBool accepted_promotional_material = MaybeBool::none;
  Ref supplier() const { return parties.first; }
  Ref customer() const { return parties.second; }
  friend bool operator==(const TradeRelationship&, const TradeRelationship&) = default;
};
extern const Type trade_relationship_type;

}  // namespace waybill
