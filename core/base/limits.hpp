#pragma once

#include <cstddef>
#include <cstdint>

/// Every limit of the engine, in one place; each has a test at n and n + 1, as far as a test can
/// get there.
namespace waybill::limits {

inline constexpr size_t target_bytes = 8192;
inline constexpr size_t body_bytes = 16 * 1024 * 1024;         // H-76
inline constexpr int json_depth = 64;                          // H-40
inline constexpr size_t identifier_key_chars = 128;            // H-21
inline constexpr size_t identifier_value_chars = 512;          // H-21
inline constexpr size_t identifiers = 100;                     // of one entity or reference
inline constexpr size_t text_bytes = 64 * 1024;                // one text member
inline constexpr size_t list_elements = 10'000;                // one member that is a list
inline constexpr int parenthesis_depth = 16;
inline constexpr size_t path_steps = 64;
inline constexpr size_t operators_per_chain = 64;
inline constexpr size_t operator_arguments = 200;
inline constexpr uint64_t max_take = 1'000'000;
inline constexpr uint64_t max_skip = (uint64_t{1} << 53) - 1;
inline constexpr uint64_t max_repeat = 1000;
inline constexpr size_t cursor_chars = 4096;
inline constexpr size_t rendered_values = 5'000'000;
inline constexpr size_t visited_values = 20'000'000;           // looked at by one query
inline constexpr size_t kept_values = 5'000'000;               // in lists on their way
inline constexpr size_t answer_bytes = 128 * 1024 * 1024;
inline constexpr size_t bulk_chunk = 200;                      // H-32
inline constexpr size_t bulk_items = 100'000;                  // elements of one array body
inline constexpr size_t json_values = 2'000'000;               // of one body
inline constexpr size_t order_items = 10'000;                  // lines of one order
inline constexpr size_t line_instances = 1'000;     // units of a line that are told apart
inline constexpr size_t order_sellers = 100;        // sellers of one order
inline constexpr size_t order_payments = 1'000;     // payments of one order or action
inline constexpr int64_t quantity = 1'000'000'000;  // of a line, an item, an adjustment
inline constexpr int quantity_decimals = 6;
inline constexpr int64_t stock_level = 1'000'000'000'000;  // of one product at one place
inline constexpr int64_t price = 1'000'000'000;            // net, of one unit
inline constexpr int price_decimals = 6;                   // C-4
inline constexpr int percentage_decimals = 6;
inline constexpr int64_t amount = 10'000'000'000'000;  // an order's total, its payments' sum
inline constexpr size_t hints = 16;                    // H-93
inline constexpr size_t listed = 100;                  // coercions, hints under strict handling
inline constexpr size_t hint_bytes = 4096;             // H-93
inline constexpr size_t error_info_bytes = 4096;       // H-51
inline constexpr size_t owner_chain = 64;              // C-12
inline constexpr size_t frame_payload_bytes = 1024 * 1024 * 1024;

}  // namespace waybill::limits
