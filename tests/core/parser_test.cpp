#include "query/parser.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "parsed.hpp"
#include "query/operators.hpp"

/// Targets: paths, operators, parameters, errors, limits.
namespace waybill::query {
namespace {

std::string repeat(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("the guide's targets", "[Q-11][Q-84]") {
  CHECK(parse("/v1/trade-orders/com.acme.order-id=WEB-2024-123456") ==
        "/trade-orders/com.acme.order-id=\"WEB-2024-123456\"");
  CHECK(parse("/v1/trade-orders/com.acme.order-id=WEB-2024-123456/actions") ==
        "/trade-orders/com.acme.order-id=\"WEB-2024-123456\"/actions");
  CHECK(parse("/v1/trade-orders/com.acme.order-id=WEB-2024-123456~with(payments,totalAmount)") ==
        "/trade-orders/com.acme.order-id=\"WEB-2024-123456\"(with() /payments /totalAmount)");
  CHECK(parse("/v1/trade-orders/com.acme.order-id=W~with(items~with(statusDetails,"
              "shipmentItems))") ==
        "/trade-orders/com.acme.order-id=\"W\"(with() "
        "/items(with() /statusDetails /shipmentItems))");
  CHECK(parse("/v1/trade-orders/com.acme.order-id=COMPLETE-ORDER-001~with(items,payments,"
              "shipments,status,deliveryAddresses,customer)") ==
        "/trade-orders/com.acme.order-id=\"COMPLETE-ORDER-001\"(with() /items /payments "
        "/shipments /status /deliveryAddresses /customer)");
  CHECK(parse("/v1/trade-orders/com.acme.order-id=PAYMENT-FLOW-001/shipments~just(identifiers)") ==
        "/trade-orders/com.acme.order-id=\"PAYMENT-FLOW-001\"/shipments(just() /identifiers)");
  CHECK(parse("/v1/shipment-orders/5f9c~with(items,orders,status,records)") ==
        "/shipment-orders/5f9c(with() /items /orders /status /records)");
  CHECK(parse("/v1/trade-orders~where(identifiers/com.acme.channel=webshop)"
              "~orderBy(timestamp:desc)~take(50)") ==
        "/trade-orders(where() (= /identifiers/com.acme.channel \"webshop\"))"
        "(orderBy() /timestamp desc)(take() \"50\")");
  CHECK(parse("/v1/trade-orders~where(customer/identifiers/com.acme.customer-id=CUST-VIP-001)"
              "~take(50)") ==
        "/trade-orders(where() (= /customer/identifiers/com.acme.customer-id \"CUST-VIP-001\"))"
        "(take() \"50\")");
  CHECK(parse("/v1/trade-orders~where(status=New)~count") ==
        "/trade-orders(where() (= /status \"New\"))(count)");
  CHECK(parse("/v1/mapped-types/com.acme.mapped-type=order-status-map~just(identifiers)") ==
        "/mapped-types/com.acme.mapped-type=\"order-status-map\"(just() /identifiers)");
  CHECK(parse("/v1/payment-methods") == "/payment-methods");
}

TEST_CASE("URLs in bodies may lack the leading slash", "[Q-1]") {
  Parser parser;
  const auto relative = [&](std::string_view url) {
    return outcome(parser.parse_relative(url), url);
  };
  CHECK(relative("api/v1/now/+=0:1:0") == "api /now/{+=0:1:0}");
  CHECK(relative("/api/v1/now/+=0:2:0") == "api /now/{+=0:2:0}");
  CHECK(relative("api/v1/trade-orders~where(status=Committed)~with(status,identifiers)"
                 "~take(50)") ==
        "api /trade-orders(where() (= /status \"Committed\"))"
        "(with() /status /identifiers)(take() \"50\")");
  CHECK(relative("api/v1/shipment-orders~where(identifiers/com.acme.shipped-notified=null)"
                 "~with(orders,status)~take(50)") ==
        "api /shipment-orders(where() (= /identifiers/com.acme.shipped-notified \"null\"))"
        "(with() /orders /status)(take() \"50\")");
  CHECK(relative("https://example.com/v1/x") == "not found");
}

TEST_CASE("both prefixes name one tree, anything else is outside it", "[Q-1]") {
  CHECK(parse("/v1/products") == "/products");
  CHECK(parse("/api/v1/products") == "api /products");
  CHECK(parse("/v1") == "");
  CHECK(parse("/api/v1/") == "api ");
  CHECK(parse("/v1?hidden") == " ?predicate (truthy /hidden)");
  CHECK(parse("/v1~array('a')") == "(array() 'a')");
  for (const char* outside : {"", "/", "v1/x", "/v10/x", "/api", "/api/", "/apiv1", "/V1/x"}) {
    CHECK(parse(outside) == "not found");
  }
}

TEST_CASE("a value is everything after the first =", "[Q-4]") {
  CHECK(parse("/v1/a/com.acme.id=x=y=z") == "/a/com.acme.id=\"x=y=z\"");
  CHECK(parse("/v1/a/com.acme.id=W%2F1%7E%20a+b") == "/a/com.acme.id=\"W/1~ a+b\"");
  CHECK(parse("/v1/a/key=5f") == "/a/key=\"5f\"");
  CHECK(parse("/v1/currencies/currencyCode=SEK") == "/currencies/currencyCode=\"SEK\"");
  CHECK(parse("/v1/a/com.acme.id=") == "/a/com.acme.id=\"\"");
  CHECK(parse("/v1/a/com.acme.id=x-~first") == "/a/com.acme.id=\"x-\"(first)");
  CHECK(parse("/v1/a/com.acme.id=a(b/c)/items") == "/a/com.acme.id=\"a(b/c)\"/items");
}

TEST_CASE("one trailing slash is ignored, other empty segments are 404", "[Q-8]") {
  CHECK(parse("/v1/a/") == "/a");
  CHECK(parse("/v1/a/?x=1") == "/a ?predicate (= /x \"1\")");
  CHECK(parse("/v1//a") == "not found");
  CHECK(parse("/v1/a//b") == "not found");
  CHECK(parse("/v1/a//") == "not found");
  CHECK(parse("/v1/a/~count") == "not found");
  CHECK(select("a//b") == "not found");
  CHECK(parse("/v1/a//=-") == "/a/{/=-}");
}

TEST_CASE("steps, positions, stars and finders", "[Q-14][Q-19][Q-21]") {
  CHECK(parse("/v1/a/b/status/-1") == "/a/b/status/-1");
  CHECK(parse("/v1/a/b/items/*actions~flat") == "/a/b/items/*actions(flat)");
  CHECK(parse("/v1/stores/@find/results/0") == "/stores/@find/results/0");
  CHECK(parse("/v1/agents/5f/@type") == "/agents/5f/@type");
  CHECK(parse("/v1/products.json") == "/products.json");
}

TEST_CASE("operators follow any segment, steps follow operators", "[Q-17]") {
  CHECK(parse("/v1/a/b/items~first/statusDetails") == "/a/b/items(first)/statusDetails");
  CHECK(parse("/v1/a/b/sellers~first/name") == "/a/b/sellers(first)/name");
  CHECK(parse("/v1/trade-orders~where(status=New)/count") ==
        "/trade-orders(where() (= /status \"New\"))/count");
  CHECK(parse("/v1/a~take(1)~skip(2)~last") == "/a(take() \"1\")(skip() \"2\")(last)");
}

TEST_CASE("every operator of the catalogue is known", "[Q-33][Q-40][Q-62]") {
  for (const char* name :
       {"with",     "withAll",    "just", "without",  "simpleJust", "where", "either",
        "orderBy",  "order",      "take", "skip",     "first",      "last",  "count",
        "distinct", "distinctBy", "flat", "array",    "entries",    "join",  "toLower",
        "toUpper",  "toString",   "map",  "typeless", "repeat"}) {
    const std::string text(name);
    CHECK(parse("/v1/a~" + text) == "/a(" + text + ")");
    CHECK(parse("/v1/a~" + text + "()") == "/a(" + text + "())");
    CHECK(parse("/v1/a~" + text + "(%20)").starts_with("/a(" + text + "()"));
  }
  for (const char* name : {"test", "throwAt", "renderTemplate", "flatMap"}) {
    CHECK(parse("/v1/a~" + std::string(name)) == "/a(unsupported:" + std::string(name) + ")");
  }
  for (const char* name :
       {"filter", "limit", "reverse", "any", "arr", "First", "click-and-collect", "take5"}) {
    CHECK(parse("/v1/a~" + std::string(name)) == "/a(unknown:" + std::string(name) + ")");
  }
  CHECK(parse("/v1/a~filter(a,(b)%2C)") == "/a(unknown:filter() \"a,(b),\")");
}

TEST_CASE("argument forms", "[Q-34][Q-40][Q-59]") {
  CHECK(parse("/v1/a~just(id:identifiers/key,customer:customer/name,lines:items~count)") ==
        "/a(just() id:/identifiers/key customer:/customer/name lines:/items(count))");
  CHECK(parse("/v1/a~with(prices~where(amount>0)~take(3))") ==
        "/a(with() /prices(where() (> /amount \"0\"))(take() \"3\"))");
  CHECK(parse("/v1/a~without(identifiers/key)") == "/a(without() /identifiers/key)");
  CHECK(parse("/v1/a~simpleJust(name,key)") == "/a(simpleJust() /name /key)");
  CHECK(parse("/v1/a~distinctBy(customer/name)") == "/a(distinctBy() /customer/name)");
  CHECK(parse("/v1~array('x',name)") == "(array() 'x' /name)");
  CHECK(parse("/v1/a~either(status=New,hidden)~where(name=x)") ==
        "/a(either() (= /status \"New\") (truthy /hidden))(where() (= /name \"x\"))");
  CHECK(parse("/v1/a~take(%2010%20)") == "/a(take() \"10\")");
  CHECK(parse("/v1/a~take(-1)") == "/a(take() \"-1\")");
  CHECK(parse("/v1/a~join(, )") == "/a(join() \", \")");
  CHECK(parse("/v1/a~join(%2C%28)") == "/a(join() \",(\")");
  CHECK(parse("/v1/a~map(order-status-map)") == "/a(map() \"order-status-map\")");
  CHECK(parse("/v1/a~first(3)") == "/a(first() \"3\")");
}

TEST_CASE("sort keys", "[Q-47][Q-76][Q-81]") {
  CHECK(parse("/v1/a~orderBy(name)") == "/a(orderBy() /name)");
  CHECK(parse("/v1/a~orderBy(name:asc)") == "/a(orderBy() /name)");
  CHECK(parse("/v1/a~orderBy(%20customer/name:desc%20)") == "/a(orderBy() /customer/name desc)");
  CHECK(parse("/v1/a~orderBy(n:customer/name:desc)") == "/a(orderBy() /customer/name desc)");
  CHECK(parse("/v1/a~orderBy($this)") == "/a(orderBy() $this)");
  CHECK(parse("/v1/a~orderBy(:desc)") == "syntax <> expected a member or an operator");

  Parser parser;
  const ParseResult result = parser.parse("/v1/a~orderBy(status,name:desc)");
  REQUIRE(result.fault == SyntaxFault::none);
  CHECK(result.target.links[1].sort->text == "status,name");
  CHECK(result.target.links[1].sort->descending);
}

TEST_CASE("leaves are decoded once, structure is raw", "[Q-22][Q-25]") {
  CHECK(parse("/v1/a/%2C%26%28%29%2F%3A%7E%3F") == "/a/,&()/:~?");
  CHECK(parse("/v1/a/%252F") == "/a/%2F");
  CHECK(parse("/v1/a/100%/50%zz/+1%2") == "/a/100%/50%zz/+1%2");
  CHECK(parse("/v1/a/%C3%A5") == "/a/\xC3\xA5");
  CHECK(parse("/v1/a/\xC3\xA5") == "/a/\xC3\xA5");
  CHECK(select("a%2Cb,c") == "/a,b /c");
  CHECK(select(" a , %20b%20 ") == "/a /b");
  CHECK(select("a%3Ab") == "/a:b");
  CHECK(where("name=a+b%20c") == "(= /name \"a+b c\")");
  CHECK(where("name=a%26b%2Cc&x=1") == "(= /name \"a&b,c\") (= /x \"1\")");
}

TEST_CASE("text without anything to decode is not copied", "[Q-22]") {
  Parser parser;
  const std::string_view raw = "/v1/products/com.acme.sku=A~with(name)";
  const ParseResult result = parser.parse(raw);
  REQUIRE(result.fault == SyntaxFault::none);
  CHECK(result.target.links[1].name.data() == raw.data() + 13);
  CHECK(result.target.links[1].span.begin == 13);
  CHECK(result.target.links[1].span.end == 27);
  CHECK(result.target.links[2].span.begin == 27);
  CHECK(result.target.links[2].span.end == raw.size());
}

TEST_CASE("invalid URI syntax names the invalid section", "[Q-28]") {
  CHECK(parse("/v1/a~with(b") == "syntax <(b> parenthesis is never closed");
  CHECK(parse("/v1/a~with(b))") == "syntax <)> unexpected closing parenthesis");
  CHECK(parse("/v1/a~where(b?c)") == "syntax <(b> parenthesis is never closed");
  CHECK(parse("/v1/a?b)") == "syntax <)> unexpected closing parenthesis");
  CHECK(parse("/v1/a~with(x:'b)") == "syntax <'b> literal is never closed");
  CHECK(select("x:'a,b'") == "x:/'a /b'");
  CHECK(select("'a'b") == "syntax <b> expected \"/\" or \"~\"");
  CHECK(parse("/v1/a/%C3") == "syntax <%C3> text is not valid UTF-8");
  CHECK(parse("/v1/a/\xC3(") == "syntax <(> parenthesis is never closed");
  CHECK(parse("/v1/a/b\xFF/c") == "syntax <b\xFF> text is not valid UTF-8");
  CHECK(parse("/v1/a?n=%ED%A0%80") == "syntax <%ED%A0%80> text is not valid UTF-8");
  CHECK(parse("/v1/a~") == "syntax <~> operator without a name");
  CHECK(parse("/v1/a~(b)") == "syntax <~> operator without a name");
  CHECK(parse("/v1/a~count()x") == "syntax <x> expected \"/\" or \"~\"");
  CHECK(select("a,,b") == "syntax <> expected a member or an operator");
  CHECK(select("x:") == "syntax <> expected a member or an operator");
}

TEST_CASE("syntax errors come before the 404 of an empty segment", "[Q-29]") {
  CHECK(parse("/v1//a~with(b") == "syntax <(b> parenthesis is never closed");
  CHECK(parse("/v1//a~where(n=a~b)") == "syntax <~b> a \"~\" in a value must be written %7E");
}

TEST_CASE("parameters", "[Q-63][Q-64][Q-65]") {
  CHECK(parse("/v1/a?status=New") == "/a ?predicate (= /status \"New\")");
  CHECK(parse("/v1/a?totalAmount>=100") == "/a ?predicate (>= /totalAmount \"100\")");
  CHECK(parse("/v1/a?totalAmount%3E=100") == "/a ?predicate (>= /totalAmount \"100\")");
  CHECK(parse("/v1/a?name=Nut, small") == "/a ?predicate (= /name \"Nut, small\")");
  CHECK(parse("/v1/a?name='Nut, small'") == "/a ?predicate (= /name 'Nut, small')");
  CHECK(parse("/v1/a?hidden&!active") ==
        "/a ?predicate (truthy /hidden) "
        "?predicate (falsy /active)");
  CHECK(parse("/v1/a?name=what?") == "/a ?predicate (= /name \"what?\")");
  CHECK(parse("/v1/a?orderby=name:desc&limit=10&offset=20") ==
        "/a ?orderby=\"name:desc\" /name desc ?limit=\"10\" ?offset=\"20\"");
  CHECK(parse("/v1/a?fields=name,identifiers~without(com.a.b)") ==
        "/a ?fields=\"name,identifiers~without(com.a.b)\" /name "
        "/identifiers(without() /com.a.b)");
  CHECK(parse("/v1/a?fields=items~where(a=1&b=2)&limit=1") ==
        "/a ?fields=\"items~where(a=1&b=2)\" /items(where() (= /a \"1\") (= /b \"2\")) "
        "?limit=\"1\"");
  CHECK(parse("/v1/a?fields=all,x") == "/a ?fields=\"all,x\" /all /x");
  CHECK(parse("/v1/a?after=ey%3D&format=csv") == "/a ?after=\"ey=\" ?format=\"csv\"");
  CHECK(parse("/v1/a?limit&Limit=1") == "/a ?limit=\"\" ?predicate (= /Limit \"1\")");
  CHECK(parse("/v1/a?limit>5") == "/a ?predicate (> /limit \"5\")");
  CHECK(parse("/v1/a?fields=&orderby=") == "/a ?fields=\"\" ?orderby=\"\"");
  CHECK(parse("/v1/a?&&") == "/a");
  CHECK(parse("/v1/a?=1") == "syntax <=1> predicate without a left side");

  Parser parser;
  const ParseResult result = parser.parse("/v1/a?x=%31&y");
  REQUIRE(result.target.parameters.size() == 2);
  CHECK(result.target.parameters[0].raw == "x=%31");
  CHECK(result.target.parameters[1].span.begin == 12);
}

TEST_CASE("limits at n and n + 1", "[Q-105]") {
  SECTION("levels of parentheses") {
    const auto nested = [](size_t levels) {
      return parse("/v1" + repeat("~with(a", levels) + repeat(")", levels));
    };
    CHECK(nested(limits::parenthesis_depth).starts_with("(with()"));
    CHECK(nested(limits::parenthesis_depth + 1) ==
          "Query too complex: levels of parentheses exceeds 16");
  }
  SECTION("path steps, the collection is the first") {
    CHECK(parse("/v1" + repeat("/a", limits::path_steps)).size() == 2 * limits::path_steps);
    CHECK(parse("/v1" + repeat("/a", limits::path_steps + 1)) ==
          "Query too complex: path steps exceeds 64");
    CHECK(select(repeat("/a", limits::path_steps)).size() == 2 * limits::path_steps);
    CHECK(select(repeat("/a", limits::path_steps + 1)) ==
          "Query too complex: path steps exceeds 64");
  }
  SECTION("operators per chain") {
    CHECK(parse("/v1" + repeat("~flat", limits::operators_per_chain)).starts_with("(flat)"));
    CHECK(parse("/v1" + repeat("~flat", limits::operators_per_chain + 1)) ==
          "Query too complex: operators exceeds 64");
  }
  SECTION("arguments per operator") {
    const auto arguments = [](size_t count) { return repeat("a,", count - 1) + "a"; };
    CHECK(select(arguments(limits::operator_arguments)).starts_with("/a"));
    CHECK(select(arguments(limits::operator_arguments + 1)) ==
          "Query too complex: arguments exceeds 200");
    CHECK(where(arguments(limits::operator_arguments)).starts_with("(truthy"));
    CHECK(where(arguments(limits::operator_arguments + 1)) ==
          "Query too complex: arguments exceeds 200");
    CHECK(parse("/v1/a?fields=" + arguments(limits::operator_arguments + 1)) ==
          "Query too complex: arguments exceeds 200");
  }
  SECTION("parameters") {
    CHECK(parse("/v1/a?" + repeat("b&", limits::operator_arguments)).starts_with("/a ?predicate"));
    CHECK(parse("/v1/a?" + repeat("b&", limits::operator_arguments + 1)) ==
          "Query too complex: parameters exceeds 200");
  }
  SECTION("conditionals within conditionals") {
    const auto nested = [](size_t levels) { return select(repeat("a %3F b : ", levels) + "c"); };
    CHECK(nested(limits::parenthesis_depth).starts_with("(? /a"));
    CHECK(nested(limits::parenthesis_depth + 1) ==
          "Query too complex: levels of conditionals exceeds 16");
  }
}

TEST_CASE("a parser reads one target after another") {
  Parser parser;
  for (int round = 0; round < 3; ++round) {
    CHECK(outcome(parser.parse("/v1/a~with(b+'%20')"), "") == "/a(with() (+ /b ' '))");
    CHECK(parser.parse("/v1/a~with(b+'").fault == SyntaxFault::syntax);
    CHECK(parser.parse("/v1/a~with(b,'c)").fault == SyntaxFault::syntax);
  }
}

}  // namespace waybill::query
