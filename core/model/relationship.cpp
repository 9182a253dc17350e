#include "model/relationship.hpp"

namespace waybill {

namespace {

constexpr Member party(std::string_view name, uint8_t tag, size_t offset, std::string_view doc) {
  return {.name = name,
          .kind = Kind::ref,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .access = Access::update,
          .show = Show::by_default,
          .doc = doc,
          .target = TableId::agents,
          .indexed = Indexed::equal};
}

constexpr Member relationship_members[] = {
    WAYBILL_IDENTIFIERS(TradeRelationship),
    party("supplierAgent", 2, offsetof(TradeRelationship, parties) + offsetof(Pair, first),
          "Who sells."),
    party("customerAgent", 3, offsetof(TradeRelationship, parties) + offsetof(Pair, second),
          "Who buys."),
    Member{.name = "parties",
           .kind = Kind::pair,
           .offset = offsetof(TradeRelationship, parties),
           .show = Show::internal,
           .indexed = Indexed::equal},
    stored("supplierId", Kind::text, 4, offsetof(TradeRelationship, supplier_id), Show::by_default,
           "The supplier's number at the customer."),
    stored("customerId", Kind::text, 5, offsetof(TradeRelationship, customer_id), Show::by_default,
           "The customer's number at the supplier."),
    stored("intervalStart", Kind::instant, 6, offsetof(TradeRelationship, interval_start),
           Show::by_default, "When it begins."),
    stored("intervalEnd", Kind::instant, 7, offsetof(TradeRelationship, interval_end),
           Show::by_default, "When it ends."),
    stored("defaultCurrency", Kind::ref, 8, offsetof(TradeRelationship, default_currency),
           Show::on_request, "Currency the two trade in.", TableId::currencies),
    stored("creditAllowed", Kind::boolean, 9, offsetof(TradeRelationship, credit_allowed),
           Show::on_request, "Recorded only (C-18)."),
    stored("allowsBackOrder", Kind::boolean, 10, offsetof(TradeRelationship, allows_back_order),
           Show::on_request, "Whether orders are approved without enough stock (O-40)."),
    stored("acceptedMembershipTerms", Kind::boolean, 11,
           offsetof(TradeRelationship, accepted_membership_terms), Show::on_request,
           "Whether the customer accepted the terms of membership."),
    stored("acceptedPromotionalMaterial", Kind::boolean, 12,
           offsetof(TradeRelationship, accepted_promotional_material), Show::on_request,
           "Whether the customer accepted promotional material."),
    internal("modified", Kind::instant, 13, offsetof(TradeRelationship, modified), TableId::engine,
             Indexed::ordered),
    unsupported_member("groups"),
    unsupported_member("projectReferences"),
};

}  // namespace

const Type trade_relationship_type{"trade relationship", relationship_members};

}  // namespace waybill
