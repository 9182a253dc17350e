#include "model/order.hpp"

#include "model/computed.hpp"
#include "model/shipment.hpp"

namespace waybill {

namespace {

constexpr std::string_view phase_names[] = {
    "New",       "Reserved",        "Unreserved",      "Committed",
    "Fulfilled", "ReturnCommitted", "ReturnFulfilled", "Cancelled"};

constexpr Member phase_members[] = {
    Member{.name = "quantity", .kind = Kind::decimal, .tag = 1,
           .offset = offsetof(PhaseRow, quantity), .show = Show::by_default,
           .doc = "Units in this phase."},
    Member{.name = "status", .kind = Kind::symbol, .tag = 2, .offset = offsetof(PhaseRow, phase),
           .show = Show::by_default, .doc = "The phase.", .symbols = phase_names},
};

constexpr Member instance_members[] = {
    Member{.name = "imei", .kind = Kind::text, .tag = 1, .offset = offsetof(Instance, imei),
           .access = Access::create, .show = Show::by_default, .doc = "IMEI of a device."},
    Member{.name = "phoneImei", .kind = Kind::text, .tag = 2,
           .offset = offsetof(Instance, phone_imei), .access = Access::create,
           .show = Show::by_default, .doc = "IMEI of the device that a plan is for."},
};
const Type instance_type{"product instance", instance_members};

constexpr Member computed_member(std::string_view name, Compute compute, Show show,
                                 std::string_view doc, const Type* of = nullptr) {
  return {.name = name, .kind = Kind::computed, .show = show, .doc = doc, .of = of,
          .compute = compute};
}

constexpr Member order_members[] = {
    WAYBILL_IDENTIFIERS(TradeOrder),
    computed_member("status", computed::order_status, Show::by_default,
                    "All phases that units of the order are in (O-43)."),
    Member{.name = "timestamp", .kind = Kind::instant, .tag = 2,
           .offset = offsetof(TradeOrder, timestamp), .show = Show::by_default,
           .doc = "When the order was created."},
    Member{.name = "modified", .kind = Kind::instant, .tag = 3,
           .offset = offsetof(TradeOrder, modified), .show = Show::internal},
    Member{.name = "supplier", .kind = Kind::ref, .tag = 4,
           .offset = offsetof(TradeOrder, supplier), .access = Access::create,
           .doc = "Company that provides the goods.", .target = TableId::agents},
    Member{.name = "customer", .kind = Kind::ref, .tag = 5,
           .offset = offsetof(TradeOrder, customer), .access = Access::create,
           .doc = "Who receives the goods.", .target = TableId::agents, .indexed = Indexed::yes},
    Member{.name = "sellers", .kind = Kind::refs, .tag = 6,
           .offset = offsetof(TradeOrder, sellers), .access = Access::create,
           .doc = "Who fulfils the order.", .target = TableId::agents},
    computed_member("buyers", computed::order_buyers, Show::on_request, "The customer.",
                    nullptr),
    Member{.name = "currency", .kind = Kind::ref, .tag = 7,
           .offset = offsetof(TradeOrder, currency), .access = Access::create,
           .doc = "Currency of all amounts.", .target = TableId::currencies},
    Member{.name = "items", .kind = Kind::refs, .tag = 8, .offset = offsetof(TradeOrder, items),
           .access = Access::create, .show = Show::by_default, .doc = "The lines.",
           .target = TableId::order_items},
    Member{.name = "reservedUntil", .kind = Kind::instant, .tag = 9,
           .offset = offsetof(TradeOrder, reserved_until), .access = Access::update,
           .doc = "Stock is reserved until then (O-39)."},
    Member{.name = "suppliersId", .kind = Kind::text, .tag = 10,
           .offset = offsetof(TradeOrder, suppliers_id), .access = Access::update,
           .doc = "The supplier's own number."},
    Member{.name = "customersId", .kind = Kind::text, .tag = 11,
           .offset = offsetof(TradeOrder, customers_id), .access = Access::update,
           .doc = "The customer's own number."},
    Member{.name = "carrier", .kind = Kind::ref, .tag = 12,
           .offset = offsetof(TradeOrder, carrier), .access = Access::update,
           .doc = "Who carries its shipments (O-69).", .target = TableId::agents},
    Member{.name = "deliveryAddresses", .kind = Kind::objects, .tag = 13,
           .offset = offsetof(TradeOrder, delivery_addresses),
           .doc = "Where the goods go; see changeDeliveryAddress.", .of = &address_type,
           .stride = sizeof(Address)},
    Member{.name = "invoiceAddresses", .kind = Kind::objects, .tag = 14,
           .offset = offsetof(TradeOrder, invoice_addresses),
           .doc = "Where the invoice goes; see changeInvoiceAddress.", .of = &address_type,
           .stride = sizeof(Address)},
    computed_member("totalAmount", computed::order_total, Show::on_request,
                    "Sum of the lines as ordered, VAT included (O-34)."),
    computed_member("balanceAmount", computed::order_balance, Show::on_request,
                    "What is still to pay; negative: a refund is due (O-37)."),
    Member{.name = "payments", .kind = Kind::refs, .tag = 15,
           .offset = offsetof(TradeOrder, payments), .doc = "Payments and refunds (O-61).",
           .target = TableId::payment_orders},
    Member{.name = "shipments", .kind = Kind::refs, .tag = 16,
           .offset = offsetof(TradeOrder, shipments), .doc = "Its shipment orders (O-67).",
           .target = TableId::shipment_orders},
    computed_member("createdBy", computed::nothing, Show::on_request,
                    "Always null: no user is known."),
    computed_member("manualDiscounts", computed::empty_list, Show::on_request, "Always empty."),
};
constexpr std::string_view order_unsupported[] = {
    "manualDiscount", "deliveryTerms", "supplierNotifications", "customerNotifications", "labels",
    "records", "relationship"};

constexpr Member item_members[] = {
    WAYBILL_IDENTIFIERS(OrderItem),
    Member{.name = "order", .kind = Kind::ref, .tag = 2, .offset = offsetof(OrderItem, order),
           .show = Show::internal, .target = TableId::trade_orders},
    Member{.name = "product", .kind = Kind::ref, .tag = 3, .offset = offsetof(OrderItem, product),
           .access = Access::create, .show = Show::by_default, .doc = "What is ordered.",
           .target = TableId::products},
    Member{.name = "quantity", .kind = Kind::decimal, .tag = 4,
           .offset = offsetof(OrderItem, quantity), .access = Access::create,
           .show = Show::by_default, .doc = "How much of it, above zero."},
    computed_member("status", computed::item_status, Show::by_default, "Phases of the line."),
    Member{.name = "statusDetails", .kind = Kind::objects, .tag = 5,
           .offset = offsetof(OrderItem, phases), .doc = "Units per phase (O-44).",
           .of = &status_detail_type, .stride = sizeof(PhaseRow)},
    Member{.name = "instances", .kind = Kind::objects, .tag = 6,
           .offset = offsetof(OrderItem, instances), .access = Access::create,
           .doc = "Serialized units (O-26).", .of = &instance_type, .stride = sizeof(Instance)},
    Member{.name = "reservedUntil", .kind = Kind::instant, .tag = 7,
           .offset = offsetof(OrderItem, reserved_until), .access = Access::create,
           .doc = "Stock of the line is reserved until then (O-39)."},
    Member{.name = "seller", .kind = Kind::ref, .tag = 8, .offset = offsetof(OrderItem, seller),
           .access = Access::create, .doc = "Who fulfils the line (O-25).",
           .target = TableId::agents},
    computed_member("buyer", computed::item_buyer, Show::on_request, "The order's customer."),
    Member{.name = "unitAmountExclVat", .kind = Kind::amount, .tag = 9,
           .offset = offsetof(OrderItem, unit_amount), .access = Access::create,
           .doc = "Net price of one unit (O-32)."},
    Member{.name = "manualPrice", .kind = Kind::boolean, .tag = 10,
           .offset = offsetof(OrderItem, manual_price), .show = Show::internal},
    Member{.name = "notDiscountable", .kind = Kind::boolean, .tag = 11,
           .offset = offsetof(OrderItem, not_discountable), .show = Show::internal},
    Member{.name = "expires", .kind = Kind::instant, .tag = 13,
           .offset = offsetof(OrderItem, expires), .show = Show::internal,
           .indexed = Indexed::yes},
    computed_member("discountable", computed::item_discountable, Show::on_request,
                    "Whether discounts may apply."),
    computed_member("unitAmountInclVat", computed::item_amount_incl_vat, Show::on_request,
                    "Price of one unit, VAT included (O-34)."),
    computed_member("discountAmountInclVat", computed::item_discount, Show::on_request,
                    "Always zero (O-94)."),
    Member{.name = "vatPercentage", .kind = Kind::decimal, .tag = 12,
           .offset = offsetof(OrderItem, vat_percentage), .doc = "VAT rate (O-33)."},
    computed_member("totalAmount", computed::item_total, Show::on_request,
                    "Quantity times unitAmountInclVat (O-34)."),
    computed_member("classification", computed::item_classification, Show::on_request,
                    "Goods or Shipping (C-24)."),
    computed_member("shipmentItems", computed::item_shipment_items, Show::on_request,
                    "What of it is on shipments (O-80).", &shipment_item_type),
    computed_member("splitFrom", computed::nothing, Show::on_request, "Always null."),
};
constexpr std::string_view item_unsupported[] = {"package", "productInstances", "manualDiscounts"};

constexpr Member payment_text(std::string_view name, uint8_t tag, size_t offset,
                              std::string_view doc) {
  return {.name = name, .kind = Kind::text, .tag = tag, .offset = static_cast<uint32_t>(offset),
          .access = Access::create, .doc = doc};
}

constexpr Member payment_members[] = {
    WAYBILL_IDENTIFIERS(PaymentOrder),
    Member{.name = "timestamp", .kind = Kind::instant, .tag = 2,
           .offset = offsetof(PaymentOrder, timestamp), .access = Access::create,
           .show = Show::by_default, .doc = "When it was paid."},
    Member{.name = "modified", .kind = Kind::instant, .tag = 3,
           .offset = offsetof(PaymentOrder, modified), .show = Show::internal},
    Member{.name = "transactionId", .kind = Kind::text, .tag = 4,
           .offset = offsetof(PaymentOrder, transaction_id), .access = Access::create,
           .show = Show::by_default, .doc = "The payment provider's id; idempotency key (O-58).",
           .indexed = Indexed::yes},
    Member{.name = "amount", .kind = Kind::amount, .tag = 5,
           .offset = offsetof(PaymentOrder, amount), .access = Access::create,
           .show = Show::by_default, .doc = "What was paid; negative: refunded."},
    Member{.name = "currency", .kind = Kind::ref, .tag = 6,
           .offset = offsetof(PaymentOrder, currency), .access = Access::create,
           .show = Show::by_default, .doc = "Currency of the amount.",
           .target = TableId::currencies},
    Member{.name = "method", .kind = Kind::ref, .tag = 7, .offset = offsetof(PaymentOrder, method),
           .access = Access::create, .show = Show::by_default, .doc = "How it was paid.",
           .target = TableId::payment_methods},
    Member{.name = "payer", .kind = Kind::ref, .tag = 8, .offset = offsetof(PaymentOrder, payer),
           .access = Access::create, .show = Show::by_default, .doc = "Who pays.",
           .target = TableId::agents},
    Member{.name = "payee", .kind = Kind::ref, .tag = 9, .offset = offsetof(PaymentOrder, payee),
           .access = Access::create, .show = Show::by_default, .doc = "Who is paid.",
           .target = TableId::agents},
    computed_member("status", computed::payment_status, Show::by_default,
                    "Debited, or Credited for refunds."),
    Member{.name = "order", .kind = Kind::ref, .tag = 10, .offset = offsetof(PaymentOrder, order),
           .show = Show::internal, .target = TableId::trade_orders},
    computed_member("orders", computed::payment_orders_of, Show::on_request,
                    "The trade order it pays for.", &trade_order_type),
    Member{.name = "items", .kind = Kind::refs, .tag = 11, .offset = offsetof(PaymentOrder, items),
           .access = Access::create, .doc = "The lines it pays for.",
           .target = TableId::order_items},
    payment_text("means", 12, offsetof(PaymentOrder, means), "Means of payment."),
    payment_text("consumerPrintout", 13, offsetof(PaymentOrder, consumer_printout),
                 "Receipt text for the consumer."),
    payment_text("merchantPrintout", 14, offsetof(PaymentOrder, merchant_printout),
                 "Receipt text for the merchant."),
    payment_text("rawData", 15, offsetof(PaymentOrder, raw_data), "What the provider sent."),
    Member{.name = "limitAmount", .kind = Kind::amount,
           .offset = offsetof(PaymentOrder, amount), .doc = "The amount (O-62)."},
    Member{.name = "authorizedAmount", .kind = Kind::amount,
           .offset = offsetof(PaymentOrder, amount), .doc = "The amount (O-62)."},
};

}  // namespace

std::string_view phase_name(Phase phase) { return phase_names[static_cast<uint32_t>(phase)]; }

const Type status_detail_type{"trade order status detail", phase_members};
const Type trade_order_type{"trade order", order_members, order_unsupported};
const Type order_item_type{"trade order item", item_members, item_unsupported};
const Member& order_item_expires = [] -> const Member& {
  for (const Member& member : item_members) {
    if (member.name == "expires") return member;
  }
  return item_members[0];
}();
const Type payment_order_type{"payment order", payment_members};

}  // namespace waybill
