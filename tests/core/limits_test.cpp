#include "base/limits.hpp"

#include <catch2/catch.hpp>

#include "base/little_endian.hpp"
#include "engine.hpp"
#include "http/message.hpp"

/// Limits of requests, each at n and at n + 1, through the whole engine; those of the query parser
/// and of JSON are tested with these.
namespace waybill {
namespace {

using http::Method;

std::string repeat(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// `count` elements, each `make(i)`, separated by commas.
template <class Make>
std::string list_of(size_t count, Make&& make) {
  std::string all;
  for (size_t i = 0; i < count; ++i)
    all += (i == 0 ? std::string() : ",") + make(std::to_string(i));
  return all;
}

struct Answer {
  uint32_t status = 0;
  std::string headers;
  std::string body;

  bool is_error(std::string_view code) const {
    return body.find("\"code\": \"" + std::string(code) + "\"") != std::string::npos;
  }
};

class Shop {
 public:
  Shop() { engine_.load_demo(now); }

  Answer send(Method method, std::string_view target, std::string_view body = {},
              std::string_view headers = {}) {
    std::string record(16, '\0');
    store_u32(record.data(), static_cast<uint32_t>(method));
    store_u32(record.data() + 4, static_cast<uint32_t>(target.size()));
    store_u32(record.data() + 8, static_cast<uint32_t>(headers.size()));
    store_u32(record.data() + 12, static_cast<uint32_t>(body.size()));
    record += target;
    record += headers;
    record += body;
    const std::string_view answer = engine_.handle(record, now);
    const uint32_t headers_size = load_u32(answer.data() + 4);
    return {load_u32(answer.data()), std::string(answer.substr(16, headers_size)),
            std::string(answer.substr(16 + headers_size))};
  }
  Answer put_product(std::string_view members) {
    return send(Method::put, "/v1/products/com.acme.sku=LIMIT", members);
  }
  /// An order of such items.
  Answer put_order(std::string_view id, std::string_view items) {
    return send(Method::put, "/v1/trade-orders/com.acme.order-id=" + std::string(id),
                R"({"supplier":{"identifiers":{"com.acme.company-id":"ACME-RETAIL"}},
                    "customer":{"identifiers":{"com.acme.customer-id":"CUST-001"}},
                    "sellers":[{"identifiers":{"com.acme.store-id":"WAREHOUSE-MAIN"}}],
                    "currency":{"identifiers":{"currencyCode":"SEK"}},"items":[)" +
                    std::string(items) + "]}");
  }
  /// One item of the widget with that quantity and other members.
  static std::string item(std::string_view quantity, std::string_view members = {}) {
    return R"({"product":{"identifiers":{"com.acme.sku":"WIDGET-001"}},"quantity":")" +
           std::string(quantity) + "\"" + std::string(members) + "}";
  }
  /// Moves widgets at the main warehouse.
  Answer adjust(std::string_view quantity) {
    return send(Method::post, "/v1/stock-adjustments",
                R"({"timestamp":"2024-12-01T00:00:00Z","items":[{
                    "product":{"identifiers":{"com.acme.sku":"WIDGET-001"}},
                    "place":{"identifiers":{"com.acme.place-id":"WAREHOUSE-MAIN-STOCK"}},
                    "reason":{"identifiers":{"com.acme.reason-id":"COUNT"}},"quantity":)" +
                    std::string(quantity) + "}]}");
  }

