#include "base/letters.hpp"

#include <catch2/catch.hpp>

#include "base/text.hpp"
#include "written.hpp"

using namespace waybill;

namespace {

constexpr uint32_t last_code_point = 0x10FFFF;

bool is_surrogate(uint32_t code_point) {
  return code_point >= 0xD800 && code_point <= 0xDFFF;
}

}  // namespace

TEST_CASE("Q-89 a letter's case changes back and forth, and never makes a text longer") {
  uint32_t letters = 0;
  for (uint32_t c = 0; c <= last_code_point; ++c) {
    if (is_surrogate(c)) continue;
    const uint32_t lower = to_lower(c);
    const uint32_t upper = to_upper(c);
    if (lower == c && upper == c) continue;
    ++letters;
    const auto size = [](uint32_t character) {
      return written([&](Bytes& out) { append_utf8(out, character); }).size();
    };
    const bool one_case = lower == c || upper == c;
    const bool settled = to_lower(lower) == lower && to_upper(upper) == upper;
    if (one_case && settled && size(lower) <= size(c) && size(upper) <= size(c)) continue;
    CAPTURE(c);
    FAIL();
  }
  CHECK(letters > 900);
}

TEST_CASE("every character is written as UTF-8 and read again") {
  for (uint32_t c = 0; c <= last_code_point; ++c) {
    if (is_surrogate(c)) continue;
    const std::string text = written([&](Bytes& out) { append_utf8(out, c); });
    const CodePoint read = decode_utf8(text, 0);
    if (read.value == c && read.size == text.size()) continue;
    CAPTURE(c);
    FAIL();
  }
}

TEST_CASE("Q-89 folded characters are UTF-8 and no longer than they were") {
  for (uint32_t c = 0; c <= last_code_point; ++c) {
    if (is_surrogate(c)) continue;
    const std::string folded = written([&](Bytes& out) { append_folded(out, c); });
    const std::string text = written([&](Bytes& out) { append_utf8(out, c); });
    if (folded.size() <= text.size() && !find_invalid_utf8(folded)) continue;
    CAPTURE(c);
    FAIL();
  }
}

TEST_CASE("Q-89 words are letters, digits and underscores of any script") {
  for (const uint32_t c :
       {0x41, 0x7A, 0x30, 0x5F, 0xAA, 0xE9, 0x3B1, 0x416, 0x5D0, 0x65E5, 0xAC00}) {
    CAPTURE(c);
    CHECK(is_word_character(c));
  }
  for (const uint32_t c :
       {0x2D, 0x20, 0x26, 0x40, 0x60, 0xA0, 0xD7, 0x2013, 0x20AC, 0x3001, 0x1F4E6}) {
    CAPTURE(c);
    CHECK_FALSE(is_word_character(c));
  }
}
