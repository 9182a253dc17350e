#include "base/text.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "written.hpp"

using namespace waybill;

namespace {

std::string percent_decoded(std::string_view text) {
  return written([&](Bytes& out) { append_percent_decoded(out, text); });
}

std::string json_string(std::string_view text) {
  return written([&](Bytes& out) { append_json_string(out, text); });
}

std::string json_string_ascii(std::string_view text) {
  return written([&](Bytes& out) { append_json_string_ascii(out, text); });
}

}  // namespace

TEST_CASE("well-formed UTF-8 has no invalid byte") {
  for (const char* text :
       {"", "plain", "exactly8", "more than eight",
        "Gr\xC3\xB6\xC3\x9F"
        "e",
        "\xE2\x82\xAC 5", "\xF0\x9F\x93\xA6", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80",
        "\xEF\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    CAPTURE(text);
    CHECK_FALSE(find_invalid_utf8(text));
  }
}

TEST_CASE("the first byte that is not UTF-8 is found, wherever it stands") {
  const std::string_view bad[] = {
      "\x80",              // continuation alone
      "\xC3",              // cut off
      "\xC3(",             // wrong continuation
      "\xC0\x80",          // overlong, two bytes
      "\xC1\xBF",          // overlong, two bytes
      "\xE0\x9F\xBF",      // overlong, three bytes
      "\xF0\x8F\xBF\xBF",  // overlong, four bytes
      "\xED\xA0\x80",      // first surrogate
      "\xED\xBF\xBF",      // last surrogate
      "\xF4\x90\x80\x80",  // beyond U+10FFFF
      "\xF5\x80\x80\x80",
      "\xF8\x88\x80\x80\x80",
      "\xFF",
      "\xE2\x82",
      "\xF0\x9F\x93",
  };
  for (const std::string_view bytes : bad) {
    for (size_t before = 0; before < 20; ++before) {
      const std::string text = std::string(before, 'x') + std::string(bytes);
      CHECK(find_invalid_utf8(text) == before);
      CHECK(find_invalid_utf8(text + "and more text") == before);
      CHECK(find_invalid_utf8("\xC3\xB6" + text) == before + 2);
    }
  }
}

TEST_CASE("Q-25 percent encoding is decoded once, and a plus is a plus") {
  CHECK(percent_decoded("") == "");
  CHECK(percent_decoded("plain+text") == "plain+text");
  CHECK(percent_decoded("a%20b%3E%3c") == "a b><");
  CHECK(percent_decoded("%C3%B6") == "\xC3\xB6");
  CHECK(percent_decoded("%2541") == "%41");
  CHECK(percent_decoded("%00") == std::string(1, '\0'));
}

TEST_CASE("Q-25 a percent sign without two hex digits stays as it is") {
  for (const char* text : {"%", "%%", "100%", "%4", "%4g", "%g4", "50% off", "%-1", "%%%"}) {
    CHECK(percent_decoded(text) == text);
  }
  CHECK(percent_decoded("%%41") == "%A");
  CHECK(percent_decoded("%4%41") == "%4A");
}

TEST_CASE("JSON strings escape what they must and nothing else") {
  CHECK(json_string("") == R"("")");
  CHECK(json_string("plain") == R"("plain")");
  CHECK(json_string(R"(say "hi" \ bye)") == R"("say \"hi\" \\ bye")");
  CHECK(json_string("\b\t\n\f\r") == R"("\b\t\n\f\r")");
  CHECK(json_string(std::string_view("\0\x01\x1f", 3)) == R"("\u0000\u0001\u001f")");
  CHECK(json_string("/ \x7f \xC3\xB6 \xF0\x9F\x93\xA6") == "\"/ \x7f \xC3\xB6 \xF0\x9F\x93\xA6\"");
}

TEST_CASE("JSON strings escape every character at every place") {
  for (int c = 0; c < 0x80; ++c) {
    std::string escaped = json_string(std::string(1, static_cast<char>(c)));
    escaped = escaped.substr(1, escaped.size() - 2);
    CHECK((escaped.size() > 1) == (c < 0x20 || c == '"' || c == '\\'));
    for (size_t before = 0; before < 18; ++before) {
      const std::string front = std::string(before, '!');  // the neighbour of the quote
      const std::string back = "\xC3\xA2]\x7F and more";
      const std::string text = front + static_cast<char>(c) + back;
      CHECK(json_string(text) == '"' + front + escaped + back + '"');
    }
  }
}

TEST_CASE("H-51 JSON strings of header fields are printable ASCII") {
  CHECK(json_string_ascii("plain \"q\" \n") == R"("plain \"q\" \n")");
  CHECK(json_string_ascii("\xC3\xB6") == R"("\u00f6")");
  CHECK(json_string_ascii("\xE2\x82\xAC") == R"("\u20ac")");
  CHECK(json_string_ascii("\xF0\x9F\x93\xA6!") == R"("\ud83d\udce6!")");
  CHECK(json_string_ascii("\xF4\x8F\xBF\xBF") == R"("\udbff\udfff")");
  CHECK(json_string_ascii("\x7f") == R"("\u007f")");
  CHECK(json_string_ascii("a\xFFz") == R"("a\ufffdz")");
}

TEST_CASE("integers are written in decimal") {
  std::string out;
  for (const uint64_t value : {uint64_t{0}, uint64_t{9}, uint64_t{10}, uint64_t{4294967295},
                               uint64_t{4294967296}, UINT64_MAX}) {
    CHECK(written([&](Bytes& out) { append_uint(out, value); }) == std::to_string(value));
  }
}

TEST_CASE("Q-5 H-21 a namespaced key has three segments, no dash in the first") {
  for (const char* key : {"com.acme.order-id", "com.my-shop.id", "a.b.c", "A_1.-.$", "com.acme.$",
                          "com.acme.a$b-c_d", "0.1.2"}) {
    CAPTURE(key);
    CHECK(is_namespaced_key(key));
  }
  for (const char* key :
       {"", ".", "..", "a", "a.b", "a.b.", ".b.c", "a..c", "a.b.c.d", "my-com.acme.id", "a$.b.c",
        "a.b$.c", "a.b.c d", " a.b.c", "a.b.c\n", "k\xC3\xB6.b.c", "a.b.c/d", "a.b.c="}) {
    CAPTURE(key);
    CHECK_FALSE(is_namespaced_key(key));
  }
}

TEST_CASE("H-21 a namespaced key has at most 128 characters") {
  const std::string longest = "com.acme." + std::string(119, 'x');
  REQUIRE(longest.size() == 128);
  CHECK(is_namespaced_key(longest));
  CHECK_FALSE(is_namespaced_key(longest + 'x'));
}

TEST_CASE("the edit distance counts insertions, deletions and replacements") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("status", "status") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("staus", "status") == 1);
  CHECK(edit_distance("statuss", "status") == 1);
  CHECK(edit_distance("stadus", "status") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("sunday", "saturday") == 3);
}