 private:
  static constexpr Instant now{1'734'264'000'000};
  Engine engine_{1};
};

TEST_CASE("Q-104 a target of so many bytes is read, a longer one is 414") {
  Shop shop;
  std::string target = "/v1/products/com.acme.sku=";
  target += std::string(limits::target_bytes - target.size(), 'x');
  CHECK(shop.send(Method::get, target).status == 404);
  const Answer longer = shop.send(Method::get, target + "x");
  CHECK(longer.status == 414);
  CHECK(longer.is_error("UriTooLong"));
}

TEST_CASE("H-76 a body of so many bytes is read, a larger one is 413") {
  Shop shop;
  std::string body = R"({"name":"x"})";
  body += std::string(limits::body_bytes - body.size(), ' ');
  CHECK(shop.put_product(body).status == 201);
  CHECK(shop.put_product(body + " ").status == 413);
}

TEST_CASE("H-21 identifiers have so many characters, and there are so many of them") {
  Shop shop;
  const auto identifiers = [&](std::string_view pairs) {
    return shop.put_product(R"({"name":"x","identifiers":{)" + std::string(pairs) + "}}");
  };
  const auto key_of = [](size_t size) { return "com.acme." + std::string(size - 9, 'k'); };
  const Answer fits = identifiers("\"" + key_of(limits::identifier_key_chars) + R"(":"v")");
  CHECK(fits.headers.find("T-H-1") == std::string::npos);
  const Answer longer = identifiers("\"" + key_of(limits::identifier_key_chars + 1) + R"(":"v")");
  CHECK(longer.headers.find("T-H-1") != std::string::npos);

  const auto value = [&](size_t size) {
    return identifiers(R"("com.acme.v":")" + repeat("å", size) + "\"").status;
  };
  CHECK(value(limits::identifier_value_chars) == 200);
  CHECK(value(limits::identifier_value_chars + 1) == 400);

  const auto many = [&](size_t count) {
    return shop
        .send(Method::post, "/v1/products",
              R"({"name":"x","identifiers":{)" +
                  list_of(count, [](auto i) { return "\"com.many.k" + i + R"(":"v")"; }) + "}}")
        .status;
  };
  CHECK(many(limits::identifiers + 1) == 400);
  CHECK(many(limits::identifiers) == 201);
}

TEST_CASE("C-41 a percentage has so many decimals") {
  Shop shop;
  const auto put = [&](size_t decimals) {
    const std::string target = "/v1/vat-codes/percentage=1." + std::string(decimals, '1');
    return shop.send(Method::put, target, "{}").status;
  };
  CHECK(put(limits::percentage_decimals) == 201);
  CHECK(put(limits::percentage_decimals + 1) == 400);
}

TEST_CASE("a text has so many bytes") {
  Shop shop;
  const auto named = [&](size_t size) {
    return shop.put_product(R"({"name":")" + std::string(size, 'n') + "\"}").status;
  };
  CHECK(named(limits::text_bytes) == 201);
  CHECK(named(limits::text_bytes + 1) == 400);
}

TEST_CASE("Q-106 take and skip accept so much") {
  Shop shop;
  const auto get = [&](std::string_view op, uint64_t number) {
    return shop
        .send(Method::get,
              "/v1/products~" + std::string(op) + "(" + std::to_string(number) + ")/count")
        .status;
  };
  CHECK(get("take", limits::max_take) == 200);
  CHECK(get("take", limits::max_take + 1) == 400);
  CHECK(get("skip", limits::max_skip) == 200);
  CHECK(get("skip", limits::max_skip + 1) == 400);
}

TEST_CASE("an order has so many lines") {
  Shop shop;
  const auto lines = [](size_t count) {
    return list_of(count, [](auto) { return Shop::item("1"); });
  };
  const Answer more = shop.put_order("LINES", lines(limits::order_items + 1));
  CHECK(more.status == 400);
  CHECK(more.is_error("TooManyItems"));
  REQUIRE(shop.put_order("LINES", lines(limits::order_items)).status == 201);

  SECTION("Q-107 an answer of too many values is refused") {
    const std::string many = list_of(120, [](auto i) { return "a" + i + ":quantity"; });
    const std::string target =
        "/v1/trade-orders/com.acme.order-id=LINES~just(" +
        list_of(5, [&](auto i) { return "b" + i + ":items~just(" + many + ")"; }) + ")";
    const Answer answer = shop.send(Method::get, target);
    CHECK(answer.status == 400);
    CHECK(answer.is_error("ResultTooLarge"));
  }
  SECTION("Q-107 an answer of too many bytes is refused") {
    const std::string name(limits::text_bytes, 'n');
    REQUIRE(shop.send(Method::patch, "/v1/products/com.acme.sku=WIDGET-001",
                      R"({"name":")" + name + "\"}")
                .status == 200);
    const Answer answer =
        shop.send(Method::get, "/v1/trade-orders/com.acme.order-id=LINES~with(items)");
    CHECK(answer.status == 400);
    CHECK(answer.is_error("ResultTooLarge"));
  }
}

