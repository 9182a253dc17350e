#include "base/json.hpp"

#include <catch2/catch.hpp>

#include "base/limits.hpp"
#include "written.hpp"

namespace waybill {
namespace {

std::string reread(std::string_view text) {
  JsonDocument document;
  if (!document.parse(text)) return document.fault().details;
  return written([&](Bytes& out) { document.append(out, document.root()); });
}

TEST_CASE("H-40 JSON is read and written back, members in their order, numbers with their digits") {
  for (const std::string_view text :
       {R"({"b":1,"a":[true,false,null],"c":{"d":"e"}})", "[]", "{}", "\"x\"", "-12.500", "1e2",
        "123456789012345678", R"(["\"","\\","\n","å","😀"])"}) {
    CHECK(reread(text) == text);
  }
  CHECK(reread(" [ 1 , \"\\u00e5\\ud83d\\ude00\" ] ") == R"([1,"å😀"])");
  CHECK(reread("0.10000000000000000000000000000000000001") ==
        "0.10000000000000000000000000000000000001");
}

TEST_CASE("H-40 malformed JSON is refused with line and column") {
  for (const std::string_view text :
       {"",         "{",           "[1,]",        "{\"a\":}",   "{\"a\" 1}",
        "nul",      "01",          "+1",          "1.",         "\"a",
        "'a'",      "[1] 2",       "\"\\x\"",     "\"\t\"",     "\xff",
        "\"\xc3\"", "\"\\ud800\"", "\"\\udc00\"", "{\"a\":1,}", "\xef\xbb\xbf\xef\xbb\xbf{}"}) {
    INFO(text);
    JsonDocument document;
    CHECK_FALSE(document.parse(text));
    CHECK(document.fault().details.find("line 1, column ") != std::string::npos);
  }
  CHECK(reread("{\n  \"a\": oops\n}").find("line 2, column 8") != std::string::npos);
}

TEST_CASE("H-40 nesting is read up to the limit and refused beyond") {
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']');
  };
  CHECK(reread(nested(limits::json_depth)) == nested(limits::json_depth));
  CHECK(reread(nested(limits::json_depth + 1)) ==
        "The JSON body is nested deeper than 64 levels at line 1, column 65.");
  CHECK(reread(std::string(1'000'000, '[')) ==
        "The JSON body is nested deeper than 64 levels at line 1, column 65.");
}

TEST_CASE("H-40 of members with one name the last is found") {
  JsonDocument document;
  REQUIRE(document.parse(R"({"a":1,"b":2,"a":3})"));
  CHECK(document.find(document.root(), "a")->text == "3");
  CHECK(document.find(document.root(), "c") == nullptr);
  CHECK(reread(R"({"a":1,"b":2,"a":3})") == R"({"b":2,"a":3})");
}

TEST_CASE("H-40 of many members with few names the last of each is found") {
  std::string text = "{";
  for (int i = 0; i < 100; ++i) {
    text += "\"m" + std::to_string(i % 30) + "\":" + std::to_string(i) + ",";
  }
  text.back() = '}';
  JsonDocument document;
  REQUIRE(document.parse(text));
  CHECK(document.root().count == 30);
  for (int i = 0; i < 30; ++i) {
    const int last = i < 10 ? 90 + i : 60 + i;
    CHECK(document.find(document.root(), "m" + std::to_string(i))->text == std::to_string(last));
  }
}

TEST_CASE("O-1 a number beyond all measure is told from malformed JSON") {
  JsonDocument document;
  CHECK_FALSE(document.parse("[1e400]"));
  CHECK(document.fault().number_too_large);
  CHECK_FALSE(document.parse("[1e]"));
  CHECK_FALSE(document.fault().number_too_large);
}

TEST_CASE("H-50 a node knows where it stands") {
  JsonDocument document;
  REQUIRE(document.parse(R"({"items":[{"product":1},{"product":{"identifiers":{"a.b.c":"x"}}}]})"));
  const JsonNode& root = document.root();
  CHECK(document.path(root).empty());
  CHECK(document.path(root, "name") == "name");
  const JsonNode* items = document.find(root, "items");
  CHECK(document.path(*items) == "items");
  const JsonNode* second = document.next(*document.first(*items));
  CHECK(document.path(*second) == "items/1");
  CHECK(document.path(*second, "quantity") == "items/1/quantity");
  const JsonNode* identifiers = document.find(*document.find(*second, "product"), "identifiers");
  CHECK(document.path(*document.first(*identifiers)) == "items/1/product/identifiers/a.b.c");
  const std::string long_name(1000, 'n');
  CHECK(document.path(root, long_name).size() == limits::identifier_key_chars);
}

TEST_CASE("a document is used again and again") {
  JsonDocument document;
  for (int i = 0; i < 100; ++i) {
    REQUIRE(document.parse("{\"number\":" + std::to_string(i) + "}"));
    CHECK(document.find(document.root(), "number")->text == std::to_string(i));
    CHECK_FALSE(document.parse("{\"number\":"));
  }
}

}  // namespace
}  // namespace waybill
