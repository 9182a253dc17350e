#include "model/stock.hpp"

#include "model/computed.hpp"

namespace waybill {

namespace {

constexpr Member internal(std::string_view name, Kind kind, uint8_t tag, size_t offset,
                          TableId target = TableId::engine, Indexed indexed = Indexed::no) {
  return {.name = name,
          .kind = kind,
          .tag = tag,
          .offset = static_cast<uint32_t>(offset),
          .show = Show::internal,
          .target = target,
          .indexed = indexed};
}

constexpr Member place_members[] = {
    WAYBILL_IDENTIFIERS(StockPlace),
    Member{.name = "name",
           .kind = Kind::text,
           .tag = 2,
           .offset = offsetof(StockPlace, name),
           .access = Access::update,
           .show = Show::by_default,
           .doc = "Name of the place."},
    Member{.name = "parent",
           .kind = Kind::ref,
           .tag = 3,
           .offset = offsetof(StockPlace, parent),
           .access = Access::update,
           .doc = "The place around it.",
           .target = TableId::stock_places,
           .indexed = Indexed::equal},
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
           .instead = "Move stock with POST /v1/stock-adjustments."},
    Member{.name = "effectiveAddress",
           .kind = Kind::computed,
           .doc = "Address of the owner (C-55).",
           .of = &address_type,
           .compute = computed::place_address,
           .yields = Kind::object},
    planned_member("transactions", Access::read_only),
    planned_member("transactionItems", Access::read_only),
};

constexpr Member reason_members[] = {
    WAYBILL_IDENTIFIERS(AdjustmentReason),
    Member{.name = "name",
           .kind = Kind::text,
           .tag = 2,
           .offset = offsetof(AdjustmentReason, name),
           .access = Access::update,
           .show = Show::by_default,
           .doc = "Name of the reason."},
    Member{.name = "active",
           .kind = Kind::boolean,
           .tag = 3,
           .offset = offsetof(AdjustmentReason, active),
           .access = Access::update,
           .show = Show::by_default,
           .doc = "Whether new adjustments may use it."},
    Member{.name = "direction",
           .kind = Kind::text,
           .tag = 4,
           .offset = offsetof(AdjustmentReason, direction),
           .access = Access::update,
           .show = Show::by_default,
           .doc = "Increase, Decrease, or none (C-61)."},
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
    planned_member("stock"),
    planned_member("transactionId"),
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

/// The serial alone, as `{"imei": …}`.
constexpr Member unit_instance_members[] = {
    Member{.name = "imei",
           .kind = Kind::text,
           .tag = 1,
           .access = Access::create,
           .show = Show::by_default,
           .doc = "IMEI of a device."},
};
const Type unit_instance_type{"product instance", unit_instance_members};

constexpr Member item_members[] = {
    WAYBILL_IDENTIFIERS(AdjustmentItem),
    created("product", 2, offsetof(AdjustmentItem, product), TableId::products, "What moved."),
    created("place", 3, offsetof(AdjustmentItem, place), TableId::stock_places, "Where."),
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
    internal("serialNumber", Kind::text, 8, offsetof(AdjustmentItem, serial)),
    Member{.name = "instance",
           .kind = Kind::object,
           .offset = offsetof(AdjustmentItem, serial),
           .access = Access::create,
           .doc = "The unit that moved, if it has a serial (C-26).",
           .of = &unit_instance_type},
    planned_member("productInstances"),
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

const Type stock_place_type{"stock place", place_members};
const Type adjustment_reason_type{"stock adjustment reason", reason_members};
const Type stock_adjustment_type{"stock adjustment", adjustment_members};
const Type adjustment_item_type{"stock adjustment item", item_members};
const Type stock_level_type{"stock level", level_members};
const Type stock_hold_type{"stock hold", hold_members};
const Type product_unit_type{"product unit", unit_members};

}  // namespace waybill