TEST_CASE("Q-107 a query that visits too many values is refused") {
  Shop shop;
  const size_t count = 300;  // their square is visited for each of them
  REQUIRE(shop.send(Method::post, "/v1/products",
                    "[" +
                        list_of(count,
                                [](auto i) {
                                  return R"({"name":"v","identifiers":{"com.visit.id":")" + i +
                                         "\"}}";
                                }) +
                        "]")
              .status == 200);
  REQUIRE(shop.send(Method::post, "/v1/prices",
                    R"({"products":[)" +
                        list_of(count,
                                [](auto i) {
                                  return R"({"identifiers":{"com.visit.id":")" + i + "\"}}";
                                }) +
                        "]}")
              .status == 201);
  const std::string_view there = "/v1/products~where(name=v)~where(prices/products/name=no)";
  CHECK(shop.send(Method::get, there).status == 200);
  const Answer answer = shop.send(
      Method::get, "/v1/products~where(name=v)~where(prices/products/prices/products/name=no)");
  CHECK(answer.status == 400);
  CHECK(answer.is_error("ResultTooLarge"));
}

TEST_CASE("H-40 a body has so many values") {
  Shop shop;
  const auto post = [&](size_t values) {
    return shop.send(Method::post, "/v1/products", "[1" + repeat(",1", values - 2) + "]");
  };
  CHECK(post(limits::json_values).is_error("TooManyItems"));  // of an array body
  CHECK(post(limits::json_values + 1).is_error("MalformedJson"));
}

TEST_CASE("H-33, T-H-6 an array body has so many elements, and so many share a transaction") {
  Shop shop;
  const auto post = [&](size_t count) {
    return shop.send(Method::post, "/v1/products",
                     "[" + list_of(count, [](auto) { return R"({"name":"b"})"; }) + "]");
  };
  CHECK(post(limits::bulk_chunk).headers.find("T-H-6") == std::string::npos);
  CHECK(post(limits::bulk_chunk + 1).headers.find("T-H-6") != std::string::npos);
  const auto numbers = [&](size_t count) {
    return shop.send(Method::post, "/v1/products", "[1" + repeat(",1", count - 1) + "]");
  };
  CHECK(numbers(limits::bulk_items).is_error("FailedCoercion"));
  CHECK(numbers(limits::bulk_items + 1).is_error("TooManyItems"));
}

TEST_CASE("O-22 a quantity is so large and has so many decimals") {
  Shop shop;
  const std::string most = std::to_string(limits::quantity);
  const std::string decimals = "1." + std::string(limits::quantity_decimals, '1');
  const std::string_view cheap = R"(,"unitAmountExclVat":"0.01")";
  CHECK(shop.put_order("Q-1", Shop::item(most, cheap)).status == 201);
  CHECK(shop.put_order("Q-2", Shop::item(most + ".1", cheap)).is_error("InvalidQuantity"));
  CHECK(shop.put_order("Q-3", Shop::item(decimals)).status == 201);
  CHECK(shop.put_order("Q-4", Shop::item(decimals + "1")).is_error("InvalidQuantity"));
}

