#pragma once

#include <cstdint>

#include "base/bytes.hpp"

/// What Unicode says of letters, as far as Q-89 needs it, without tables of megabytes.
namespace waybill {

/// The letter in the other case, one for one; other characters as they are. Covered are Latin (all
/// of Latin-1 and Extended-A, the regular pairs of Extended-B and Extended Additional), Greek and
/// Cyrillic without their historic letters, and Armenian. Not covered are mappings to several
/// letters (`ß` stays in upper case), those that depend on the place in a word (a final sigma) or
/// on a language (Turkish i), and other scripts with two cases.
uint32_t to_lower(uint32_t code_point);
uint32_t to_upper(uint32_t code_point);

/// Whether a character can be part of a word: letters and digits of all scripts, and `_`. Beyond
/// ASCII that is what is not in a block of punctuation, symbols or spaces.
bool is_word_character(uint32_t code_point);

/// Unicode's White_Space.
bool is_whitespace(uint32_t code_point);

/// Appends the character as ASCII: Latin letters without their marks (`Æ` becomes `AE`), plain
/// quotes, dashes and blanks; nothing for a combining mark, and other characters as they are. Never
/// more bytes than the character has.
void append_folded(Bytes& out, uint32_t code_point);

}  // namespace waybill
