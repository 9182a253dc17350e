#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace waybill {

/// Offset of the first byte that is not part of well-formed UTF-8 (surrogates and overlong forms
/// are not), or nullopt if the whole text is well-formed.
std::optional<size_t> find_invalid_utf8(std::string_view text);

/// Characters of well-formed UTF-8.
size_t count_characters(std::string_view text);

inline constexpr uint32_t replacement_character = 0xFFFD;

struct CodePoint {
  uint32_t value = replacement_character;
  size_t size = 0;  // bytes; 0 if they are not well-formed UTF-8
};

/// The character that the bytes at `at` begin with; `at` is within the text.
CodePoint decode_utf8(std::string_view text, size_t at);

/// `code_point`: at most U+10FFFF and no surrogate.
void append_utf8(Bytes& out, uint32_t code_point);

/// Decodes `%XX` once; a `%` not followed by two hex digits stays as it is, `+` is a plus.
void append_percent_decoded(Bytes& out, std::string_view text);

/// Appends `text` as a JSON string with its quotes. `text` is well-formed UTF-8. Escapes `"`, `\`
/// and control characters (short forms \b \t \n \f \r, else \u00XX); everything else is verbatim.
void append_json_string(Bytes& out, std::string_view text);
/// The same, but ASCII only: other characters become \uXXXX, as surrogate pairs where needed
/// (H-51).
void append_json_string_ascii(Bytes& out, std::string_view text);

/// base64url without padding (RFC 4648 section 5).
void append_base64url(std::string& out, std::string_view bytes);
/// The bytes of a base64url text, padded or not; false if it is none.
bool append_base64url_decoded(Bytes& out, std::string_view text);

void append_uint(Bytes& out, uint64_t value);

/// Whether `key` has the form of a namespaced identifier key, `^\w+\.[\w-]+\.[\w$-]+$`, and at most
/// 128 characters (Q-5, H-21). \w is [A-Za-z0-9_].
bool is_namespaced_key(std::string_view key);

/// Number of single-character edits between two names; for "did you mean".
size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace waybill