TEST_CASE("C-4, C-30, O-36 a price is so high and has so many decimals") {
  Shop shop;
  const std::string most = std::to_string(limits::price);
  const std::string decimals = "1." + std::string(limits::price_decimals, '1');
  const auto manual = [&](std::string_view amount) {
    return shop.put_order(
        "P-" + std::string(amount),
        Shop::item("1", R"(,"unitAmountExclVat":")" + std::string(amount) + "\""));
  };
  const auto listed = [&](std::string_view amount) {
    return shop.send(Method::post, "/v1/prices", R"({"amount":")" + std::string(amount) + "\"}");
  };
  CHECK(manual(most).status == 201);
  CHECK(manual(most + ".01").is_error("InvalidAmount"));
  CHECK(manual(decimals).status == 201);
  CHECK(manual(decimals + "1").is_error("InvalidAmount"));
  CHECK(listed(most).status == 201);
  CHECK(listed(most + ".01").is_error("InvalidAmount"));
  CHECK(listed(decimals).status == 201);
  CHECK(listed(decimals + "1").is_error("InvalidAmount"));
}

TEST_CASE("O-34, O-60 an order and its payments come to so much") {
  Shop shop;
  const std::string units = std::to_string(limits::amount / limits::price);
  const std::string at_most = R"(,"unitAmountExclVat":"800000000")";  // 1,000,000,000 with VAT
  CHECK(shop.put_order("T-1", Shop::item(units, at_most)).status == 201);
  CHECK(shop.put_order("T-2", Shop::item(units, at_most) + "," + Shop::item("1"))
            .is_error("InvalidAmount"));
  const auto pay = [&](std::string_view id, const std::string& amount) {
    return shop.send(Method::patch, "/v1/trade-orders/com.acme.order-id=T-1/actions",
                     R"({"createPayment":{"transactionId":")" + std::string(id) +
                         R"(","timestamp":"2024-12-15T00:00:00Z",
                         "method":{"identifiers":{"methodId":"com.heads.card"}},
                         "currency":{"identifiers":{"currencyCode":"SEK"}},"amount":")" +
                         amount + "\"}}");
  };
  const std::string most = std::to_string(limits::amount);
  CHECK(pay("1", most + ".01").is_error("InvalidAmount"));
  CHECK(pay("2", most).status == 200);
  CHECK(pay("3", "0.01").is_error("InvalidAmount"));
}

TEST_CASE("O-61 an order has so many payments, and so have its actions") {
  Shop shop;
  REQUIRE(shop.put_order("P-1", Shop::item("1")).status == 201);
  const auto pay = [&](size_t count, const std::string& prefix) {
    return shop.send(Method::patch, "/v1/trade-orders/com.acme.order-id=P-1/actions",
                     R"({"createPayment":[)" + list_of(count, [&](auto i) {
                       return R"({"transactionId":")" + prefix + i +
                              R"(","timestamp":"2024-12-15T00:00:00Z",
                                          "method":{"identifiers":{"methodId":"com.heads.card"}},
                                          "currency":{"identifiers":{"currencyCode":"SEK"}},
                                          "amount":"0.01"})";
                     }) + "]}");
  };
  CHECK(pay(limits::order_payments + 1, "a").is_error("TooManyItems"));
  CHECK(pay(limits::order_payments, "a").status == 200);
  CHECK(pay(limits::order_payments, "a").status == 200);  // repeats
  const Answer more = pay(1, "b");
  CHECK(more.status == 400);
  CHECK(more.is_error("TooManyItems"));
}

