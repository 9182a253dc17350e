#include "model/instance.hpp"

#include "model/computed.hpp"

namespace waybill {

namespace {

constexpr Member instance_members[] = {
    WAYBILL_IDENTIFIERS(ProductInstance),
    stored("quantity", Kind::decimal, 2, offsetof(ProductInstance, quantity), Show::by_default,
           "Units; 1 with a serial number."),
    stored("serialNumber", Kind::text, 3, offsetof(ProductInstance, serial), Show::by_default,
           "What tells the unit apart; a device's IMEI.", TableId::engine, Indexed::equal),
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
    internal("line", Kind::ref, 6, offsetof(ProductInstance, line), TableId::order_items),
    internal("phase", Kind::number, 7, offsetof(ProductInstance, phase)),
    internal("phoneImei", Kind::text, 8, offsetof(ProductInstance, phone_imei)),
    unsupported_member("batch"),
};

}  // namespace

const Type product_instance_type{"product instance", instance_members};

}  // namespace waybill
