#include "model/relationship.hpp"

#include "catalog/catalog.hpp"

/// What two agents have agreed upon (C-17, C-18).
namespace waybill::catalog {

Failure settle_relationship(Context& context, Ref ref, const Body& body, bool created) {
  Store& store = context.store;
  const TradeRelationship& row = store.at<TradeRelationship>(ref);
  if (!row.supplier()) return missing_member(context, body.object(), "supplierAgent");
  if (!row.customer()) return missing_member(context, body.object(), "customerAgent");
  if (body.has("creditAllowed") && row.credit_allowed == MaybeBool::yes) {
    context.hint("T-C-16", body.path("creditAllowed"), "no effect: recorded only");
  }
  if (created) {
    store.update<TradeRelationship>(ref,
                                    [&](TradeRelationship& own) { own.modified = context.now; });
  }
  return {};
}

Failure update_relationship(Context& context, Ref ref, const Body& body, bool) {
  TradeRelationship changed = context.store.at<TradeRelationship>(ref);
  if (Failure failure = assign_identifiers(context, body, {}, TableId::trade_relationships, ref,
                                           changed.identifiers)) {
    return failure;
  }
  if (Failure failure = assign_members(context, body, &changed, false)) return failure;
  const bool differs = !(changed == context.store.at<TradeRelationship>(ref));
  if (differs) {
    changed.modified = context.now;
    context.store.update<TradeRelationship>(ref, [&](TradeRelationship& row) { row = changed; });
  }
  return settle_relationship(context, ref, body, false);
}

}  // namespace waybill::catalog