TEST_CASE("an order has so many sellers, and a list so many elements") {
  Shop shop;
  const auto put = [&](size_t sellers) {
    return shop.send(
        Method::post, "/v1/trade-orders",
        R"({"identifiers":{"com.acme.order-id":"S-)" + std::to_string(sellers) +
            R"("},"supplier":{"identifiers":{"com.acme.company-id":"ACME-RETAIL"}},
                    "customer":{"identifiers":{"com.acme.customer-id":"CUST-001"}},
                    "currency":{"identifiers":{"currencyCode":"SEK"}},
                    "items":[)" +
            Shop::item("1") + "],\"sellers\":[" +
            list_of(
                sellers,
                [](auto) { return R"({"identifiers":{"com.acme.store-id":"WAREHOUSE-MAIN"}})"; }) +
            "]}");
  };
  CHECK(put(limits::order_sellers).status == 201);
  CHECK(put(limits::order_sellers + 1).is_error("TooManyItems"));

  const auto put_gtins = [&](size_t count) {
    return shop.put_product(R"({"name":"L","plu":[)" +
                            list_of(count, [](auto i) { return "\"" + i + "\""; }) + "]}");
  };
  CHECK(put_gtins(limits::list_elements + 1).is_error("TooManyItems"));
  CHECK(put_gtins(limits::list_elements).status == 201);
}

TEST_CASE("Q-107 sorting costs what it compares") {
  Shop shop;
  const size_t count = 2000;
  const std::string name(limits::text_bytes / 2, 'n');
  for (size_t chunk = 0; chunk < 10; ++chunk) {
    REQUIRE(shop.send(Method::post, "/v1/products",
                      "[" +
                          list_of(count / 10,
                                  [&](auto i) {
                                    return R"({"name":")" + name +
                                           R"(","identifiers":{"com.sort.id":")" +
                                           std::to_string(chunk) + "-" + i + "\"}}";
                                  }) +
                          "]")
                .status == 200);
  }
  CHECK(shop.send(Method::get, "/v1/products~orderBy(name)~count").status == 200);
  std::string keys;
  for (int i = 0; i < 20; ++i) keys += "~orderBy(name)";
  const Answer answer = shop.send(Method::get, "/v1/products" + keys + "~count");
  CHECK(answer.status == 400);
  CHECK(answer.is_error("ResultTooLarge"));
}

TEST_CASE("C-60 a place holds so much of a product") {
  Shop shop;
  const int64_t rounds = limits::stock_level / limits::quantity;
  for (int64_t i = 0; i < rounds - 1; ++i) {
    REQUIRE(shop.adjust(std::to_string(limits::quantity)).status == 201);
  }
  const std::string rest = std::to_string(limits::quantity - 100);  // 100 were there
  CHECK(shop.adjust(rest + ".000001").is_error("InvalidQuantity"));
  CHECK(shop.adjust(rest).status == 201);
  CHECK(shop.adjust("0.000001").is_error("InvalidQuantity"));
}

TEST_CASE("C-73 what is held of a product at an owner comes to so much, back orders included") {
  Shop shop;
  REQUIRE(shop.send(Method::post, "/v1/trade-relationships",
                    R"({"supplierAgent":{"identifiers":{"com.acme.company-id":"ACME-RETAIL"}},
                        "customerAgent":{"identifiers":{"com.acme.customer-id":"CUST-001"}},
                        "allowsBackOrder":true})")
              .status == 201);
  const auto approve = [&](std::string_view id, size_t lines, std::string_view quantity) {
    const std::string item = Shop::item(quantity, R"(,"unitAmountExclVat":0)");
    REQUIRE(shop.put_order(id, list_of(lines, [&](auto) { return item; })).status == 201);
    return shop.send(Method::patch,
                     "/v1/trade-orders/com.acme.order-id=" + std::string(id) + "/actions",
                     R"({"tryApprove":true})");
  };
  const auto lines = static_cast<size_t>(limits::stock_level / limits::quantity);
  CHECK(approve("MOST", lines, std::to_string(limits::quantity)).status == 200);
  CHECK(approve("MORE", 1, "0.000001").is_error("InsufficientStock"));
}

TEST_CASE("O-30 a line tells so many units apart") {
  Shop shop;
  const auto put = [&](size_t count) {
    return shop.put_order(
        "UNITS-" + std::to_string(count),
        R"({"product":{"identifiers":{"com.acme.sku":"WIDGET-001"}},"productInstances":[)" +
            list_of(count, [](auto i) { return R"({"serialNumber":"S)" + i + "\"}"; }) + "]}");
  };
  CHECK(put(limits::line_instances).status == 201);
  CHECK(put(limits::line_instances + 1).is_error("TooManyItems"));
}

