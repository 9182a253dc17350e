#include "model/instance.hpp"

#include "model/computed.hpp"

namespace waybill {

namespace {

constexpr Member instance_members[] = {
    WAYBILL_IDENTIFIERS(ProductInstance),
    Member{.name = "quantity",
           .kind = Kind::decimal,
           .tag = 2,
           .offset = offsetof(ProductInstance, quantity),
           .access = Access::update,
           .show = Show::by_default,
           .doc = "Units; 1 with a serial number."},
    Member{.name = "serialNumber",
           .kind = Kind::text,
           .tag = 3,
           .offset = offsetof(ProductInstance, serial),
           .access = Access::update,
           .show = Show::by_default,
           .doc = "What tells the unit apart; a device's IMEI.",
           .indexed = Indexed::equal},
    Member{.name = "domain",
           .kind = Kind::json,
           .tag = 4,
           .offset = offsetof(ProductInstance, domain),
           .access = Access::update,
           .show = Show::by_default,
           .doc = "Members of the product's own kind, such as imei or phoneImei.",
           .compute = computed::instance_domain},
    Member{.name = "product",
           .kind = Kind::ref,
           .tag = 5,
           .offset = offsetof(ProductInstance, product),
           .doc = "What it is one of.",
           .target = TableId::products},
    Member{.name = "line",
           .kind = Kind::ref,
           .tag = 6,
           .offset = offsetof(ProductInstance, line),
           .show = Show::internal,
           .target = TableId::order_items},
    Member{.name = "phase",
           .kind = Kind::number,
           .tag = 7,
           .offset = offsetof(ProductInstance, phase),
           .show = Show::internal},
    Member{.name = "phoneImei",
           .kind = Kind::text,
           .tag = 8,
           .offset = offsetof(ProductInstance, phone_imei),
           .show = Show::internal},
    unsupported_member("batch"),
};

}  // namespace

const Type product_instance_type{"product instance", instance_members};

}  // namespace waybill
