#include "model/stock.hpp"

#include "model/computed.hpp"

namespace waybill {

namespace {

constexpr Member place_members[] = {
    WAYBILL_IDENTIFIERS(StockPlace),
    stored("name", Kind::text, 2, offsetof(StockPlace, name), Show::by_default,
           "Name of the place."),
    stored("parent", Kind::ref, 3, offsetof(StockPlace, parent), Show::on_request,
           "The place around it.", TableId::stock_places, Indexed::equal),
    Member{.name = "owner",
           .kind = Kind::computed,
           .access = Access::update,
           .doc = "Agent whose stock root it is or lies in (C-50).",
           .target = TableId::agents,
           .compute = computed::place_owner,
           .yields = Kind::ref},
    Member{.name = "children",
           .kind = Kind::computed,
           .doc = "Places in it.",
           .target = TableId::stock_places,
           .compute = computed::place_children,
           .yields = Kind::refs},
    Member{.name = "entries",
           .kind = Kind::computed,
           .access = Access::refused,
           .doc = "Levels per product (C-53).",
           .of = &stock_entry_view_type,
           .compute = computed::place_entries,
           .yields = Kind::objects,
           .instead = "Set levels with POST /v1/stock-entries."},
    Member{.name = "effectiveAddress",
           .kind = Kind::computed,
           .doc = "Address of the owner (C-55).",
           .of = &address_type,
           .compute = computed::place_address,
           .yields = Kind::object},
    Member{.name = "transactions",
           .kind = Kind::computed,
           .doc = "The adjustments that touched it, oldest first (C-55).",
           .target = TableId::stock_adjustments,
           .compute = computed::place_transactions,
           .yields = Kind::refs},
    Member{.name = "transactionItems",
           .kind = Kind::computed,
           .doc = "What of them touched it, oldest first (C-55).",
           .target = TableId::adjustment_items,
           .compute = computed::place_transaction_items,
           .yields = Kind::refs},
};

constexpr Member reason_members[] = {
    WAYBILL_IDENTIFIERS(AdjustmentReason),
    stored("name", Kind::text, 2, offsetof(AdjustmentReason, name), Show::by_default,
           "Name of the reason."),
    stored("active", Kind::boolean, 3, offsetof(AdjustmentReason, active), Show::by_default,
           "Whether new adjustments may use it."),
    stored("direction", Kind::text, 4, offsetof(AdjustmentReason, direction), Show::by_default,
           "Increase, Decrease, or none (C-61)."),
    internal("system", Kind::text, 5, offsetof(AdjustmentReason, system), TableId::engine,
             Indexed::equal),
};

constexpr Member adjustment_members[] = {
    WAYBILL_IDENTIFIERS(StockAdjustment),
    Member{.name = "timestamp",
           .kind = Kind::instant,
           .tag = 2,
           .offset = offsetof(StockAdjustment, timestamp),
           .access = Access::create,
           .show = Show::by_default,
           .doc = "When stock moved.",
           .indexed = Indexed::ordered},
    Member{.name = "owner",
           .kind = Kind::ref,
           .tag = 3,
           .offset = offsetof(StockAdjustment, owner),
           .access = Access::create,
           .show = Show::by_default,
           .doc = "Whose stock moved.",
           .target = TableId::agents},
    Member{.name = "items",
           .kind = Kind::refs,
           .tag = 4,
           .offset = offsetof(StockAdjustment, items),
           .access = Access::create,
           .doc = "What moved where.",
           .target = TableId::adjustment_items},
    Member{.name = "stock",
           .kind = Kind::computed,
           .access = Access::create,
           .doc = "The stock that all goods are in (C-55).",
           .target = TableId::stocks,
           .compute = computed::default_stock,
           .yields = Kind::ref},
    Member{.name = "transactionId",
           .kind = Kind::text,
           .tag = 5,
           .offset = offsetof(StockAdjustment, transaction_id),
           .access = Access::create,
           .doc = "The caller's number of it."},
};

constexpr Member created(std::string_view name, uint8_t tag, size_t offset, TableId target,
                         std::string_view doc) {
  return {.name = name,
          .kind = Kind::ref,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .access = Access::create,
          .show = Show::by_default,
          .doc = doc,
          .target = target};
}

/// The serial number alone, as `{"imei": …}`.
constexpr Member unit_instance_members[] = {
    Member{.name = "imei",
           .kind = Kind::text,
           .access = Access::create,
           .show = Show::by_default,
           .doc = "IMEI of a device."},
};

constexpr Member item_members[] = {
    WAYBILL_IDENTIFIERS(AdjustmentItem),
    created("product", 2, offsetof(AdjustmentItem, product), TableId::products, "What moved."),
    Member{.name = "place",
           .kind = Kind::ref,
           .tag = 3,
           .offset = offsetof(AdjustmentItem, place),
           .access = Access::create,
           .show = Show::by_default,
           .doc = "Where.",
           .target = TableId::stock_places,
           .indexed = Indexed::equal},
    created("reason", 4, offsetof(AdjustmentItem, reason), TableId::adjustment_reasons, "Why."),
    Member{.name = "quantity",
           .kind = Kind::decimal,
           .tag = 5,
           .offset = offsetof(AdjustmentItem, quantity),
           .access = Access::create,
           .show = Show::by_default,
           .doc = "How much: the magnitude (C-61)."},
    Member{.name = "direction",
           .kind = Kind::text,
           .tag = 6,
           .offset = offsetof(AdjustmentItem, direction),
           .access = Access::create,
           .doc = "Increase or Decrease."},
    internal("adjustment", Kind::ref, 7, offsetof(AdjustmentItem, adjustment),
             TableId::stock_adjustments),
    Member{.name = "serialNumber",
           .kind = Kind::text,
           .tag = 8,
           .offset = offsetof(AdjustmentItem, serials),
           .show = Show::internal,
           .became = Kind::texts},
    internal("serialNumbers", Kind::texts, 9, offsetof(AdjustmentItem, serials)),
    Member{.name = "instance",
           .kind = Kind::computed,
           .access = Access::create,
           .doc = "The unit that moved, if there was one with a serial number (C-26).",
           .of = &unit_instance_type,
           .compute = computed::adjusted_instance,
           .yields = Kind::object},
    Member{.name = "productInstances",
           .kind = Kind::computed,
           .access = Access::create,
           .show = Show::by_default,
           .doc = "The units with serial numbers that moved (C-26).",
           .compute = computed::adjusted_instances,
           .yields = Kind::objects},
};

constexpr Member submission_member(std::string_view name, Compute compute, Kind yields, Show show,
                                   std::string_view doc, TableId target = TableId::engine) {
  return {.name = name,
          .kind = Kind::computed,
          .access = Access::create,
          .show = show,
          .doc = doc,
          .target = target,
          .compute = compute,
          .yields = yields};
}

constexpr Member submission_members[] = {
    WAYBILL_IDENTIFIERS(StockEntrySubmission),
    submission_member("timestamp", computed::submission_timestamp, Kind::instant, Show::by_default,
                      "When the levels were counted."),
    submission_member("owner", computed::submission_owner, Kind::ref, Show::by_default,
                      "Whose stock it is.", TableId::agents),
    Member{.name = "items",
           .kind = Kind::computed,
           .doc = "What moved to bring the levels about.",
           .target = TableId::adjustment_items,
           .compute = computed::submission_items,
           .yields = Kind::refs},
    submission_member("stock", computed::default_stock, Kind::ref, Show::on_request,
                      "The stock that all goods are in (C-55).", TableId::stocks),
    submission_member("transactionId", computed::submission_transaction_id, Kind::text,
                      Show::on_request, "The caller's number of it."),
    Member{.name = "reason",
           .kind = Kind::computed,
           .access = Access::create,
           .show = Show::when_named,
           .doc = "Why; StockEntry unless said otherwise (C-63).",
           .target = TableId::adjustment_reasons,
           .compute = computed::nothing,
           .yields = Kind::ref},
    Member{.name = "entries",
           .kind = Kind::computed,
           .access = Access::create,
           .show = Show::when_named,
           .doc = "Levels by product and place (C-63).",
           .of = &stock_entry_type,
           .compute = computed::nothing,
           .yields = Kind::objects},
    internal("adjustment", Kind::ref, 2, offsetof(StockEntrySubmission, adjustment),
             TableId::stock_adjustments),
    internal("digest", Kind::number, 3, offsetof(StockEntrySubmission, digest)),
};

/// What a submission says of one product at one place.
constexpr Member entry_input_members[] = {
    created("product", 1, offsetof(StockEntryInput, product), TableId::products, "What."),
    created("place", 2, offsetof(StockEntryInput, place), TableId::stock_places, "Where."),
    Member{.name = "physicalQuantity",
           .kind = Kind::decimal,
           .tag = 3,
           .offset = offsetof(StockEntryInput, physical),
           .access = Access::create,
           .doc = "What lies there."},
    Member{.name = "productInstances",
           .kind = Kind::computed,
           .access = Access::create,
           .doc = "The units with serial numbers among them.",
           .compute = computed::nothing,
           .yields = Kind::objects},
    Member{.name = "availableQuantity",
           .kind = Kind::decimal,
           .doc = "Worked out from what orders hold.",
           .trap = "T-C-10"},
    Member{.name = "direction", .kind = Kind::text, .doc = "Levels have none.", .trap = "T-C-9"},
};

constexpr Member stock_members[] = {
    WAYBILL_IDENTIFIERS(Stock),
    Member{.name = "name",
           .kind = Kind::text,
           .tag = 2,
           .offset = offsetof(Stock, name),
           .show = Show::by_default,
           .doc = "Name of the stock."},
    Member{.name = "default",
           .kind = Kind::boolean,
           .tag = 3,
           .offset = offsetof(Stock, is_default),
           .show = Show::by_default,
           .doc = "Whether it is the one that all goods are in."},
};

constexpr Member level_members[] = {
    internal("placeProduct", Kind::pair, 1, offsetof(StockLevel, place_product), TableId::engine,
             Indexed::equal),
    internal("place", Kind::ref, 2, offsetof(StockLevel, place), TableId::stock_places,
             Indexed::equal),
    internal("product", Kind::ref, 3, offsetof(StockLevel, product), TableId::products,
             Indexed::equal),
    internal("physical", Kind::decimal, 4, offsetof(StockLevel, physical)),
};

constexpr Member hold_members[] = {
    internal("ownerProduct", Kind::pair, 1, offsetof(StockHold, owner_product), TableId::engine,
             Indexed::equal),
    internal("held", Kind::decimal, 2, offsetof(StockHold, held)),
};

constexpr Member unit_members[] = {
    internal("placeProduct", Kind::pair, 1, offsetof(ProductUnit, place_product), TableId::engine,
             Indexed::equal),
    internal("holder", Kind::ref, 2, offsetof(ProductUnit, holder), TableId::order_items),
    internal("serial", Kind::text, 3, offsetof(ProductUnit, serial), TableId::engine,
             Indexed::equal),
};

}  // namespace

const Type unit_instance_type{"product instance", unit_instance_members};
const Type stock_place_type{"stock place", place_members};
const Type adjustment_reason_type{"stock adjustment reason", reason_members};
const Type stock_adjustment_type{"stock adjustment", adjustment_members};
const Type adjustment_item_type{"stock adjustment item", item_members};
const Type stock_entry_type{"stock entry", entry_input_members};
const Type stock_entry_submission_type{"stock entry submission", submission_members};
const Type stock_type{"stock", stock_members};
const Type stock_level_type{"stock level", level_members};
const Type stock_hold_type{"stock hold", hold_members};
const Type product_unit_type{"product unit", unit_members};

}  // namespace waybill