TEST_CASE("C-12 a chain of owners is so long") {
  Shop shop;
  const auto put = [&](size_t i) {
    const std::string owner =
        i == 0 ? ""
               : R"(,"parent":{"identifiers":{"com.chain.id":")" + std::to_string(i - 1) + "\"}}";
    return shop
        .send(Method::put, "/v1/companies/com.chain.id=" + std::to_string(i),
              R"({"name":"c")" + owner + "}")
        .status;
  };
  for (size_t i = 0; i <= limits::owner_chain; ++i) REQUIRE(put(i) == 201);
  CHECK(put(limits::owner_chain + 1) == 400);
}

size_t count(std::string_view text, std::string_view part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

TEST_CASE("H-8, H-94 an error lists so much of what is wrong") {
  Shop shop;
  const auto wrong = [&](size_t times) {
    const Answer answer =
        shop.put_product(R"({"name":"x","plu":[1)" + repeat(",1", times - 1) + "]}");
    CHECK(answer.is_error("FailedCoercion"));
    return count(answer.body, "\"success\"");
  };
  CHECK(wrong(limits::listed) == limits::listed);
  CHECK(wrong(limits::listed + 1) == limits::listed);
  const auto hinted = [&](size_t times) {
    const std::string members = list_of(times, [](auto i) { return "\"m" + i + "\":1"; });
    const std::string body = R"({"name":"x",)" + members + "}";
    const Answer lenient = shop.put_product(body);
    CHECK(lenient.headers.find(";n=" + std::to_string(times) + ";") != std::string::npos);
    return count(
        shop.send(Method::put, "/v1/products/com.acme.sku=LIMIT", body, "prefer:handling=strict\n")
            .body,
        "T-H-3");
  };
  CHECK(hinted(limits::listed) == limits::listed);
  CHECK(hinted(limits::listed + 1) == limits::listed);
}

TEST_CASE("H-93 a header lists so many hints, and so many bytes of them") {
  const auto header = [](size_t times, size_t message) {
    std::vector<Hint> hints;
    for (size_t i = 0; i < times; ++i)
      hints.push_back({"T-H-3", 1, {{"", std::string(message, 'm')}}});
    http::Response response;
    http::add_hints_header(response, hints);
    return std::string(response.headers.view());
  };
  CHECK(count(header(limits::hints, 1), "T-H-3") == limits::hints);
  CHECK(header(limits::hints, 1).find("more") == std::string::npos);
  CHECK(count(header(limits::hints + 1, 1), "T-H-3") == limits::hints);
  CHECK(header(limits::hints + 1, 1).find(", more;n=1\n") != std::string::npos);
  const size_t name_and_end = std::string_view("API-Hints: \n").size();
  CHECK(header(limits::hints, 300).size() <= limits::hint_bytes + name_and_end);
  CHECK(header(40, 200).find(", more;n=") != std::string::npos);
}

TEST_CASE("H-51 a header of so many bytes holds an error's document, else its kind alone") {
  Shop shop;
  const auto info = [&](size_t size) {
    const Answer answer = shop.send(Method::get, "/v1/" + std::string(size, 'x'));
    const size_t at = answer.headers.find("Error-Info: ") + 12;
    return answer.headers.substr(at, answer.headers.find('\n', at) - at);
  };
  const size_t around = info(1).size() - 3;  // the name stands in details, message and url
  const size_t fits = (limits::error_info_bytes - around) / 3;
  CHECK(info(fits).find("\"url\"") != std::string::npos);
  CHECK(info(fits + 1).find("\"url\"") == std::string::npos);
  CHECK(info(fits + 1).find("\"NotFound\"") != std::string::npos);
}

}  // namespace
}  // namespace waybill
