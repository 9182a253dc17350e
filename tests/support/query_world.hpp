#pragma once

#include <string>
#include <string_view>

#include "base/check.hpp"
#include "catalog/catalog.hpp"
#include "demo/demo.hpp"
#include "http/api.hpp"
#include "model/catalog.hpp"
#include "model/order.hpp"

/// An API with data to query, and queries over it, made from a source of small numbers: a random
/// generator in the differential test, a fuzzer's bytes in the fuzz target.
namespace waybill {

class QueryWorld {
 public:
  QueryWorld() {
    store_.begin();
    store_.insert(EngineRow{});
    catalog::load_reference_data(store_);
    store_.commit(now_);
    for (const DemoRequest& each : demo_requests()) {
      const auto method = each.method == "PUT"    ? http::Method::put
                          : each.method == "POST" ? http::Method::post
                                                  : http::Method::patch;
      check(send(method, each.target, each.body).status < 300);
    }
    check(send(http::Method::put, "/v1/products/com.acme.sku=UNPRICED",
               R"({"name":"Unpriced","status":"Active"})")
              .status < 300);
  }

  const Keys& keys() const { return keys_; }

  http::Response send(http::Method method, std::string_view target, std::string_view body = {},
                      std::string_view headers = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.headers = headers;
    return api_.handle(request, now_);
  }

