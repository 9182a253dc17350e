#include <catch2/catch.hpp>

#include "parsed.hpp"

/// What stands inside operators: predicates, members of single values, selectors.
namespace waybill::query {

TEST_CASE("the comparison is the leftmost, longest one", "[Q-23][Q-68]") {
  CHECK(where("a=1") == "(= /a \"1\")");
  CHECK(where("a!=1") == "(!= /a \"1\")");
  CHECK(where("a>1") == "(> /a \"1\")");
  CHECK(where("a>=1") == "(>= /a \"1\")");
  CHECK(where("a<1") == "(< /a \"1\")");
  CHECK(where("a<=1") == "(<= /a \"1\")");
  CHECK(where("a=~1") == "(=~ /a \"1\")");
  CHECK(where("a!~1") == "(!~ /a \"1\")");
  CHECK(where("a==1") == "(= /a \"=1\")");
  CHECK(where("a=b=c>d") == "(= /a \"b=c>d\")");
  CHECK(where("a%3E=1,b%3C%3D2,c%21=3,d%3D4,e%3d~5") ==
        "(>= /a \"1\") (<= /b \"2\") (!= /c \"3\") (= /d \"4\") (=~ /e \"5\")");
  CHECK(where("a=%7Eb") == "(= /a \"~b\")");
  CHECK(where("a =  b c ") == "(= /a \"b c\")");
  CHECK(where("items~where(a=1)~count>0") == "(> /items(where() (= /a \"1\"))(count) \"0\")");
  CHECK(where("name/>=a") == "(truthy /name/{>=a})");
  CHECK(where("timestamp/+=1:0>2024-01-01") == "(> /timestamp/{+=1:0} \"2024-01-01\")");
  CHECK(where("name//=-/0=x") == "(= /name/{/=-}/0 \"x\")");
}

TEST_CASE("predicates", "[Q-67][Q-71][Q-72][Q-73]") {
  CHECK(where("hidden") == "(truthy /hidden)");
  CHECK(where("!hidden") == "(falsy /hidden)");
  CHECK(where("%21hidden&a=1") == "(falsy /hidden) (= /a \"1\")");
  CHECK(where("hidden&status=New,a=1 ,b") ==
        "(truthy /hidden) (= /status \"New\") (= /a \"1\") (truthy /b)");
  CHECK(where("a=1 & b=2") == "(= /a \"1\") (= /b \"2\")");
  CHECK(where("a=1%20,%20b=2") == "(= /a \"1\") (= /b \"2\")");
  CHECK(where("@type=person") == "(= /@type \"person\")");
  CHECK(where("customer/@type=person") == "(= /customer/@type \"person\")");
  CHECK(where("labels~count>0") == "(> /labels(count) \"0\")");
  CHECK(where("items~first/product/identifiers/key=K") ==
        "(= /items(first)/product/identifiers/key \"K\")");
  CHECK(where("$this=orders:read") == "(= $this \"orders:read\")");
  CHECK(where("field=") == "(= /field \"\")");
  CHECK(where("customer.identifiers.x=1") == "(= /customer.identifiers.x \"1\")");
  CHECK(where("=1") == "syntax <=1> predicate without a left side");
  CHECK(where("a=1,,b") == "syntax <> predicate without a left side");
  CHECK(where("a=1,") == "syntax <> predicate without a left side");
  CHECK(where("!a=1") == "syntax <!a=1> a comparison cannot be negated by a leading \"!\"");
}

TEST_CASE("the left side is kept as written", "[Q-75]") {
  Parser parser;
  const ParseResult result = parser.parse("/v1/a~where( identifiers/k%65y =x)");
  REQUIRE(result.fault == SyntaxFault::none);
  CHECK(result.target.links[1].predicates[0].left_text == "identifiers/key");
}

TEST_CASE("wholly quoted values are text", "[Q-26][T-Q-24]") {
  CHECK(where("identifiers/key>\"5f\"") == "(> /identifiers/key '5f')");
  CHECK(where("a='null'") == "(= /a 'null')");
  CHECK(where("a=%22x%22,b=%27y%27") == "(= /a 'x') (= /b 'y')");
  CHECK(where("a=\"\"") == "(= /a '')");
  CHECK(where("a=\"x&y\"&b='p&q' ") == "(= /a 'x&y') (= /b 'p&q')");
  CHECK(where("a=\"x\"y") == "(= /a \"\"x\"y\")");
  CHECK(where("a=O'Brien") == "(= /a \"O'Brien\")");
  CHECK(where("a='x,y'") == "(= /a \"'x\") (truthy /y')");
  CHECK(where("a=\"x,y\"") == "(= /a \"\"x\") (truthy /y\")");
  CHECK(where("a='x") == "syntax <'x> quoted value is never closed");
  CHECK(where("a=\"x&b=1") == "syntax <\"x> quoted value is never closed");
  CHECK(where("a=%22x") == "(= /a \"\"x\")");
}

TEST_CASE("a raw ~ after + < - ~ = ! is text in members and predicates", "[Q-24]") {
  CHECK(where("name=a-~b") == "(= /name \"a-~b\")");
  CHECK(where("name=a~b") == "syntax <~b> a \"~\" in a value must be written %7E");
  CHECK(where("status=New~first") == "syntax <~first> a \"~\" in a value must be written %7E");
  CHECK(parse("/v1/a/b/name/+~suffix~toUpper") == "/a/b/name/{+~suffix}(toUpper)");
  CHECK(parse("/v1/a/b/name/-~prefix/length") == "/a/b/name/{-~prefix}/length");
  CHECK(parse("/v1/a/b/name/=~x-~y") == "/a/b/name/{=~x-~y}");
  CHECK(parse("/v1/a/b/name/!~x") == "/a/b/name/{!~x}");
  CHECK(parse("/v1/a/b/name/%3C=x%3C~y") == "/a/b/name/{<=x<~y}");
  CHECK(parse("/v1/a/b/name//=-~last") == "/a/b/name/{/=-}(last)");
  CHECK(parse("/v1/a/b/name/=-~last") == "/a/b/name/{=-}(last)");
  CHECK(parse("/v1/a/b/name//=~last") == "/a/b/name/{/=}(last)");
  CHECK(parse("/v1/a/b/name//=/0") == "/a/b/name/{/=}/0");
  CHECK(parse("/v1/a-~first") == "/a-(first)");
}

TEST_CASE("members of primitives", "[Q-87][Q-88][Q-89]") {
  CHECK(parse("/v1/now/+=0:1:0") == "/now/{+=0:1:0}");
  CHECK(parse("/v1/now/-=24") == "/now/{-=24}");
  CHECK(parse("/v1/now/0_0_*_*_*") == "/now/0_0_*_*_*");
  CHECK(parse("/v1/now/*%2F5_*_*_*_*") == "/now/{*/5_*_*_*_*}");
  CHECK(parse("/v1/now/*_1,2_*_*_MON-FRI") == "/now/{*_1,2_*_*_MON-FRI}");
  CHECK(parse("/v1/a/b/name/1..3/..2/1..") == "/a/b/name/1..3/..2/1..");
  CHECK(parse("/v1/a/b/x/*=2/%3E=3/%3C4/==5/!=6") == "/a/b/x/{*=2}/{>=3}/{<4}/{==5}/{!=6}");
  CHECK(parse("/v1/a/b/x/+=10%/r2/%.2f") == "/a/b/x/{+=10%}/r2/%.2f");
  CHECK(parse("/v1/a/b/x/%2503d") == "/a/b/x/%03d");
  CHECK(parse("/v1/a/b/x/%25d/%d/%s/%25s/%25%25/%%") == "/a/b/x/%d/%d/%s/%s/%%/%%");
  CHECK(parse("/v1/a/b/x/%25-10s/%2510.2f~count") == "/a/b/x/%-10s/%10.2f(count)");
  CHECK(parse("/v1/a/b/x/-1/0/-3..-1/..-2") == "/a/b/x/-1/0/-3..-1/..-2");
  CHECK(parse("/v1/a/b/x/=~a..b/-=1..2") == "/a/b/x/{=~a..b}/{-=1..2}");
  CHECK(parse("/v1/a/b/x/+=a%2Fb%7Ec/!=a=b") == "/a/b/x/{+=a/b~c}/{!=a=b}");
  CHECK(parse("/v1/a/b/x/%2B=1/-=%2B/%3D%3Dy") == "/a/b/x/{+=1}/{-=+}/{==y}");
  CHECK(parse("/v1/a/b/x//=%2F~last") == "/a/b/x/{/=/}(last)");
  CHECK(parse("/v1/a/b/x//=~~first") == "/a/b/x/{/=~}(first)");
  CHECK(parse("/v1/a/b/x//=~/0") == "/a/b/x/{/=~}/0");
  CHECK(parse("/v1/a/b/x//=~") == "/a/b/x/{/=~}");
  CHECK(parse("/v1/a/b/x//=-~~first") == "/a/b/x/{/=-~}(first)");
  CHECK(parse("/v1/a/b/x//=a~~first") == "syntax <~> operator without a name");
  CHECK(parse("/v1/a/b/x//=%7E~first") == "/a/b/x/{/=~}(first)");
  CHECK(parse("/v1/a/b/x//=2/r2") == "/a/b/x/{/=2}/r2");
}

TEST_CASE("cron forms", "[Q-88]") {
  CHECK(parse("/v1/now/0_0_*_*_*") == "/now/0_0_*_*_*");
  CHECK(parse("/v1/now/*_*_*_*_*") == "/now/{*_*_*_*_*}");
  CHECK(parse("/v1/now/0,30_9-17%2F2_1,15_*%2F3_Mon-FRI") == "/now/0,30_9-17/2_1,15_*/3_Mon-FRI");
  CHECK(parse("/v1/now/*,5_*_*_*_*/date") == "/now/{*,5_*_*_*_*}/date");
  CHECK(select("at:api/v1/now/0_0_*_*_*") == "at:root/now/0_0_*_*_*");
  CHECK(select("at:api/v1/now/0%2C30_*_*_*_*/ms") == "at:root/now/0,30_*_*_*_*/ms");
  CHECK(select("timestamp/*%2F5_*_*_*_*") == "/timestamp/{*/5_*_*_*_*}");
  CHECK(where("timestamp/0_0_*_*_*%3E2024-12-15") == "(> /timestamp/0_0_*_*_* \"2024-12-15\")");
}

TEST_CASE("members of primitives in selectors and predicates", "[Q-23][Q-86][Q-89]") {
  CHECK(select("$index/+=1/%2503d") == "$index/{+=1}/%03d");
  CHECK(select("n:name/..3/upper,p:amount/%.2f") == "n:/name/..3/upper p:/amount/%.2f");
  CHECK(select("tail:'32891238%3Awd'//=%3A~last") == "tail:'32891238:wd'/{/=:}(last)");
  CHECK(select("parts:name//=-") == "parts:/name/{/=-}");
  CHECK(select("half:amount//=2/r2") == "half:/amount/{/=2}/r2");
  CHECK(select("'a'/+=b+name/-=c") == "(+ 'a'/{+=b} /name/{-=c})");
  CHECK(select("name/+~x/-~y") == "/name/{+~x}/{-~y}");
  CHECK(select("api/v1/now/+=0:1:0") == "root/now/{+=0:1:0}");
  CHECK(select("at:api/v1/now/+=0:1:0") == "at:root/now/{+=0:1:0}");
  CHECK(select("hidden %3F api/v1/now/+=0:1:0 : timestamp/-=24") ==
        "(? /hidden root/now/{+=0:1:0} /timestamp/{-=24})");
  CHECK(select("big:amount/%3E=100 %3F 'y' : 'n'") == "big:(? /amount/{>=100} 'y' 'n')");
  CHECK(where("name/length/>=10") == "(truthy /name/length/{>=10})");
  CHECK(where("!name/==x") == "(falsy /name/{==x})");
  CHECK(where("name/=~Widget") == "(truthy /name/{=~Widget})");
  CHECK(where("name/!~x,name/!=y") == "(truthy /name/{!~x}) (truthy /name/{!=y})");
  CHECK(where("amount/+=10%25>100") == "(> /amount/{+=10%} \"100\")");
  CHECK(where("amount//=2<5") == "(< /amount/{/=2} \"5\")");
  CHECK(where("name//=-~last=B") == "(= /name/{/=-}(last) \"B\")");
  CHECK(where("sku/..5=ELEC-") == "(= /sku/..5 \"ELEC-\")");
  CHECK(where("name/-1=x") == "(= /name/-1 \"x\")");
  CHECK(where("name/%25.2f=1.00") == "(= /name/%.2f \"1.00\")");
}

TEST_CASE("time windows keep their parentheses", "[Q-93]") {
  CHECK(parse("/v1/trade-orders/after(create)/2024-01-01T00:00:00Z~count") ==
        "/trade-orders/after(create)/2024-01-01T00:00:00Z(count)");
  CHECK(parse("/v1/trade-orders/before/-=24") == "/trade-orders/before/{-=24}");
}

TEST_CASE("selector starts", "[Q-84][Q-86]") {
  CHECK(select("$this") == "$this");
  CHECK(select("p:$prior/name,i:$index") == "p:$prior/name i:$index");
  CHECK(select("$thisOne") == "/$thisOne");
  CHECK(select("x:'text'") == "x:'text'");
  CHECK(select("x:'a/b~c:d'/upper") == "x:'a/b~c:d'/upper");
  CHECK(select("x:%27a%20b%27/upper") == "x:'a b'/upper");
  CHECK(select("x:''") == "x:''");
  CHECK(select("~count") == "(count)");
  CHECK(select("total:items~count") == "total:/items(count)");
  CHECK(select("/name") == "/name");
  CHECK(select("c:com.acme.id=5/name") == "c:/com.acme.id=\"5\"/name");
  CHECK(select("orders/0/identifiers/com.acme.order-id") ==
        "/orders/0/identifiers/com.acme.order-id");
  CHECK(select("addresses/main/") == "/addresses/main");
  CHECK(select("b:name/upper") == "b:/name/upper");
}

TEST_CASE("cross-fetch", "[Q-86]") {
  CHECK(select("t:api/v1/now/+=0:1:0") == "t:root/now/{+=0:1:0}");
  CHECK(select("api/v1/now/+=0:1:0") == "root/now/{+=0:1:0}");
  CHECK(select("o:/api/v1/trade-orders~where(status=New)~take(1)") ==
        "o:root/trade-orders(where() (= /status \"New\"))(take() \"1\")");
  CHECK(select("api/v1x") == "/api/v1x");
}

TEST_CASE("concatenation", "[Q-86]") {
  CHECK(select("x:a+b/c+'d'") == "x:(+ /a /b/c 'd')");
  CHECK(select("a + ' + ' + b") == "(+ /a ' + ' /b)");
  CHECK(select("~toUpper+~toLower") == "(+ (toUpper) (toLower))");
  CHECK(select("n/+=a+b") == "(+ /n/{+=a} /b)");
  CHECK(select("n/+46") == "/n/+46");
  CHECK(select("+=5") == "/{+=5}");
  CHECK(select("items~with(a+b)") == "/items(with() (+ /a /b))");
  CHECK(select("a+") == "syntax <> expected a member or an operator");
}

TEST_CASE("coalescing and conditionals", "[Q-86]") {
  CHECK(select("n:name%20%3F%3F%20'none'") == "n:(?? /name 'none')");
  CHECK(select("a %3f%3F b %3F%3F c+d") == "(?? /a /b (+ /c /d))");
  CHECK(select("x:hidden %3F name : sku") == "x:(? /hidden /name /sku)");
  CHECK(select("hidden%20%3F%20'y'%20:%20'n'") == "(? /hidden 'y' 'n')");
  CHECK(select("a %3F b : c %3F d : e") == "(? /a /b (? /c /d /e))");
  CHECK(select("a %3F b %3F c : d : e") == "(? /a (? /b /c /d) /e)");
  CHECK(select("a %3F b %3F%3F c : d") == "(? /a (?? /b /c) /d)");
  CHECK(select("a%3Fb") == "/a?b");
  CHECK(select("a%3F%3Fb") == "/a??b");
  CHECK(select("a %3F b") == "syntax <a %3F b> conditional without \":\"");
  CHECK(select("a %3F%20 : c") == "syntax <> expected a member or an operator");
  CHECK(parse("/v1/a?fields=x:a ? b : c") == "/a ?fields=\"x:a ? b : c\" x:(? /a /b /c)");
}

TEST_CASE("conversions", "[Q-86]") {
  CHECK(select("a->string,b/c->number,'1'->boolean") == "/a->string /b/c->number '1'->boolean");
  CHECK(select("n:items~count-%3Estring") == "n:/items(count)->string");
  CHECK(select("a+b->string") == "(+ /a /b->string)");
  CHECK(select("string") == "/string");
}

}  // namespace waybill::query
