#include "base/letters.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"

namespace waybill {
namespace {

/// Capitals `first`, `first + step` … `last`; each one's small letter is `to_lower` behind it.
struct CaseRange {
  uint32_t first;
  uint32_t last;
  int32_t to_lower;
  uint32_t step;

  constexpr bool holds(uint32_t capital) const {
    return capital >= first && capital <= last && (capital - first) % step == 0;
  }
};

constexpr CaseRange case_ranges[] = {
    {'A', 'Z', 32, 1},     {0xC0, 0xD6, 32, 1},    {0xD8, 0xDE, 32, 1},    {0x100, 0x12E, 1, 2},
    {0x132, 0x136, 1, 2},  {0x139, 0x147, 1, 2},   {0x14A, 0x176, 1, 2},   {0x178, 0x178, -121, 1},
    {0x179, 0x17D, 1, 2},  {0x1A0, 0x1A4, 1, 2},   {0x1AF, 0x1AF, 1, 1},   {0x1CD, 0x1DB, 1, 2},
    {0x1DE, 0x1EE, 1, 2},  {0x1F8, 0x21E, 1, 2},   {0x222, 0x232, 1, 2},   {0x386, 0x386, 38, 1},
    {0x388, 0x38A, 37, 1}, {0x38C, 0x38C, 64, 1},  {0x38E, 0x38F, 63, 1},  {0x391, 0x3A1, 32, 1},
    {0x3A3, 0x3AB, 32, 1}, {0x400, 0x40F, 80, 1},  {0x410, 0x42F, 32, 1},  {0x460, 0x480, 1, 2},
    {0x48A, 0x4BE, 1, 2},  {0x4C0, 0x4C0, 15, 1},  {0x4C1, 0x4CD, 1, 2},   {0x4D0, 0x52E, 1, 2},
    {0x531, 0x556, 48, 1}, {0x1E00, 0x1E94, 1, 2}, {0x1EA0, 0x1EFE, 1, 2},
};

struct Pair {
  uint32_t from;
  uint32_t to;
};
constexpr Pair only_to_lower[] = {{0x130, 'i'}, {0x1E9E, 0xDF}};
constexpr Pair only_to_upper[] = {{0xB5, 0x39C}, {0x131, 'I'}, {0x17F, 'S'}, {0x3C2, 0x3A3}};

template <size_t count>
uint32_t find_pair(const Pair (&pairs)[count], uint32_t code_point) {
  for (const Pair& pair : pairs) {
    if (pair.from == code_point) return pair.to;
  }
  return code_point;
}

struct Range {
  uint32_t first;
  uint32_t last;
};

template <size_t count>
bool is_in(const Range (&ranges)[count], uint32_t code_point) {
  return std::any_of(std::begin(ranges), std::end(ranges), [&](const Range& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

/// Characters beyond ASCII that no word has: punctuation, symbols, spaces.
constexpr Range between_words[] = {
    {0x80, 0xA9},     {0xAB, 0xB1},     {0xB4, 0xB4},     {0xB6, 0xB8},       {0xBB, 0xBB},
    {0xBF, 0xBF},     {0xD7, 0xD7},     {0xF7, 0xF7},     {0x37E, 0x37E},     {0x387, 0x387},
    {0x55A, 0x55F},   {0x589, 0x58F},   {0x5BE, 0x5BE},   {0x60C, 0x60F},     {0x61B, 0x61F},
    {0x66A, 0x66D},   {0x6D4, 0x6D4},   {0x964, 0x965},   {0x1680, 0x1680},   {0x2000, 0x206F},
    {0x207A, 0x207E}, {0x208A, 0x208E}, {0x20A0, 0x20CF}, {0x2190, 0x2BFF},   {0x2E00, 0x2E7F},
    {0x3000, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030}, {0x30FB, 0x30FB},   {0xE000, 0xF8FF},
    {0xFE10, 0xFE1F}, {0xFE30, 0xFE6F}, {0xFEFF, 0xFEFF}, {0xFF00, 0xFF0F},   {0xFF1A, 0xFF20},
    {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF},
};

constexpr Range spaces[] = {
    {0x9, 0xD},       {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

// One ASCII letter for each character of a block; a point for those that have none.
constexpr uint32_t latin_begin = 0xC0;
constexpr std::string_view latin =
    "AAAAAA.CEEEEIIIIDNOOOOO.OUUUUY..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"  // U+00C0
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi..JjKkqLlLlLlL"  // U+0100
    "lLlNnNnNn.NnOoOoOo..RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs"  // U+0140
    "b..............A.Ff....I........Oo.............Uu....Zz........."  // U+0180
    ".............AaIiOoUuUuUuUuUueAaAa..GgGgKkOoOo..j...Gg..NnAa...."  // U+01C0
    "AaAaEeEeIiIiOoOoRrRrUuUuSsTt..HhNd....AaEeOoOoOoOoYy...j..ACcL.."  // U+0200
    "...BU.EeJj..RrYy";                                                 // U+0240
constexpr uint32_t latin_additional_begin = 0x1E00;
constexpr std::string_view latin_additional =
    "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMm"   // U+1E00
    "MmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVv"   // U+1E40
    "WwWwWwWwWwXxXxYyZzZzZzhtwy.s....AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe"   // U+1E80
    "EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy......";  // U+1EC0

/// What is not one letter for one.
std::string_view folded_apart(uint32_t code_point) {
  switch (code_point) {
    case 0xC6:
      return "AE";
    case 0xE6:
      return "ae";
    case 0xDE:
      return "TH";
    case 0xFE:
      return "th";
    case 0xDF:
      return "ss";
    case 0x1E9E:
      return "SS";
    case 0x132:
      return "IJ";
    case 0x133:
      return "ij";
    case 0x149:
      return "'n";
    case 0x152:
      return "OE";
    case 0x153:
      return "oe";
    default:
      return {};
  }
}

/// The ASCII character of one, NUL if there is none.
char folded_character(uint32_t code_point) {
  const auto in = [&](std::string_view block, uint32_t begin) {
    const bool known = code_point >= begin && code_point - begin < block.size();
    const char letter = known ? block[code_point - begin] : '.';
    return letter == '.' ? '\0' : letter;
  };
  if (const char letter = in(latin, latin_begin); letter != '\0') return letter;
  if (const char letter = in(latin_additional, latin_additional_begin); letter != '\0') {
    return letter;
  }
  if (code_point >= 0xFF01 && code_point <= 0xFF5E) return static_cast<char>(code_point - 0xFEE0);
  if (code_point >= 0x2010 && code_point <= 0x2015) return '-';
  if (code_point >= 0x2018 && code_point <= 0x201B) return '\'';
  if (code_point >= 0x201C && code_point <= 0x201F) return '"';
  return code_point >= 0x80 && is_whitespace(code_point) ? ' ' : '\0';
}

}  // namespace

uint32_t to_lower(uint32_t code_point) {
  for (const CaseRange& range : case_ranges) {
    if (range.holds(code_point)) return code_point + static_cast<uint32_t>(range.to_lower);
  }
  return find_pair(only_to_lower, code_point);
}

uint32_t to_upper(uint32_t code_point) {
  for (const CaseRange& range : case_ranges) {
    const uint32_t capital = code_point - static_cast<uint32_t>(range.to_lower);
    if (range.holds(capital)) return capital;
  }
  return find_pair(only_to_upper, code_point);
}

bool is_word_character(uint32_t code_point) {
  if (code_point >= 0x80) return !is_in(between_words, code_point);
  return (code_point >= '0' && code_point <= '9') || (code_point >= 'A' && code_point <= 'Z') ||
         (code_point >= 'a' && code_point <= 'z') || code_point == '_';
}

bool is_whitespace(uint32_t code_point) {
  return is_in(spaces, code_point);
}

void append_folded(Bytes& out, uint32_t code_point) {
  constexpr Range combining_marks{0x300, 0x36F};
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (const std::string_view apart = folded_apart(code_point); !apart.empty()) {
    out += apart;
  } else if (const char character = folded_character(code_point); character != '\0') {
    out += character;
  } else if (code_point < combining_marks.first || code_point > combining_marks.last) {
    append_utf8(out, code_point);
  }
}

}  // namespace waybill