  /// Some orders and what happens to them; `pick(n)` gives a number below n.
  template <class Pick>
  void grow(int orders, Pick&& pick) {
    for (int i = 0; i < orders; ++i) {
      now_.ms += pick(3) == 0 ? 0 : 1 + pick(5'000'000);
      const std::string id = "Q-" + std::to_string(made_++);
      const std::string target = "/v1/trade-orders/com.acme.order-id=" + id;
      std::string body = R"({"identifiers":{)";
      body += R"("com.acme.channel":")" + std::string(channel(pick(4))) + '"';
      if (pick(3) == 0) body += R"(,"com.acme.shipped-notified":"yes")";
      body += R"(},"supplier":{"identifiers":{"com.acme.company-id":"ACME-RETAIL"}},)";
      body += R"("customer":{"identifiers":{"com.acme.customer-id":")";
      body += std::string(customer(pick(3))) + R"("}},)";
      body += R"("sellers":[{"identifiers":{"com.acme.store-id":"WAREHOUSE-MAIN"}}],)";
      body += R"("currency":{"identifiers":{"currencyCode":"SEK"}},"items":[)";
      for (uint32_t line = 0; line <= pick(3); ++line) {
        if (line > 0) body += ',';
        body += R"({"product":{"identifiers":{"com.acme.sku":")" + std::string(sku(pick(4))) +
                R"("}},"quantity":)" + std::to_string(1 + pick(4)) + '}';
      }
      body += "]}";
      if (send(http::Method::put, target, body).status >= 300) continue;
      act(target + "/actions", pick(6));
      if (pick(12) == 0) send(http::Method::delete_, target);
    }
    price(pick(200));
  }

  /// The answer with indexes and the one without are the same bytes.
  bool agrees(std::string_view target) {
    const http::Response planned = send(http::Method::get, target);
    api_.use_indexes(false);
    const http::Response scanned = send(http::Method::get, target);
    api_.use_indexes(true);
    return planned.status == scanned.status && planned.headers.view() == scanned.headers.view() &&
           planned.body.view() == scanned.body.view();
  }

  template <class Pick>
  std::string query(Pick&& pick) {
    static constexpr std::string_view collections[] = {
        "trade-orders",   "trade-orders",    "trade-orders", "trade-order-items", "people",
        "payment-orders", "shipment-orders", "agents",       "products",          "companies"};
    std::string out = "/v1/" + std::string(collections[pick(10)]);
    if (pick(8) == 0)
      out += pick(2) == 0 ? "/after/2024-12-15" : "/before(create)/2024-12-15T13:00";
    for (uint32_t i = pick(5); i-- > 0;) out += operation(pick);
    if (pick(4) == 0) out += parameters(pick);
    return out;
  }

  /// The cursor of a page's answer, empty without.
  static std::string cursor_of(const http::Response& response) {
    const std::string_view headers = response.headers.view();
    constexpr std::string_view name = "X-Cursor-Next: ";
    const size_t at = headers.find(name);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = headers.substr(at + name.size());
    return std::string(rest.substr(0, rest.find('\n')));
  }

  Store& store() { return store_; }

 private:
  static std::string_view channel(uint32_t i) {
    static constexpr std::string_view names[] = {"webshop", "retail", "phone", "null"};
    return names[i % 4];
  }
  static std::string_view customer(uint32_t i) {
    static constexpr std::string_view names[] = {"CUST-001", "CUST-VIP-001", "CUST-NONE"};
    return names[i % 3];
  }
  static std::string_view sku(uint32_t i) {
    static constexpr std::string_view names[] = {"WIDGET-001", "GADGET-002", "WIDGET-001",
                                                 "UNPRICED"};
    return names[i % 4];
  }

  void act(const std::string& target, uint32_t kind) {
    if (kind == 0) send(http::Method::patch, target, R"({"approve":{}})");
    if (kind == 1) send(http::Method::patch, target, R"({"cancel":{}})");
    if (kind == 2) {
      send(http::Method::patch, target,
           R"({"createPayment":{"transactionId":"T-)" + std::to_string(made_) +
               R"(","method":{"identifiers":{"methodId":"com.heads.card"}},"amount":10,)" +
               R"("currency":{"identifiers":{"currencyCode":"SEK"}}}})");
    }
  }

  /// The product without a price gets one, or another one: open lines take it when they are read.
  void price(uint32_t net) {
    now_.ms += 1000;
    check(send(http::Method::put, "/v1/prices/com.acme.price-id=Q-PRICE",
               R"({"products":[{"identifiers":{"com.acme.sku":"UNPRICED"}}],"amount":")" +
                   std::to_string(net) +
                   R"(.5","currency":{"identifiers":{"currencyCode":"SEK"}}})")
              .status < 300);
  }

  template <class Pick>
  std::string predicate(Pick&& pick) {
    static constexpr std::string_view lefts[] = {"status",
                                                 "identifiers/com.acme.channel",
                                                 "identifiers/com.acme.shipped-notified",
                                                 "identifiers/com.acme.order-id",
                                                 "identifiers/key",
                                                 "customer/identifiers/com.acme.customer-id",
                                                 "supplier/identifiers/com.acme.company-id",
                                                 "sellers/identifiers/com.acme.store-id",
                                                 "items/product/identifiers/com.acme.sku",
                                                 "product/identifiers/com.acme.sku",
                                                 "timestamp",
                                                 "totalAmount",
                                                 "@type",
                                                 "transactionId",
                                                 "currency/identifiers/currencyCode",
                                                 "items/quantity",
                                                 "noSuchMember",
                                                 "name",
                                                 "items~count",
                                                 "name/colour",
                                                 "customer~count()",
                                                 "items~distinct~count",
                                                 "identifiers/com.acme.order-id//=-~last",
                                                 "labels",
                                                 "$index",
                                                 "items~orderBy(nosuch)~count",
                                                 "items~orderBy(quantity)/0/quantity",
                                                 "items~order~count",
                                                 "items~distinctBy(product)~count",
                                                 "items~distinctBy(identifiers/bad)~count",
                                                 "items~distinctBy(identifiers/com.a.b)~count",
                                                 "shipments~orderBy(nosuch)~count",
                                                 "'1'/nosuch",
                                                 "$index/nosuch",
                                                 "status~join/nosuch",
                                                 "status/*upper",
                                                 "api/v1/vat-codes~count",
                                                 "api/v1/vat-codes~where(products=null)~count",
                                                 "items/*nosuch",
                                                 "items~entries~count()",
                                                 "timestamp~toString/nosuch"};
    static constexpr std::string_view values[] = {
        "New",       "Committed",   "Cancelled",  "webshop",    "phone",
        "yes",       "null",        "\"null\"",   "Q-7",        "CUST-001",
        "CUST-NONE", "ACME-RETAIL", "WIDGET-001", "2024-12-15", "2024-12-15T14:00",
        "100",       "62.505",      "person",     "T-12",       "undefined",
        "3"};
    static constexpr std::string_view comparisons[] = {
        "=", "=", "=", "!=", ">=", "<=", "<", ">", "=~", "!~"};
    std::string out;
    const uint32_t form = pick(10);
    if (form == 0) out += '!';
    out += lefts[pick(41)];
    if (form > 1) {
      out += comparisons[pick(10)];
      out += values[pick(21)];
    }
    return out;
  }

  template <class Pick>
  std::string sort_key(Pick&& pick) {
    static constexpr std::string_view keys[] = {"timestamp",
                                                "timestamp",
                                                "identifiers/com.acme.order-id",
                                                "totalAmount",
                                                "status",
                                                "identifiers/com.acme.channel",
                                                "customer/identifiers/com.acme.customer-id",
                                                "noSuchMember"};
    static constexpr std::string_view directions[] = {"", ":asc", ":desc"};
    return std::string(keys[pick(8)]) + std::string(directions[pick(3)]);
  }

  template <class Pick>
  std::string operation(Pick&& pick) {
    switch (pick(15)) {
      case 14:
        return "~just(i:$index,identifiers)";
      case 0:
      case 1:
      case 2:
      case 3:
        return "~where(" + predicate(pick) + (pick(3) == 0 ? "," + predicate(pick) : "") + ")";
      case 4:
        return "~either(" + predicate(pick) + "," + predicate(pick) + ")";
      case 5:
      case 6:
        return "~orderBy(" + sort_key(pick) + ")";
      case 7:
        return "~take(" + std::to_string(pick(30)) + ")";
      case 8:
        return "~skip(" + std::to_string(pick(30)) + ")";
      case 9:
        return "~count";
      case 10:
        return "~first";
      case 11:
        return "~just(identifiers,status)";
      case 12:
        return "~with(items~with(product),customer)";
      default:
        return "~last";
    }
  }

  template <class Pick>
  std::string parameters(Pick&& pick) {
    std::string out = "?orderby=" + sort_key(pick) + "&limit=" + std::to_string(1 + pick(20));
    if (pick(3) == 0) out += "&" + predicate(pick);
    if (pick(5) == 0) out += "&offset=" + std::to_string(pick(10));
    return out;
  }

  Store store_;
  Keys keys_{7};
  http::Api api_{store_, keys_};
  Instant now_{1'734'264'000'000};  // 2024-12-15T12:00Z
  uint32_t made_ = 0;
};

}  // namespace waybill
