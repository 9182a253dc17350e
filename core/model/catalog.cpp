#include "model/catalog.hpp"

#include "model/computed.hpp"

namespace waybill {

namespace {

constexpr auto by_default = Show::by_default;
constexpr auto on_request = Show::on_request;

constexpr Member tracking_members[] = {
    stored("serialNumberRegistration", Kind::texts, 1, offsetof(Tracking, serial_numbers),
           by_default, "When serial numbers are registered, such as OutgoingTransactions (O-31)."),
    stored("serialNumberProperty", Kind::text, 2, offsetof(Tracking, serial_property), by_default,
           "What the serial number is called."),
    stored("batchRegistration", Kind::texts, 3, offsetof(Tracking, batches), by_default,
           "When batches are registered; kept only."),
};
const Type tracking_type{"product tracking", tracking_members};

constexpr Member product_members[] = {
    WAYBILL_IDENTIFIERS(Product),
    stored("name", Kind::text, 2, offsetof(Product, name), by_default, "Name of the product."),
    stored("gtin", Kind::texts, 3, offsetof(Product, gtin), by_default, "Global trade numbers.",
           TableId::engine, Indexed::equal),
    stored("status", Kind::text, 4, offsetof(Product, status), by_default,
           "Active, Inactive or Pending (C-21)."),
    stored("plu", Kind::texts, 5, offsetof(Product, plu), on_request, "Price look-up codes."),
    stored("hidden", Kind::boolean, 6, offsetof(Product, hidden), on_request,
           "Whether shops should hide it."),
    stored("keywords", Kind::text, 23, offsetof(Product, keywords), on_request, "Search words."),
    Member{.name = "keywordList",
           .kind = Kind::texts,
           .tag = 7,
           .offset = offsetof(Product, keywords),
           .show = Show::internal,
           .became = Kind::text},
    stored("instanceType", Kind::text, 8, offsetof(Product, instance_type), on_request,
           "MobileDevice, MobilePlan, or a free text (C-23)."),
    stored("defaultVatCode", Kind::ref, 9, offsetof(Product, default_vat_code), on_request,
           "VAT code of order lines (O-33).", TableId::vat_codes, Indexed::equal),
    stored("classification", Kind::text, 10, offsetof(Product, classification), on_request,
           "Goods, Services or Shipping (C-24)."),
    Member{.name = "serialNumberRegistration",
           .kind = Kind::texts,
           .tag = 11,
           .offset = offsetof(Product, tracking) + offsetof(Tracking, serial_numbers),
           .show = Show::internal,
           .became = Kind::texts},
    Member{.name = "tracking",
           .kind = Kind::object,
           .tag = 20,
           .offset = offsetof(Product, tracking),
           .access = Access::update,
           .doc = "What is registered when (C-26).",
           .of = &tracking_type},
    stored("unit", Kind::text, 12, offsetof(Product, unit), on_request, "Unit of the quantity."),
    stored("notesForPicking", Kind::text, 13, offsetof(Product, notes_for_picking), on_request,
           "What pickers should know."),
    stored("promotionTitle", Kind::json, 14, offsetof(Product, promotion_title), on_request,
           "Localized text, kept as sent."),
    stored("promotionBanner", Kind::json, 15, offsetof(Product, promotion_banner), on_request,
           "Localized text, kept as sent."),
    stored("promotionDescription", Kind::json, 16, offsetof(Product, promotion_description),
           on_request, "Localized text, kept as sent."),
    stored("receiptText", Kind::json, 17, offsetof(Product, receipt_text), on_request,
           "Localized text, kept as sent."),
    stored("signText", Kind::json, 18, offsetof(Product, sign_text), on_request,
           "Localized text, kept as sent."),
    Member{.name = "createdAt",
           .kind = Kind::instant,
           .tag = 19,
           .offset = offsetof(Product, created_at),
           .doc = "When the product was created."},
    Member{.name = "createdBy",
           .kind = Kind::computed,
           .doc = "Always null: no user is known.",
           .compute = computed::nothing},
    Member{.name = "stockLevels",
           .kind = Kind::computed,
           .doc = "Total, reserved and available quantity per owner (C-54).",
           .of = &stock_level_view_type,
           .compute = computed::stock_levels,
           .yields = Kind::objects},
    Member{.name = "prices",
           .kind = Kind::computed,
           .access = Access::by_path,
           .doc = "Prices that name the product; written by its own path (C-36).",
           .target = TableId::prices,
           .yields = Kind::refs,
           .mirrors = "products",
           .drop_trap = "T-C-7"},
    stored("parentGroup", Kind::ref, 22, offsetof(Product, parent_group), on_request,
           "The group that it takes a VAT code from (C-27).", TableId::product_groups,
           Indexed::equal),
    stored("designatedStockPlaces", Kind::refs, 21, offsetof(Product, designated_places),
           on_request, "Where it is to lie; kept only.", TableId::stock_places),
    Member{.name = "stockEntries",
           .kind = Kind::computed,
           .doc = "Submissions of counted levels that touched the product (C-63).",
           .target = TableId::stock_entries,
           .compute = computed::product_submissions,
           .yields = Kind::refs},
    unsupported_member("categories"),
    unsupported_member("labels"),
    unsupported_member("images"),
    unsupported_member("assortmentContexts"),
    unsupported_member("assortmentOwners"),
    unsupported_member("xrefs"),
    unsupported_member("salesChannels"),
    unsupported_member("instanceProperties"),
};

constexpr Member product_group_members[] = {
    WAYBILL_IDENTIFIERS(ProductGroup),
    stored("name", Kind::text, 2, offsetof(ProductGroup, name), by_default, "Name of the group."),
    stored("parentGroup", Kind::ref, 3, offsetof(ProductGroup, parent_group), on_request,
           "The group around it.", TableId::product_groups, Indexed::equal),
    stored("defaultVatCode", Kind::ref, 4, offsetof(ProductGroup, default_vat_code), on_request,
           "VAT code of products without one of their own (C-40).", TableId::vat_codes),
    Member{.name = "members",
           .kind = Kind::computed,
           .doc = "Products in it; their parentGroup says so.",
           .target = TableId::products,
           .yields = Kind::refs,
           .mirrors = "parentGroup"},
    stored("instanceType", Kind::text, 5, offsetof(ProductGroup, instance_type), on_request,
           "Recorded only."),
    stored("unit", Kind::text, 6, offsetof(ProductGroup, unit), on_request, "Recorded only."),
};

constexpr Member return_reason_members[] = {
    WAYBILL_IDENTIFIERS(ReturnReason),
    stored("name", Kind::text, 2, offsetof(ReturnReason, name), by_default, "Name of the reason."),
    stored("usedForReturns", Kind::boolean, 3, offsetof(ReturnReason, used_for_returns), by_default,
           "Whether returns may give it."),
    stored("restock", Kind::boolean, 4, offsetof(ReturnReason, restock), by_default,
           "Whether goods returned for it usually go back on stock."),
};

constexpr Member price_members[] = {
    WAYBILL_IDENTIFIERS(Price),
    stored("sellers", Kind::refs, 2, offsetof(Price, sellers), by_default,
           "Who sells at this price; empty: everyone (C-32).", TableId::agents),
    stored("buyers", Kind::refs, 3, offsetof(Price, buyers), by_default,
           "Who buys at this price; empty: everyone (C-32).", TableId::agents),
    stored("amount", Kind::amount, 4, offsetof(Price, amount), by_default, "Net amount (C-30)."),
    stored("currency", Kind::ref, 5, offsetof(Price, currency), by_default,
           "Currency of the amount.", TableId::currencies),
    stored("from", Kind::instant, 6, offsetof(Price, from), by_default, "First instant (C-31)."),
    stored("to", Kind::instant, 7, offsetof(Price, to), by_default,
           "First instant it no longer applies (C-31)."),
    stored("products", Kind::refs, 8, offsetof(Price, products), on_request,
           "What the price is for.", TableId::products, Indexed::equal),
    stored("open", Kind::boolean, 9, offsetof(Price, open), on_request,
           "The amount is set when selling (C-35)."),
};

constexpr Member vat_code_members[] = {
    WAYBILL_IDENTIFIERS(VatCode),
    Member{.name = "products",
           .kind = Kind::computed,
           .doc = "Products with this code.",
           .target = TableId::products,
           .yields = Kind::refs,
           .mirrors = "defaultVatCode"},
    Member{.name = "rate",
           .kind = Kind::decimal,
           .tag = 2,
           .offset = offsetof(VatCode, rate),
           .show = Show::internal},
};

constexpr Member currency_members[] = {
    WAYBILL_IDENTIFIERS(Currency),
    Member{.name = "minorDigits",
           .kind = Kind::number,
           .tag = 2,
           .offset = offsetof(Currency, minor_digits),
           .show = Show::internal},
};

constexpr Member country_members[] = {
    WAYBILL_IDENTIFIERS(Country),
    stored("name", Kind::text, 2, offsetof(Country, name), by_default, "English name."),
};

constexpr Member payment_method_members[] = {
    WAYBILL_IDENTIFIERS(PaymentMethod),
    stored("name", Kind::text, 2, offsetof(PaymentMethod, name), by_default, "Name."),
    stored("supportsIncoming", Kind::boolean, 3, offsetof(PaymentMethod, supports_incoming),
           on_request, "Takes payments (O-66)."),
    stored("supportsOutgoing", Kind::boolean, 4, offsetof(PaymentMethod, supports_outgoing),
           on_request, "Pays refunds (O-66)."),
    stored("supportsReversal", Kind::boolean, 5, offsetof(PaymentMethod, supports_reversal),
           on_request, "Reverses payments (O-66)."),
    stored("requiresTerminal", Kind::boolean, 6, offsetof(PaymentMethod, requires_terminal),
           on_request, "Needs a terminal."),
    stored("requiresSpecification", Kind::boolean, 7,
           offsetof(PaymentMethod, requires_specification), on_request, "Needs a specification."),
    stored("consumerFriendlyTitle", Kind::text, 8, offsetof(PaymentMethod, consumer_friendly_title),
           on_request, "Title for consumers."),
    stored("consumerFriendlyBanner", Kind::text, 9,
           offsetof(PaymentMethod, consumer_friendly_banner), on_request, "Banner for consumers."),
    stored("integration", Kind::json, 10, offsetof(PaymentMethod, integration), on_request,
           "Integration that owns the method (O-57)."),
};

constexpr Member engine_members[] = {
    Member{.name = "seed",
           .kind = Kind::text,
           .tag = 1,
           .offset = offsetof(EngineRow, seed),
           .show = Show::internal},
};

}  // namespace

const Type product_type{"product", product_members};
const Type product_group_type{"product group", product_group_members};
const Type return_reason_type{"return reason", return_reason_members};
const Type price_type{"price", price_members};
const Type vat_code_type{"vat code", vat_code_members};
const Type currency_type{"currency", currency_members};
const Type country_type{"country", country_members};
const Type payment_method_type{"payment method", payment_method_members};
const Type engine_type{"engine", engine_members};

}  // namespace waybill
