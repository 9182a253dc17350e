#include "demo/demo.hpp"

namespace waybill {

namespace {

// Adjacent literals are all the templating that constant data needs: the macros below take string
// literals and give string literals, or the requests that a row of chapter 4's tables stands for.

#define DEMO_REF(KEY, VALUE) R"({"identifiers":{")" KEY R"(":")" VALUE R"("}})"
#define DEMO_AGENT(KEY, VALUE) DEMO_REF("com.acme." KEY "-id", VALUE)
#define DEMO_SKU(SKU) DEMO_REF("com.acme.sku", SKU)
#define DEMO_PLACE(AGENT) DEMO_REF("com.acme.place-id", AGENT "-STOCK")
#define DEMO_SEK DEMO_REF("currencyCode", "SEK")

#define DEMO_MAIN_ADDRESS(LINE1, POSTAL_CODE, CITY)                           \
  R"("addresses":{"main":{"line1":")" LINE1 R"(","postalCode":")" POSTAL_CODE \
  R"(","cityName":")" CITY R"(","countryCode":"SE"}})"
#define DEMO_STOCK_ROOT(AGENT) R"("stockRoots":[)" DEMO_PLACE(AGENT) "]"

#define DEMO_VAT_CODE(PERCENTAGE) \
  { "PUT", "/v1/vat-codes/percentage=" PERCENTAGE, "{}" }
#define DEMO_STOCK_PLACE(AGENT, NAME) \
  { "PUT", "/v1/stock-places/com.acme.place-id=" AGENT "-STOCK", R"({"name":")" NAME R"("})" }
#define DEMO_REASON(ID, MEMBERS) \
  { "PUT", "/v1/stock-adjustment-reasons/com.acme.reason-id=" ID, "{" MEMBERS "}" }
#define DEMO_COMPANY(KEY, ID, NAME, MEMBERS) \
  { "PUT", "/v1/companies/com.acme." KEY "-id=" ID, R"({"name":")" NAME R"(",)" MEMBERS "}" }
#define DEMO_STORE(ID, NAME, OWNER, MEMBERS)                                                 \
  {                                                                                          \
    "PUT", "/v1/stores/com.acme.store-id=" ID,                                               \
        R"({"name":")" NAME                                                                  \
        R"(","owner":)" DEMO_AGENT("company", OWNER) "," DEMO_STOCK_ROOT(ID) "," MEMBERS "}" \
  }
#define DEMO_PERSON(ID, GIVEN_NAME, FAMILY_NAME)                                 \
  {                                                                              \
    "PUT", "/v1/people/com.acme.customer-id=" ID,                                \
        R"({"givenName":")" GIVEN_NAME R"(","familyName":")" FAMILY_NAME R"("})" \
  }

/// A product with VAT 25; KIND is its classification and, if it has one, its instanceType.
#define DEMO_PRODUCT(SKU, NAME, KIND)                                                        \
  {                                                                                          \
    "PUT", "/v1/products/com.acme.sku=" SKU,                                                 \
        R"({"name":")" NAME                                                                  \
        R"(","status":"Active","defaultVatCode":)" DEMO_REF("percentage", "25") "," KIND "}" \
  }
#define DEMO_GOODS R"("classification":"Goods")"
#define DEMO_SERVICES R"("classification":"Services")"
#define DEMO_DEVICE DEMO_GOODS R"(,"instanceType":"MobileDevice")"
#define DEMO_PLAN DEMO_GOODS R"(,"instanceType":"MobilePlan")"

/// The net price of a product, for everyone unless SELLERS are named.
#define DEMO_PRICE(SKU, NET, SELLERS)                                                      \
  {                                                                                        \
    "PUT", "/v1/prices/com.acme.price-id=" SKU,                                            \
        R"({"products":[)" DEMO_SKU(SKU) R"(],"amount":")" NET R"(","currency":)" DEMO_SEK \
                                         R"(,"sellers":[)" SELLERS R"(],"buyers":[]})"     \
  }

/// What is on stock at the beginning; an adjustment has one owner, hence one request for each.
#define DEMO_STOCK(AGENT, ITEMS)                                        \
  {                                                                     \
    "POST", "/v1/stock-adjustments",                                    \
        R"({"identifiers":{"com.acme.adjustment-id":"INITIAL-)" AGENT   \
        R"("},"timestamp":"2024-12-01T00:00:00Z","items":[)" ITEMS "]}" \
  }
#define DEMO_MOVED(AGENT, SKU, AMOUNT)                                                      \
  R"({"product":)" DEMO_SKU(SKU) R"(,"place":)" DEMO_PLACE(AGENT) R"(,"reason":)" DEMO_REF( \
      "com.acme.reason-id", "INITIAL") "," AMOUNT "}"
#define DEMO_UNITS(AGENT, SKU, QUANTITY) DEMO_MOVED(AGENT, SKU, R"("quantity":")" QUANTITY R"(")")
#define DEMO_UNIT(AGENT, SKU, IMEI) DEMO_MOVED(AGENT, SKU, R"("instance":{"imei":")" IMEI R"("})")

constexpr DemoRequest requests[] = {
    DEMO_VAT_CODE("25"),
    DEMO_VAT_CODE("12"),
    DEMO_VAT_CODE("6"),
    DEMO_VAT_CODE("0"),

    // Places first: whoever owns them names them as stock roots.
    DEMO_STOCK_PLACE("ACME-RETAIL", "Acme Retail, central stock"),
    DEMO_STOCK_PLACE("WAREHOUSE-MAIN", "Main warehouse, stock"),
    DEMO_STOCK_PLACE("WAREHOUSE-NORTH", "North warehouse, stock"),
    DEMO_STOCK_PLACE("WAREHOUSE-SOUTH", "South warehouse, stock"),
    DEMO_STOCK_PLACE("STORE-001", "Stockholm store, stock"),
    DEMO_STOCK_PLACE("STORE-CENTRAL", "Central store, stock"),

    // C-91: agents. ACME-MOBILE and the supplier have no stock of their own.
    DEMO_COMPANY("company", "ACME-RETAIL", "Acme Retail AB",
                 DEMO_STOCK_ROOT("ACME-RETAIL") "," DEMO_MAIN_ADDRESS("Sveavägen 10", "111 57",
                                                                      "Stockholm")),
    DEMO_COMPANY("company", "ACME-MOBILE", "Acme Mobile AB",
                 DEMO_MAIN_ADDRESS("Kungsgatan 30", "111 35", "Stockholm")),
    DEMO_COMPANY("supplier", "SUPPLIER-XYZ", "Supplier XYZ AB",
                 DEMO_MAIN_ADDRESS("Industrigatan 5", "553 02", "Jönköping")),
    DEMO_COMPANY("carrier", "DEMO-CARRIER", "Demo Carrier AB",
                 DEMO_MAIN_ADDRESS("Terminalvägen 1", "171 73", "Solna")),
    DEMO_STORE("WAREHOUSE-MAIN", "Main Warehouse", "ACME-RETAIL",
               R"("defaultCarrier":)" DEMO_AGENT("carrier", "DEMO-CARRIER") "," DEMO_MAIN_ADDRESS(
                   "Lagervägen 1", "136 50", "Haninge")),
    DEMO_STORE("WAREHOUSE-NORTH", "North Warehouse", "ACME-RETAIL",
               DEMO_MAIN_ADDRESS("Norra Lagergatan 2", "903 27", "Umeå")),
    DEMO_STORE("WAREHOUSE-SOUTH", "South Warehouse", "ACME-RETAIL",
               DEMO_MAIN_ADDRESS("Södra Lagergatan 3", "211 24", "Malmö")),
    DEMO_STORE("STORE-001", "Stockholm Store", "ACME-RETAIL",
               DEMO_MAIN_ADDRESS("Drottninggatan 50", "111 21", "Stockholm")),
    DEMO_STORE("STORE-CENTRAL", "Central Store", "ACME-MOBILE",
               DEMO_MAIN_ADDRESS("Centralplan 15", "111 20", "Stockholm")),
    DEMO_PERSON("CUST-001", "John", "Doe"),
    DEMO_PERSON("CUST-002", "Jane", "Smith"),
    DEMO_PERSON("CUST-003", "Erik", "Svensson"),
    DEMO_PERSON("CUST-004", "Anna", "Andersson"),
    DEMO_PERSON("CUST-VIP-001", "Vera", "Lind"),

    // C-92: products, their prices, and what is on stock.
    DEMO_PRODUCT("WIDGET-001", "Widget", DEMO_GOODS),
    DEMO_PRODUCT("GADGET-002", "Gadget", DEMO_GOODS),
    DEMO_PRODUCT("ITEM-001", "Item", DEMO_GOODS),
    DEMO_PRODUCT("IPHONE-16-PRO", "iPhone 16 Pro", DEMO_DEVICE),
    DEMO_PRODUCT("PLAN-UNLIMITED", "Unlimited Mobile Plan", DEMO_PLAN),
    DEMO_PRODUCT("CASE-IPHONE-16", "Case for iPhone 16", DEMO_GOODS),
    DEMO_PRODUCT("BULKY-ITEM", "Bulky Item", DEMO_GOODS),
    DEMO_PRODUCT("SMALL-ITEM", "Small Item", DEMO_GOODS),
    DEMO_PRODUCT("RAW-MATERIAL-001", "Raw Material", DEMO_GOODS),
    DEMO_PRODUCT("PREMIUM-WIDGET", "Premium Widget", DEMO_GOODS),
    DEMO_PRODUCT("ACCESSORY-PACK", "Accessory Pack", DEMO_GOODS),
    DEMO_PRODUCT("EXTENDED-WARRANTY", "Extended Warranty", DEMO_SERVICES),
    DEMO_PRODUCT("SOLD-OUT-001", "Sold-out Widget", DEMO_GOODS),

    DEMO_PRICE("WIDGET-001", "199.00", ""),
    DEMO_PRICE("GADGET-002", "399.20", ""),
    DEMO_PRICE("ITEM-001", "239.20", ""),
    DEMO_PRICE("IPHONE-16-PRO", "11992.00", ""),
    DEMO_PRICE("PLAN-UNLIMITED", "319.20", ""),
    DEMO_PRICE("CASE-IPHONE-16", "239.20", ""),
    DEMO_PRICE("BULKY-ITEM", "1599.20", ""),
    DEMO_PRICE("SMALL-ITEM", "39.20", ""),
    DEMO_PRICE("RAW-MATERIAL-001", "12.00", DEMO_AGENT("supplier", "SUPPLIER-XYZ")),
    DEMO_PRICE("PREMIUM-WIDGET", "479.20", ""),
    DEMO_PRICE("ACCESSORY-PACK", "119.20", ""),
    DEMO_PRICE("EXTENDED-WARRANTY", "159.20", ""),
    DEMO_PRICE("SOLD-OUT-001", "79.20", ""),

    DEMO_REASON("INITIAL", R"("name":"Initial stock","direction":"Increase")"),
    DEMO_REASON("RECEIVED", R"("name":"Goods received","direction":"Increase")"),
    DEMO_REASON("DAMAGED", R"("name":"Damaged","direction":"Decrease")"),
    DEMO_REASON("COUNT", R"("name":"Stock count")"),

    DEMO_STOCK("ACME-RETAIL", DEMO_UNITS("ACME-RETAIL", "WIDGET-001", "100")),
    DEMO_STOCK(
        "WAREHOUSE-MAIN",
        DEMO_UNITS("WAREHOUSE-MAIN", "WIDGET-001", "100") "," DEMO_UNITS(
            "WAREHOUSE-MAIN", "GADGET-002",
            "50") "," DEMO_UNITS("WAREHOUSE-MAIN", "PREMIUM-WIDGET",
                                 "40") "," DEMO_UNITS("WAREHOUSE-MAIN", "ACCESSORY-PACK",
                                                      "60") "," DEMO_UNITS("WAREHOUSE-MAIN",
                                                                           "SOLD-OUT-001", "0")),
    DEMO_STOCK("WAREHOUSE-NORTH", DEMO_UNITS("WAREHOUSE-NORTH", "BULKY-ITEM", "10")),
    DEMO_STOCK("WAREHOUSE-SOUTH", DEMO_UNITS("WAREHOUSE-SOUTH", "SMALL-ITEM", "200")),
    DEMO_STOCK("STORE-001", DEMO_UNITS("STORE-001", "ITEM-001", "25")),
    DEMO_STOCK(
        "STORE-CENTRAL",
        DEMO_UNIT("STORE-CENTRAL", "IPHONE-16-PRO", "359876543210123") "," DEMO_UNIT(
            "STORE-CENTRAL", "IPHONE-16-PRO",
            "359876543210124") "," DEMO_UNIT("STORE-CENTRAL", "IPHONE-16-PRO",
                                             "359876543210125") "," DEMO_UNITS("STORE-CENTRAL",
                                                                               "CASE-IPHONE-16",
                                                                               "30")),

    // C-93: one order to cancel, one to refund.
    {"PUT", "/v1/trade-orders/com.acme.order-id=CANCEL-THIS-ORDER",
     R"({
       "supplier": {"identifiers": {"com.acme.company-id": "ACME-RETAIL"}},
       "customer": {"identifiers": {"com.acme.customer-id": "CUST-001"}},
       "sellers": [{"identifiers": {"com.acme.store-id": "WAREHOUSE-MAIN"}}],
       "currency": {"identifiers": {"currencyCode": "SEK"}},
       "items": [{"product": {"identifiers": {"com.acme.sku": "GADGET-002"}}, "quantity": 1}]
     })"},
    {"PATCH", "/v1/trade-orders/com.acme.order-id=CANCEL-THIS-ORDER/actions",
     R"({"tryApprove": true})"},
    {"PUT", "/v1/trade-orders/com.acme.order-id=REFUND-ORDER",
     R"({
       "supplier": {"identifiers": {"com.acme.company-id": "ACME-RETAIL"}},
       "customer": {"identifiers": {"com.acme.customer-id": "CUST-002"}},
       "sellers": [{"identifiers": {"com.acme.store-id": "STORE-001"}}],
       "currency": {"identifiers": {"currencyCode": "SEK"}},
       "items": [{"product": {"identifiers": {"com.acme.sku": "ITEM-001"}}, "quantity": 1}]
     })"},
    {"PATCH", "/v1/trade-orders/com.acme.order-id=REFUND-ORDER/actions",
     R"({"createPayment": {
       "transactionId": "DEMO-REFUND-SOURCE",
       "timestamp": "2024-12-01T00:00:00Z",
       "method": {"identifiers": {"methodId": "com.heads.card"}},
       "currency": {"identifiers": {"currencyCode": "SEK"}},
       "amount": "299.00"
     }})"},
    {"PATCH", "/v1/trade-orders/com.acme.order-id=REFUND-ORDER/actions", R"({"tryApprove": true})"},
};

}  // namespace

std::span<const DemoRequest> demo_requests() {
  return requests;
}

}  // namespace waybill
