#include "base/bytes.hpp"

#include <catch2/catch.hpp>

namespace waybill {
namespace {

TEST_CASE("bytes of every length are appended whole, whatever is in front of them") {
  const std::string alphabet = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (size_t before = 0; before < 20; ++before) {
    for (size_t size = 0; size <= alphabet.size(); ++size) {
      Bytes bytes(alphabet.substr(0, before));
      bytes += std::string_view(alphabet).substr(0, size);
      REQUIRE(bytes.view() == alphabet.substr(0, before) + alphabet.substr(0, size));
    }
  }
}

TEST_CASE("bytes grow, are cleared and used again") {
  Bytes bytes;
  std::string expected;
  for (int round = 0; round < 3; ++round) {
    bytes.clear();
    expected.clear();
    CHECK(bytes.empty());
    for (int i = 0; i < 1000; ++i) {
      bytes += static_cast<char>('a' + i % 26);
      expected += static_cast<char>('a' + i % 26);
    }
    CHECK(bytes.view() == expected);
    CHECK(bytes.back() == expected.back());
  }
}

TEST_CASE("bytes are inserted, repeated, resized, copied and moved") {
  Bytes bytes("head tail");
  bytes.insert(5, "and ");
  CHECK(bytes == "head and tail");
  bytes.append_repeated(3, '!');
  CHECK(bytes == "head and tail!!!");
  bytes.resize(4);
  CHECK(bytes == "head");
  Bytes copy = bytes;
  copy += "ing";
  CHECK(bytes == "head");
  CHECK(copy == "heading");
  const Bytes moved = std::move(copy);
  CHECK(moved == "heading");
  bytes = moved;
  CHECK(bytes == "heading");
}

}  // namespace
}  // namespace waybill
